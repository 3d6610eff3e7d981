package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.registry.DeviceId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BridgeTest {
    private static final DeviceId GRILL = new DeviceId("grill");
    private static final DeviceId FRYER = new DeviceId("fryer");
    private static final FeedId GRILL_FEED = FeedId.ofDevice(GRILL);
    private static final FeedId FRYER_FEED = FeedId.ofDevice(FRYER);
    private static final Instant EIGHT = Instant.parse("2026-11-20T08:00:00Z");

    private final VirtualTime time = new VirtualTime();
    private final RecordingBroker broker = new RecordingBroker();
    private final StubLog log = new StubLog();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Bridge bridge = new Bridge(BridgeOptions.DEFAULT, log, time, new Random(7), meters);

    @BeforeEach
    void start() {
        log.set(GRILL_FEED, 0, 0, 0, null);
        log.set(FRYER_FEED, 0, 0, 0, null);
        bridge.start(broker);
    }

    // greeting

    @Test
    void deviceThatSubscribesIsToldTheCurrentRevisionThoughNothingIsPending() {
        log.set(GRILL_FEED, 17, 17, 17, null);
        bridge.subscribed(GRILL);
        time.settle();
        assertEquals(List.of("grill {\"epoch\":\"k3v9x2m4qd\",\"revision\":17,\"pending\":0}"), broker.take());
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(), broker.take());
    }

    @Test
    void deviceThatSubscribesBehindIsToldSinceWhen() {
        log.set(GRILL_FEED, 17, 16, 14, EIGHT);
        bridge.subscribed(GRILL);
        time.settle();
        assertEquals(
                List.of("grill {\"epoch\":\"k3v9x2m4qd\",\"revision\":17,\"pending\":3,"
                        + "\"oldest_at\":\"2026-11-20T08:00:00.000Z\"}"),
                broker.take());
    }

    @Test
    void devicesThatSubscribeTogetherAreLookedUpTogether() {
        for (int i = 0; i < 2_500; i++) {
            DeviceId device = new DeviceId("device-" + i);
            log.set(FeedId.ofDevice(device), 1, 1, 1, null);
            bridge.subscribed(device);
        }
        time.advanceMillis(1);
        assertEquals(2_500, broker.rung.size());
        assertTrue(log.asked.size() <= 5, "calls: " + log.asked.size());
    }

    @Test
    void deviceWithoutAFeedIsToldOfItsFirstChange() {
        log.standings.remove(GRILL_FEED);
        bridge.subscribed(GRILL);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
        assertEquals(1, log.asked.size());

        log.set(GRILL_FEED, 1, 0, 0, EIGHT);
        commit(GRILL_FEED, 1);
        time.settle();
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    @Test
    void commitsOfDevicesThatAreNotConnectedCostNothing() {
        for (int i = 1; i <= 100; i++) {
            commit(GRILL_FEED, i);
            bridge.received(GRILL_FEED, i);
            bridge.processed(GRILL_FEED, i);
        }
        time.settle();
        assertEquals(0, time.tasks());
        assertEquals(0, gauge("bellwire.bridge.queue"));
        assertEquals(List.of(), log.asked);
    }

    @Test
    void eventsBeforeTheStartAreNotLost() {
        Bridge early = new Bridge(BridgeOptions.DEFAULT, log, time, new Random(7), new SimpleMeterRegistry());
        early.subscribed(GRILL);
        commitTo(early, GRILL_FEED, 1);
        time.settle();
        assertEquals(List.of(), broker.take());
        early.start(broker);
        time.settle();
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    // coalescing

    @Test
    void firstCommitRingsAtOnceAndTheOthersOfItsWindowOnceAtItsEnd() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.settle();
        assertEquals(List.of(1L), broker.takeRevisions());

        for (int head = 2; head <= 9; head++) {
            time.advanceMillis(10);
            commit(GRILL_FEED, head);
        }
        time.settle();
        assertEquals(List.of(), broker.takeRevisions());
        time.advanceMillis(19);
        assertEquals(List.of(), broker.takeRevisions());
        time.advanceMillis(1);
        assertEquals(List.of(9L), broker.takeRevisions());
    }

    @Test
    void atMostOneSignalPerWindowHoweverManyCommits() {
        connected(GRILL);
        for (int head = 1; head <= 10_000; head++) {
            commit(GRILL_FEED, head);
            time.advance(Duration.ofNanos(100_000));
        }
        List<Long> revisions = broker.takeRevisions();
        assertTrue(revisions.size() <= 11, "signals: " + revisions.size());
        assertEquals(revisions.stream().sorted().toList(), revisions);
        time.advanceMillis(100);
        bridge.received(GRILL_FEED, 10_000);
        assertEquals(10_000, head(revisions, broker.takeRevisions()));
    }

    @Test
    void signalThatTheDeviceNeedsNoMoreIsSkipped() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.settle();
        commit(GRILL_FEED, 2);
        bridge.received(GRILL_FEED, 2);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(1L), broker.takeRevisions());
        assertEquals(1, meters.counter("bellwire.bridge.signals.skipped").count());
    }

    @Test
    void busyDeviceDoesNotDelayAnother() {
        connected(GRILL);
        connected(FRYER);
        commit(GRILL_FEED, 1);
        time.settle();
        commit(GRILL_FEED, 2);
        commit(FRYER_FEED, 1);
        time.settle();
        assertEquals(
                List.of(GRILL, FRYER),
                broker.rung.stream().map(RecordingBroker.Rung::device).toList());
    }

    // ringing again

    @Test
    void lostSignalIsRungAgainWithGrowingIntervalsUntilTheDeviceHasCome() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        List<Long> atMillis = ringTimes(Duration.ofMinutes(10));
        for (int i = 0; i < 10; i++) {
            long gap = atMillis.get(i + 1) - atMillis.get(i);
            long whole = Math.min(60_000, 1_000L << i);
            assertTrue(gap >= whole / 2 && gap <= whole + 1, "gap " + i + " is " + gap);
        }
        broker.take();
        bridge.received(GRILL_FEED, 1);
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(), broker.take());
        assertEquals(0, gauge("bellwire.bridge.devices.behind"));
    }

    @Test
    void deviceThatReadsPageByPageIsNotRungMeanwhile() {
        log.set(GRILL_FEED, 1_000, 0, 0, EIGHT);
        bridge.subscribed(GRILL);
        time.settle();
        broker.take();
        for (long revision = 10; revision < 1_000; revision += 10) {
            time.advanceMillis(400);
            bridge.received(GRILL_FEED, revision);
        }
        assertEquals(List.of(), broker.take());
        time.advance(Duration.ofSeconds(2));
        assertEquals(List.of(1_000L), broker.takeRevisions(), "it stopped before the head");
    }

    @Test
    void newsRingsAtOnceThoughAnOlderSignalIsInBackoff() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.advance(Duration.ofMinutes(5));
        broker.take();
        commit(GRILL_FEED, 2);
        time.settle();
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void acknowledgementAloneStopsTheRingingToo() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.settle();
        broker.take();
        bridge.processed(GRILL_FEED, 1);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
    }

    // what the broker says

    @Test
    void congestedDeviceIsTriedAgainAfterBackoffAndNotForEachCommit() {
        connected(GRILL);
        broker.answerWith(Handover.CONGESTED);
        for (int head = 1; head <= 50; head++) {
            commit(GRILL_FEED, head);
            time.advanceMillis(10);
        }
        assertEquals(1, broker.take().size());
        broker.answerWith(Handover.WRITTEN);
        time.advanceMillis(501);
        assertEquals(List.of(50L), broker.takeRevisions());
        assertEquals(1, signals("news", "congested"));
        assertEquals(1, signals("news", "written"));
    }

    @Test
    void congestedDeviceThatCameByItselfIsRungAtOnceByTheNextCommit() {
        connected(GRILL);
        broker.answerWith(Handover.CONGESTED);
        commit(GRILL_FEED, 1);
        time.settle();
        bridge.received(GRILL_FEED, 1);
        broker.answerWith(Handover.WRITTEN);
        time.advanceMillis(100);
        broker.take();
        commit(GRILL_FEED, 2);
        time.settle();
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void greetingThatFailsIsRepeated() {
        broker.answerWith(Handover.FAILED);
        bridge.subscribed(GRILL);
        time.settle();
        assertEquals(1, broker.take().size());
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(0L), broker.takeRevisions());
        assertEquals(1, signals("greeting", "failed"));
    }

    @Test
    void deviceThatIsNotSubscribedIsForgottenUntilItSubscribesAgain() {
        connected(GRILL);
        broker.answerWith(Handover.NOT_SUBSCRIBED);
        commit(GRILL_FEED, 1);
        time.settle();
        assertEquals(1, broker.take().size());
        assertEquals(0, gauge("bellwire.bridge.devices"));
        commit(GRILL_FEED, 2);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());

        broker.answerWith(Handover.WRITTEN);
        log.set(GRILL_FEED, 2, 0, 0, EIGHT);
        bridge.subscribed(GRILL);
        time.settle();
        assertEquals(List.of(2L), broker.takeRevisions());
    }

    @Test
    void brokerThatThrowsForOneDeviceIsOutlivedAndTriedAgain() {
        connected(GRILL);
        connected(FRYER);
        broker.answer = device -> {
            if (device.equals(GRILL)) {
                throw new IllegalStateException("bad item");
            }
            return CompletableFuture.completedFuture(Handover.WRITTEN);
        };
        commit(GRILL_FEED, 1);
        commit(FRYER_FEED, 1);
        time.settle();
        assertEquals(2, broker.take().size());
        assertEquals(1, meters.counter("bellwire.bridge.faults").count());

        bridge.received(FRYER_FEED, 1);
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    @Test
    void brokerThatFailsItsStageAgainstTheContractIsOutlived() {
        connected(GRILL);
        broker.answer = device -> CompletableFuture.failedFuture(new IllegalStateException("bad item"));
        commit(GRILL_FEED, 1);
        time.settle();
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L, 1L), broker.takeRevisions());
    }

    @Test
    void brokerThatNeverAnswersIsGivenUpAndTheDeviceRungAgain() {
        connected(GRILL);
        broker.answer = device -> new CompletableFuture<>();
        commit(GRILL_FEED, 1);
        time.settle();
        assertEquals(1, broker.take().size());
        broker.answerWith(Handover.WRITTEN);
        time.advance(Duration.ofSeconds(9));
        assertEquals(List.of(), broker.take());
        time.advance(Duration.ofSeconds(1));
        assertEquals(List.of(1L), broker.takeRevisions());
        assertEquals(1, signals("news", "failed"));
    }

    // races

    @Test
    void commitBetweenSubscriptionAndLookUpIsNotLost() {
        log.late = true;
        bridge.subscribed(GRILL);
        time.settle();
        commit(GRILL_FEED, 1);
        time.settle();
        assertEquals(List.of(), broker.take(), "nothing can be told without the epoch");
        log.answerAll();
        time.settle();
        assertEquals(
                List.of("grill {\"epoch\":\"k3v9x2m4qd\",\"revision\":1,\"pending\":1,"
                        + "\"oldest_at\":\"2026-11-20T08:00:00.001Z\"}"),
                broker.take());
    }

    @Test
    void lookUpThatCommitsHaveOvertakenTakesNothingBack() {
        connected(GRILL);
        commit(GRILL_FEED, 1, 2);
        time.settle();
        log.late = true;
        log.set(GRILL_FEED, 2, 0, 0, EIGHT);
        // two groups are pending and the first is done in part: when the rest was committed has to be asked
        commit(GRILL_FEED, 3, 3);
        bridge.processed(GRILL_FEED, 1);
        time.settle();
        commit(GRILL_FEED, 4, 9);
        bridge.received(GRILL_FEED, 5);
        log.answerAll();
        time.advance(Duration.ofSeconds(2));
        broker.rung.forEach(rung -> assertTrue(rung.revision() <= 9));
        assertEquals(9L, broker.rung.get(broker.rung.size() - 1).revision());
        assertTrue(broker.rung.get(broker.rung.size() - 1).payload().contains("\"pending\":8"));
    }

    @Test
    void lookUpForAnEarlierConnectionDoesNotCountForALaterOne() {
        log.late = true;
        bridge.subscribed(GRILL);
        time.settle();
        bridge.disconnected(GRILL);
        time.settle();
        // committed while nobody listens for the device: only a look-up from now on can know
        log.set(GRILL_FEED, 5, 0, 0, EIGHT);
        commit(GRILL_FEED, 5);
        bridge.subscribed(GRILL);
        time.settle();
        log.answerAll();
        time.settle();
        assertEquals(List.of(), broker.take());
        log.answerAll();
        time.settle();
        assertEquals(List.of(5L), broker.takeRevisions());
    }

    @Test
    void handoverThatComesAfterTheDeviceIsGoneIsForNobody() {
        connected(GRILL);
        CompletableFuture<Handover> handover = new CompletableFuture<>();
        broker.answer = device -> handover;
        commit(GRILL_FEED, 1);
        time.settle();
        bridge.disconnected(GRILL);
        handover.complete(Handover.NOT_SUBSCRIBED);
        time.advance(Duration.ofMinutes(5));
        assertEquals(1, broker.take().size());
        assertEquals(0, gauge("bellwire.bridge.devices"));
        assertEquals(0, time.tasks());
    }

    @Test
    void takeOverIsGreetedWithoutALookUpAndALateHandoverOfTheOldConnectionDoesNotForgetIt() {
        connected(GRILL);
        CompletableFuture<Handover> handover = new CompletableFuture<>();
        broker.answer = device -> handover;
        commit(GRILL_FEED, 1);
        time.settle();
        broker.take();
        broker.answerWith(Handover.WRITTEN);
        int asked = log.asked.size();

        bridge.subscribed(GRILL);
        handover.complete(Handover.NOT_SUBSCRIBED);
        time.advanceMillis(100);
        assertEquals(List.of(1L), broker.takeRevisions());
        assertEquals(asked, log.asked.size());
        assertEquals(1, gauge("bellwire.bridge.devices"));
    }

    @Test
    void deviceThatSubscribesInALoopIsGreetedOncePerWindow() {
        for (int i = 0; i < 1_000; i++) {
            bridge.subscribed(GRILL);
            time.advanceMillis(1);
        }
        int signals = broker.take().size();
        assertTrue(signals >= 10 && signals <= 11, "signals: " + signals);
    }

    @Test
    void receivedAheadOfTheKnownHeadIsBelievedAndTheLateCommitRingsNobody() {
        connected(GRILL);
        bridge.received(GRILL_FEED, 3);
        commit(GRILL_FEED, 3, 3);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
        commit(GRILL_FEED, 4);
        time.settle();
        assertEquals(List.of(4L), broker.takeRevisions());
    }

    // oldest_at

    @Test
    void oldestAtStaysThatOfTheFirstCommitWhileNothingIsAcknowledged() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        commit(GRILL_FEED, 2);
        time.settle();
        assertTrue(broker.take().get(0).contains("\"pending\":2,\"oldest_at\":\"2026-11-20T08:00:00.001Z\""));
    }

    @Test
    void oldestAtMovesToTheNewestCommitWithoutALookUp() {
        connected(GRILL);
        int asked = log.asked.size();
        commit(GRILL_FEED, 1);
        time.settle();
        commit(GRILL_FEED, 2);
        bridge.processed(GRILL_FEED, 1);
        time.advanceMillis(100);
        assertTrue(broker.take().get(1).contains("\"pending\":1,\"oldest_at\":\"2026-11-20T08:00:00.002Z\""));
        assertEquals(asked, log.asked.size());
    }

    @Test
    void oldestAtIsLookedUpWhenTheAcknowledgedPositionStopsInBetween() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.settle();
        commit(GRILL_FEED, 2);
        commit(GRILL_FEED, 3);
        log.set(GRILL_FEED, 3, 1, 1, EIGHT.plusMillis(2));
        bridge.processed(GRILL_FEED, 1);
        time.advanceMillis(100);
        assertTrue(broker.take().get(1).contains("\"pending\":2,\"oldest_at\":\"2026-11-20T08:00:00.002Z\""));
    }

    // faults of the log

    @Test
    void lookUpThatFailsIsRepeatedWithBackoffUntilTheLogIsBack() {
        log.broken = true;
        bridge.subscribed(GRILL);
        time.advance(Duration.ofSeconds(30));
        assertTrue(log.asked.size() >= 5 && log.asked.size() <= 8, "calls: " + log.asked.size());
        log.broken = false;
        time.advance(Duration.ofSeconds(60));
        assertEquals(List.of(0L), broker.takeRevisions());
    }

    @Test
    void feedThatMakesEveryLookUpThrowKeepsNobodyElseFromBeingToldForLong() {
        log.poison = GRILL_FEED;
        bridge.subscribed(GRILL);
        List<DeviceId> others =
                IntStream.range(0, 50).mapToObj(i -> new DeviceId("other-" + i)).toList();
        others.forEach(device -> {
            log.set(FeedId.ofDevice(device), 1, 0, 0, EIGHT);
            bridge.subscribed(device);
        });
        time.advance(Duration.ofSeconds(10));
        assertTrue(
                broker.rung.stream().map(RecordingBroker.Rung::device).toList().containsAll(others));
    }

    @Test
    void lookUpThatIsNeverAnsweredIsGivenUpAndRepeated() {
        log.late = true;
        bridge.subscribed(GRILL);
        time.settle();
        log.late = false;
        time.advance(Duration.ofSeconds(12));
        assertEquals(List.of(0L), broker.takeRevisions());
        log.answerAll();
        time.settle();
        assertEquals(List.of(), broker.take());
    }

    // bounds

    @Test
    void queueAndTimersAreBoundedByTheDevicesHoweverManyEvents() {
        int devices = 100;
        List<DeviceId> all = IntStream.range(0, devices)
                .mapToObj(i -> new DeviceId("device-" + i))
                .toList();
        all.forEach(device -> {
            log.set(FeedId.ofDevice(device), 0, 0, 0, null);
            bridge.subscribed(device);
        });
        LongStream.rangeClosed(1, 1_000).forEach(head -> all.forEach(device -> commit(FeedId.ofDevice(device), head)));
        assertEquals(devices, gauge("bellwire.bridge.queue"));
        assertEquals(1, time.tasks());
        time.advance(Duration.ofSeconds(30));
        assertTrue(time.tasks() <= 2, "timers: " + time.tasks());
        all.forEach(bridge::disconnected);
        time.advance(Duration.ofMinutes(5));
        assertEquals(0, time.tasks());
        assertEquals(0, gauge("bellwire.bridge.devices"));
    }

    @Test
    void closedBridgeIsSilent() {
        connected(GRILL);
        bridge.close();
        commit(GRILL_FEED, 1);
        bridge.subscribed(FRYER);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
    }

    private void connected(DeviceId device) {
        bridge.subscribed(device);
        time.advanceMillis(100);
        broker.take();
    }

    private void commit(FeedId feed, long head) {
        commitTo(bridge, feed, head);
    }

    private void commit(FeedId feed, long first, long head) {
        bridge.committed(List.of(new Advance(feed, head, Math.toIntExact(head - first + 1), EIGHT.plusMillis(head))));
    }

    /** Change n is committed at eight and n milliseconds. */
    private static void commitTo(Bridge bridge, FeedId feed, long head) {
        bridge.committed(List.of(new Advance(feed, head, 1, EIGHT.plusMillis(head))));
    }

    private List<Long> ringTimes(Duration within) {
        List<Long> times = new ArrayList<>();
        for (long millis = 0; millis < within.toMillis(); millis++) {
            int before = broker.rung.size();
            time.advanceMillis(1);
            if (broker.rung.size() > before) {
                times.add(millis);
            }
        }
        return times;
    }

    private static long head(List<Long> first, List<Long> then) {
        return then.isEmpty() ? first.get(first.size() - 1) : then.get(then.size() - 1);
    }

    private double gauge(String name) {
        return meters.get(name).gauge().value();
    }

    private double signals(String kind, String outcome) {
        return meters.get("bellwire.bridge.signals")
                .tag("kind", kind)
                .tag("outcome", outcome)
                .counter()
                .count();
    }
}
