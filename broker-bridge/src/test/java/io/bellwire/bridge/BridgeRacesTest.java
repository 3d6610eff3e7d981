package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.broker.SignalTopic;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.FeedPositions;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Events that overtake each other, faults of the log, and bounds. */
class BridgeRacesTest extends BridgeFixture {
    @Test
    void commitBetweenSubscriptionAndLookUpIsNotLost() {
        positions.delayed = true;
        subscribed(GRILL);
        time.runDue();
        commit(GRILL_FEED, 1);
        time.runDue();
        assertEquals(List.of(), broker.take(), "no signal can be made without the epoch");
        positions.answerAll();
        time.runDue();
        assertEquals(
                List.of("grill {\"epoch\":\"k3v9x2m4qd\",\"revision\":1,\"pending\":1,"
                        + "\"oldest_at\":\"2026-11-20T08:00:00.001Z\"}"),
                broker.take());
    }

    @Test
    void lookUpThatCommitsHaveOvertakenDoesNotRevertThem() {
        connected(GRILL);
        commit(GRILL_FEED, 1, 2);
        time.runDue();
        positions.delayed = true;
        positions.set(GRILL_FEED, 2, 0, 0, EIGHT);
        // two commits are pending and the first is done in part: the time of the rest has to be looked up
        commit(GRILL_FEED, 3, 3);
        bridge.processed(GRILL_FEED, new Revision(1));
        time.runDue();
        commit(GRILL_FEED, 4, 9);
        bridge.received(GRILL_FEED, new Revision(5));
        positions.answerAll();
        time.advance(Duration.ofSeconds(2));
        broker.published.forEach(signal -> assertTrue(signal.revision() <= 9));
        assertEquals(9L, broker.published.get(broker.published.size() - 1).revision());
        assertTrue(broker.published.get(broker.published.size() - 1).payload().contains("\"pending\":8"));
    }

    @Test
    void lookUpForAnEarlierConnectionIsNotUsedForALaterOne() {
        positions.delayed = true;
        subscribed(GRILL);
        time.runDue();
        mqttChannels.disconnected(GRILL);
        time.runDue();
        // committed while no channel is open: only a later look-up can find it
        positions.set(GRILL_FEED, 5, 0, 0, EIGHT);
        commit(GRILL_FEED, 5);
        subscribed(GRILL);
        time.runDue();
        positions.answerAll();
        time.runDue();
        assertEquals(List.of(), broker.take());
        positions.answerAll();
        time.runDue();
        assertEquals(List.of(5L), broker.takeRevisions());
    }

    @Test
    void handoverAfterTheDeviceHasDisconnectedIsIgnored() {
        connected(GRILL);
        CompletableFuture<Handover> handover = new CompletableFuture<>();
        broker.answer = device -> handover;
        commit(GRILL_FEED, 1);
        time.runDue();
        mqttChannels.disconnected(GRILL);
        handover.complete(Handover.NOT_SUBSCRIBED);
        time.advance(Duration.ofMinutes(5));
        assertEquals(1, broker.take().size());
        assertEquals(0, gauge("bellwire.bridge.devices"));
        assertEquals(0, time.tasks());
    }

    @Test
    void takeOverIsGreetedWithoutALookUpAndALateHandoverOfTheOldConnectionDoesNotRemoveIt() {
        connected(GRILL);
        CompletableFuture<Handover> handover = new CompletableFuture<>();
        broker.answer = device -> handover;
        commit(GRILL_FEED, 1);
        time.runDue();
        broker.take();
        broker.answerWith(Handover.WRITTEN);
        int lookUps = positions.lookUps.size();

        subscribed(GRILL);
        handover.complete(Handover.NOT_SUBSCRIBED);
        time.advanceMillis(100);
        assertEquals(List.of(1L), broker.takeRevisions());
        assertEquals(lookUps, positions.lookUps.size());
        assertEquals(1, gauge("bellwire.bridge.devices"));
    }

    @Test
    void handoverOfTheOldConnectionIsNotUsedForTheNewOne() {
        connected(GRILL);
        List<CompletableFuture<Handover>> handovers = new ArrayList<>();
        broker.answer = device -> {
            handovers.add(new CompletableFuture<>());
            return handovers.get(handovers.size() - 1);
        };
        commit(GRILL_FEED, 1);
        time.runDue();
        subscribed(GRILL);
        time.advanceMillis(100);
        assertEquals(2, handovers.size());
        handovers.get(0).complete(Handover.NOT_SUBSCRIBED);
        time.runDue();
        assertEquals(1, gauge("bellwire.bridge.devices"));
        assertEquals(0, signals("news", "not_subscribed"), "it is not counted");
        handovers.get(1).complete(Handover.WRITTEN);
        bridge.processed(GRILL_FEED, new Revision(1));
        time.advance(Duration.ofMinutes(5));
        assertEquals(2, broker.take().size());
    }

