package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.log.FeedId;
import io.bellwire.registry.DeviceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Events that cross, faults of the log, and bounds. */
class BridgeRacesTest extends BridgeFixture {
    @Test
    void commitBetweenSubscriptionAndLookUpIsNotLost() {
        log.late = true;
        subscribed(GRILL);
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
        subscribed(GRILL);
        time.settle();
        sessions.disconnected(GRILL);
        time.settle();
        // committed while nobody listens for the device: only a look-up from now on can know
        log.set(GRILL_FEED, 5, 0, 0, EIGHT);
        commit(GRILL_FEED, 5);
        subscribed(GRILL);
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
        sessions.disconnected(GRILL);
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

        subscribed(GRILL);
        handover.complete(Handover.NOT_SUBSCRIBED);
        time.advanceMillis(100);
        assertEquals(List.of(1L), broker.takeRevisions());
        assertEquals(asked, log.asked.size());
        assertEquals(1, gauge("bellwire.bridge.devices"));
    }

    @Test
    void handoverOfTheOldConnectionIsNotTakenForThatOfTheNewOne() {
        connected(GRILL);
        List<CompletableFuture<Handover>> handovers = new ArrayList<>();
        broker.answer = device -> {
            handovers.add(new CompletableFuture<>());
            return handovers.get(handovers.size() - 1);
        };
        commit(GRILL_FEED, 1);
        time.settle();
        subscribed(GRILL);
        time.advanceMillis(100);
        assertEquals(2, handovers.size());
        handovers.get(0).complete(Handover.NOT_SUBSCRIBED);
        time.settle();
        assertEquals(1, gauge("bellwire.bridge.devices"));
        handovers.get(1).complete(Handover.WRITTEN);
        bridge.processed(GRILL_FEED, 1);
        time.advance(Duration.ofMinutes(5));
        assertEquals(2, broker.take().size());
    }

    @Test
    void deviceThatLeavesBeforeItsLookUpIsNotLookedUp() {
        log.late = true;
        subscribed(FRYER);
        time.settle();
        subscribed(GRILL);
        time.settle();
        sessions.disconnected(GRILL);
        time.settle();
        log.answerAll();
        time.settle();
        assertEquals(List.of(Set.of(FRYER_FEED)), log.asked);
    }

    @Test
    void deviceThatSubscribesInALoopIsGreetedOncePerWindow() {
        for (int i = 0; i < 1_000; i++) {
            subscribed(GRILL);
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
        bridge.processed(GRILL_FEED, 3);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
        commit(GRILL_FEED, 4);
        time.settle();
        assertEquals(List.of(4L), broker.takeRevisions());
    }

    @Test
    void lookUpThatFailsIsRepeatedWithBackoffUntilTheLogIsBack() {
        log.broken = true;
        subscribed(GRILL);
        time.advance(Duration.ofSeconds(30));
        assertTrue(log.asked.size() >= 5 && log.asked.size() <= 8, "calls: " + log.asked.size());
        log.broken = false;
        time.advance(Duration.ofSeconds(60));
        assertEquals(List.of(0L), broker.takeRevisions());
    }

    @Test
    void feedThatMakesEveryLookUpThrowKeepsNobodyElseFromBeingToldForLong() {
        log.poison = GRILL_FEED;
        subscribed(GRILL);
        List<DeviceId> others =
                IntStream.range(0, 50).mapToObj(i -> new DeviceId("other-" + i)).toList();
        others.forEach(device -> {
            log.set(FeedId.ofDevice(device), 1, 0, 0, EIGHT);
            subscribed(device);
        });
        time.advance(Duration.ofSeconds(10));
        assertTrue(
                broker.rung.stream().map(RecordingBroker.Rung::device).toList().containsAll(others));
    }

    @Test
    void lookUpThatIsNeverAnsweredIsGivenUpAndRepeated() {
        log.late = true;
        subscribed(GRILL);
        time.settle();
        log.late = false;
        time.advance(Duration.ofSeconds(12));
        assertEquals(List.of(0L), broker.takeRevisions());
        log.answerAll();
        time.settle();
        assertEquals(List.of(), broker.take());
    }

    @Test
    void queueAndTimersAreBoundedByTheDevicesHoweverManyEvents() {
        int devices = 100;
        List<DeviceId> all = IntStream.range(0, devices)
                .mapToObj(i -> new DeviceId("device-" + i))
                .toList();
        all.forEach(device -> {
            log.set(FeedId.ofDevice(device), 0, 0, 0, null);
            subscribed(device);
        });
        LongStream.rangeClosed(1, 1_000).forEach(head -> all.forEach(device -> commit(FeedId.ofDevice(device), head)));
        assertEquals(devices, gauge("bellwire.bridge.queue"));
        assertEquals(1, time.tasks());
        time.advance(Duration.ofSeconds(30));
        assertTrue(time.tasks() <= 2, "timers: " + time.tasks());
        all.forEach(sessions::disconnected);
        time.advance(Duration.ofMinutes(5));
        assertEquals(0, time.tasks());
        assertEquals(0, gauge("bellwire.bridge.devices"));
    }

    @Test
    void closedBridgeIsSilent() {
        connected(GRILL);
        bridge.close();
        commit(GRILL_FEED, 1);
        subscribed(FRYER);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
    }
}
