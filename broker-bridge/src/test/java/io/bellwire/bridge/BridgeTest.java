package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.broker.SignalTopic;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.runtime.Scheduler;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Which signals a device gets, and when. */
class BridgeTest extends BridgeFixture {
    @Test
    void deviceThatSubscribesGetsTheCurrentRevisionEvenIfNothingIsPending() {
        positions.set(GRILL_FEED, 17, 17, 17, null);
        subscribed(GRILL);
        time.runDue();
        assertEquals(List.of("grill {\"epoch\":\"k3v9x2m4qd\",\"revision\":17,\"pending\":0}"), broker.take());
        time.advance(Duration.ofHours(1));
        assertEquals(List.of(), broker.take());
    }

    @Test
    void deviceThatSubscribesBehindGetsTheTimeOfTheOldestChange() {
        positions.set(GRILL_FEED, 17, 16, 14, EIGHT);
        subscribed(GRILL);
        time.runDue();
        assertEquals(
                List.of("grill {\"epoch\":\"k3v9x2m4qd\",\"revision\":17,\"pending\":3,"
                        + "\"oldest_at\":\"2026-11-20T08:00:00.000Z\"}"),
                broker.take());
    }

    @Test
    void devicesThatSubscribeTogetherAreLookedUpTogether() {
        for (int i = 0; i < 2_500; i++) {
            DeviceId device = new DeviceId("device-" + i);
            positions.set(FeedId.ofDevice(device), 1, 1, 1, null);
            subscribed(device);
        }
        time.advanceMillis(1);
        assertEquals(2_500, broker.published.size());
        assertTrue(positions.lookUps.size() <= 5, "calls: " + positions.lookUps.size());
        assertTrue(positions.lookUps.stream().allMatch(feeds -> feeds.size() <= 1_000));
    }

    @Test
    void lookUpAsksForNoMoreFeedsThanItMay() {
        BridgeOptions two =
                new BridgeOptions(Duration.ofMillis(100), BridgeOptions.DEFAULT.reminders(), Duration.ofSeconds(10), 2);
        Bridge other = new Bridge(two, FeedSources.of(positions), time, new Random(7), new SimpleMeterRegistry());
        MqttChannels channels = new MqttChannels(other);
        channels.sendWith(broker);
        other.start();
        for (int i = 0; i < 5; i++) {
            channels.subscribed(new DeviceId("device-" + i), "topic", DoorbellKind.MQTT);
        }
        time.runDue();
        assertEquals(List.of(2, 2, 1), positions.lookUps.stream().map(Set::size).toList());
    }

    @Test
    void signalsOfOneTurnAreHandedOverInBatchesOfLimitedSize() {
        commit(GRILL_FEED, 1);
        connected(GRILL);
        connected(FRYER);
        broker.batches.clear();
        commit(GRILL_FEED, 2);
        commit(FRYER_FEED, 1);
        time.runDue();
        assertEquals(List.of(2), broker.batches);

        for (int i = 0; i < 300; i++) {
            DeviceId device = new DeviceId("device-" + i);
            positions.set(FeedId.ofDevice(device), 1, 1, 1, null);
            subscribed(device);
        }
        broker.batches.clear();
        time.runDue();
        assertEquals(List.of(128, 128, 44), broker.batches);
    }