    @Test
    void deviceThatDisconnectsBeforeItsLookUpIsNotLookedUp() {
        positions.delayed = true;
        subscribed(FRYER);
        time.runDue();
        subscribed(GRILL);
        time.runDue();
        mqttChannels.disconnected(GRILL);
        time.runDue();
        positions.answerAll();
        time.runDue();
        assertEquals(List.of(Set.of(FRYER_FEED)), positions.lookUps);
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
    void receivedPositionAheadOfTheKnownHeadIsUsedAndTheLateCommitIsNotSignalled() {
        connected(GRILL);
        bridge.received(GRILL_FEED, new Revision(3));
        commit(GRILL_FEED, 3, 3);
        bridge.processed(GRILL_FEED, new Revision(3));
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
        commit(GRILL_FEED, 4);
        time.runDue();
        assertEquals(List.of(4L), broker.takeRevisions());
    }

    @Test
    void lookUpThatFailsIsRepeatedWithBackoffUntilTheLogIsBack() {
        positions.broken = true;
        subscribed(GRILL);
        time.advance(Duration.ofSeconds(30));
        assertTrue(
                positions.lookUps.size() >= 5 && positions.lookUps.size() <= 8, "calls: " + positions.lookUps.size());
        positions.broken = false;
        assertEquals(positions.lookUps.size(), counter("bellwire.bridge.lookups.failed"));
        assertEquals(0, counter("bellwire.bridge.faults"), "it is the log's fault");
        time.advance(Duration.ofSeconds(60));
        assertEquals(List.of(0L), broker.takeRevisions());
        assertEquals(1, counter("bellwire.bridge.lookups.feeds"));
    }

    @Test
    void lookUpThatIsAnsweredWithoutPositionsHasFailed() {
        AtomicInteger lookUps = new AtomicInteger();
        FeedPositions empty =
                feeds -> lookUps.getAndIncrement() == 0 ? CompletableFuture.completedFuture(null) : positions.of(feeds);
        Bridge other = new Bridge(
                BridgeOptions.DEFAULT, FeedSources.of(empty), time, new Random(7), new SimpleMeterRegistry());
        MqttChannels channels = new MqttChannels(other);
        channels.sendWith(broker);
        other.start();
        channels.subscribed(GRILL, SignalTopic.of(GRILL), DoorbellKind.MQTT);
        time.advance(Duration.ofSeconds(2));
        assertEquals(2, lookUps.get());
        assertEquals(List.of(0L), broker.takeRevisions());
    }

    @Test
    void feedThatMakesEveryLookUpThrowDelaysOthersOnlyBriefly() {
        positions.failingFeed = GRILL_FEED;
        subscribed(GRILL);
        List<DeviceId> others =
                IntStream.range(0, 50).mapToObj(i -> new DeviceId("other-" + i)).toList();
        others.forEach(device -> {
            positions.set(FeedId.ofDevice(device), 1, 0, 0, EIGHT);
            subscribed(device);
        });
        time.advance(Duration.ofSeconds(10));
        assertTrue(broker.published.stream()
                .map(RecordingBroker.PublishedSignal::device)
                .toList()
                .containsAll(others));
    }

    @Test
    void lookUpThatIsNeverAnsweredIsRepeatedAfterTheTimeout() {
        positions.delayed = true;
        subscribed(GRILL);
        time.runDue();
        positions.delayed = false;
        time.advance(Duration.ofSeconds(12));
        assertEquals(List.of(0L), broker.takeRevisions());
        positions.answerAll();
        time.runDue();
        assertEquals(List.of(), broker.take());
    }

    @Test
    void queueAndTimersAreBoundedByTheDevicesHoweverManyEvents() {
        int devices = 100;
        List<DeviceId> all = IntStream.range(0, devices)
                .mapToObj(i -> new DeviceId("device-" + i))
                .toList();
        all.forEach(device -> {
            positions.set(FeedId.ofDevice(device), 0, 0, 0, null);
            subscribed(device);
        });
        LongStream.rangeClosed(1, 1_000).forEach(head -> all.forEach(device -> commit(FeedId.ofDevice(device), head)));
        assertEquals(devices, gauge("bellwire.bridge.queue"));
        assertEquals(1, time.tasks());
        time.advance(Duration.ofSeconds(30));
        assertTrue(time.tasks() <= 2, "timers: " + time.tasks());
        all.forEach(mqttChannels::disconnected);
        time.advance(Duration.ofMinutes(5));
        assertEquals(0, time.tasks());
        assertEquals(0, gauge("bellwire.bridge.devices"));
    }

    @Test
    void closedBridgeSendsNothing() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        bridge.close();
        assertEquals(0, gauge("bellwire.bridge.devices"));
        assertEquals(0, gauge("bellwire.bridge.queue"));
        commit(GRILL_FEED, 1);
        subscribed(FRYER);
        time.advance(Duration.ofMinutes(5));
        assertEquals(List.of(), broker.take());
    }
}