    @Test
    void batchThatThrowsIsSentAgain() {
        connected(GRILL);
        broker.beforeBatch = () -> {
            throw new IllegalStateException("bug");
        };
        commit(GRILL_FEED, 1);
        time.runDue();
        assertEquals(List.of(), broker.take());
        assertEquals(1, meters.get("bellwire.bridge.faults").counter().count());
        broker.beforeBatch = () -> {};
        time.advance(Duration.ofSeconds(2));
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    @Test
    void signalsOfAnInterruptedTurnAreHandedOverAndLaterTurnsFollow() {
        AtomicBoolean refusing = new AtomicBoolean();
        Scheduler scheduler = new Scheduler() {
            @Override
            public long nowNanos() {
                return time.nowNanos();
            }

            @Override
            public Alarm schedule(Duration delay, Runnable task) {
                if (!delay.isZero() && refusing.compareAndSet(true, false)) {
                    throw new IllegalStateException("bug");
                }
                return time.schedule(delay, task);
            }
        };
        Bridge other = new Bridge(
                BridgeOptions.DEFAULT,
                new FeedSources(positions, recent, () -> pagesPerSecond),
                scheduler,
                new Random(7),
                new SimpleMeterRegistry());
        MqttChannels otherChannels = new MqttChannels(other);
        otherChannels.sendWith(broker);
        other.start();
        otherChannels.subscribed(GRILL, SignalTopic.of(GRILL), DoorbellKind.MQTT);
        time.advance(Duration.ofMinutes(1));
        broker.take();

        refusing.set(true);
        commitTo(other, GRILL_FEED, 1);
        time.runDue();
        assertFalse(refusing.get());
        assertEquals(List.of(1L), broker.takeRevisions());
        time.advance(Duration.ofSeconds(2));
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    @Test
    void deviceWithoutAFeedGetsASignalForItsFirstChange() {
        positions.byFeed.remove(GRILL_FEED);
        subscribed(GRILL);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
        assertEquals(1, positions.lookUps.size());

        positions.set(GRILL_FEED, 1, 0, 0, EIGHT);
        commit(GRILL_FEED, 1);
        time.runDue();
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    @Test
    void commitsOfDevicesThatAreNotConnectedCostNothing() {
        for (int i = 1; i <= 100; i++) {
            commit(GRILL_FEED, i);
            bridge.received(GRILL_FEED, new Revision(i));
            bridge.processed(GRILL_FEED, new Revision(i));
        }
        time.runDue();
        assertEquals(0, time.tasks());
        assertEquals(0, gauge("bellwire.bridge.queue"));
        assertEquals(List.of(), positions.lookUps);
    }

    /** Otherwise one change would wake a thread three times. */
    @Test
    void onlyEventsThatNeedAnEarlierTurnCauseOne() {
        positions.set(GRILL_FEED, 1, 1, 1, null);
        connected(GRILL);
        CompletableFuture<Handover> handover = new CompletableFuture<>();
        broker.answer = device -> handover;
        commit(GRILL_FEED, 2);
        time.advanceMillis(1);
        int tasks = time.tasks();

        handover.complete(Handover.WRITTEN);
        bridge.received(GRILL_FEED, new Revision(2));
        bridge.processed(GRILL_FEED, new Revision(2));
        assertEquals(tasks, time.tasks());

        time.advance(Duration.ofHours(1));
        assertEquals(List.of(2L), broker.takeRevisions());
        tasks = time.tasks();
        bridge.processed(GRILL_FEED, new Revision(2));
        assertEquals(tasks, time.tasks(), "nothing is due at all");
    }

    @Test
    void eventsBeforeTheStartAreNotLost() {
        Bridge early = new Bridge(
                BridgeOptions.DEFAULT, FeedSources.of(positions), time, new Random(7), new SimpleMeterRegistry());
        MqttChannels earlyChannels = new MqttChannels(early);
        earlyChannels.sendWith(broker);
        earlyChannels.subscribed(GRILL, SignalTopic.of(GRILL), DoorbellKind.MQTT);
        commitTo(early, GRILL_FEED, 1);
        time.runDue();
        assertEquals(List.of(), broker.take());
        early.start();
        time.runDue();
        assertEquals(List.of(1L), broker.takeRevisions());
    }

    @Test
    void firstCommitIsSignalledAtOnceAndTheOthersOfItsWindowOnceAtItsEnd() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        assertEquals(List.of(1L), broker.takeRevisions());

        for (int head = 2; head <= 9; head++) {
            time.advanceMillis(10);
            commit(GRILL_FEED, head);
        }
        time.runDue();
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
        bridge.received(GRILL_FEED, new Revision(10_000));
        assertEquals(10_000, head(revisions, broker.takeRevisions()));
    }

    @Test
    void signalThatTheDeviceNoLongerNeedsIsSkipped() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        commit(GRILL_FEED, 2);
        bridge.processed(GRILL_FEED, new Revision(2));
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(1L), broker.takeRevisions());
        assertEquals(1, counter("bellwire.bridge.signals.skipped"));
    }

    @Test
    void readAfterTheSignalSkipsNone() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        bridge.received(GRILL_FEED, new Revision(1));
        time.advanceMillis(100);
        broker.answer = device -> new CompletableFuture<>();
        commit(GRILL_FEED, 2);
        time.runDue();
        bridge.received(GRILL_FEED, new Revision(2));
        assertEquals(List.of(1L, 2L), broker.takeRevisions());
        assertEquals(0, counter("bellwire.bridge.signals.skipped"));
    }

    @Test
    void delayOfASignalIsThatOfTheFirstChangeThatItAnnounces() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        time.advanceMillis(10);
        commit(GRILL_FEED, 2);
        time.advanceMillis(10);
        commit(GRILL_FEED, 3);
        time.advance(Duration.ofMinutes(1));

        Timer delay = meters.get("bellwire.bridge.signal.delay").timer();
        assertTrue(broker.published.size() > 4, "greeting and reminders have no delay");
        assertEquals(2, delay.count());
        assertEquals(90, delay.totalTime(TimeUnit.MILLISECONDS));
    }

    @Test
    void windowOfOneDeviceDoesNotDelayAnother() {
        connected(GRILL);
        connected(FRYER);
        commit(GRILL_FEED, 1);
        time.runDue();
        commit(GRILL_FEED, 2);
        commit(FRYER_FEED, 1);
        time.runDue();
        assertEquals(
                List.of(GRILL, FRYER),
                broker.published.stream()
                        .map(RecordingBroker.PublishedSignal::device)
                        .toList());
    }

    @Test
    void oldestAtIsTheTimeOfTheFirstCommitWhileNothingIsAcknowledged() {
        connected(GRILL);
        int lookUps = positions.lookUps.size();
        commit(GRILL_FEED, 1);
        commit(GRILL_FEED, 2);
        time.runDue();
        assertTrue(broker.take().get(0).contains("\"pending\":2,\"oldest_at\":\"2026-11-20T08:00:00.001Z\""));
        assertEquals(lookUps, positions.lookUps.size());
    }

    @Test
    void oldestAtMovesToTheNewestCommitWithoutALookUp() {
        connected(GRILL);
        int lookUps = positions.lookUps.size();
        commit(GRILL_FEED, 1);
        time.runDue();
        commit(GRILL_FEED, 2);
        bridge.processed(GRILL_FEED, new Revision(1));
        time.advanceMillis(100);
        assertTrue(broker.take().get(1).contains("\"pending\":1,\"oldest_at\":\"2026-11-20T08:00:00.002Z\""));
        assertEquals(lookUps, positions.lookUps.size());
    }

    @Test
    void oldestAtIsLookedUpIfTheAcknowledgedPositionIsInBetween() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.runDue();
        commit(GRILL_FEED, 2);
        commit(GRILL_FEED, 3);
        positions.set(GRILL_FEED, 3, 1, 1, EIGHT.plusMillis(2));
        bridge.processed(GRILL_FEED, new Revision(1));
        time.advanceMillis(100);
        assertTrue(broker.take().get(1).contains("\"pending\":2,\"oldest_at\":\"2026-11-20T08:00:00.002Z\""));
    }
}
