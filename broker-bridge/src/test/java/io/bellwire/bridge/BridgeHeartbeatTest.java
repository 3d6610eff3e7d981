package io.bellwire.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalTopic;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.Revision;
import io.bellwire.runtime.Scheduler;
import io.bellwire.runtime.TurnHeartbeat;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whether the bridge reports that its loop stands still, and survives whatever is thrown in it. */
class BridgeHeartbeatTest extends BridgeFixture {
    /** A scheduler that loses its tasks from a moment on, as a thread does that is stuck or has died. */
    private static final class StoppableTime implements Scheduler {
        private final VirtualTime time = new VirtualTime();
        private boolean stopped;

        @Override
        public long nowNanos() {
            return time.nowNanos();
        }

        @Override
        public Alarm schedule(Duration delay, Runnable task) {
            return time.schedule(delay, () -> {
                if (!stopped) {
                    task.run();
                }
            });
        }
    }

    @Test
    void loopThatDoesNotTurnIsReportedOnlyIfWorkIsDue() {
        StoppableTime stoppable = new StoppableTime();
        Bridge watched = new Bridge(
                BridgeOptions.DEFAULT,
                new FeedSources(positions, recent, () -> pagesPerSecond),
                stoppable,
                new Random(7),
                new SimpleMeterRegistry());
        MqttChannels channels = new MqttChannels(watched);
        channels.sendWith(broker);
        watched.start();
        stoppable.time.advance(Duration.ofHours(1));
        assertEquals(Optional.empty(), watched.problem(), "nothing to do for an hour");

        stoppable.stopped = true;
        stoppable.time.advance(Duration.ofHours(1));
        assertEquals(Optional.empty(), watched.problem(), "still nothing to do");
        channels.subscribed(GRILL, SignalTopic.of(GRILL), DoorbellKind.MQTT);
        stoppable.time.advance(Duration.ofSeconds(9));
        assertEquals(Optional.empty(), watched.problem());
        stoppable.time.advance(Duration.ofSeconds(3));
        assertEquals(
                Optional.of("the bridge has not turned for 12 s although work is due: no device is signalled"),
                watched.problem());
        watched.close();
        assertEquals(Optional.empty(), watched.problem());
    }

    @Test
    void loopThatStopsBeforeAReminderIsReported() {
        StoppableTime stoppable = new StoppableTime();
        Bridge watched = new Bridge(
                BridgeOptions.DEFAULT, FeedSources.of(positions), stoppable, new Random(7), new SimpleMeterRegistry());
        MqttChannels channels = new MqttChannels(watched);
        channels.sendWith(broker);
        watched.start();
        channels.subscribed(GRILL, SignalTopic.of(GRILL), DoorbellKind.MQTT);
        commitTo(watched, GRILL_FEED, 1);
        stoppable.time.advanceMillis(200);
        stoppable.stopped = true;
        stoppable.time.advance(Duration.ofSeconds(10));
        assertEquals(Optional.empty(), watched.problem());
        stoppable.time.advance(Duration.ofSeconds(5));
        assertTrue(watched.problem().isPresent());
    }

    @Test
    void turnThatDoesNotEndIsReported() {
        TurnHeartbeat heartbeat = new TurnHeartbeat(time, "the bridge", "no device is signalled");
        heartbeat.begin();
        time.advance(Duration.ofMillis(9_999));
        assertEquals(Optional.empty(), heartbeat.problem());
        assertEquals(9.999, heartbeat.lateSeconds());
        time.advanceMillis(1);
        assertEquals(
                Optional.of("the bridge has not turned for 10 s although work is due: no device is signalled"),
                heartbeat.problem());
        heartbeat.end();
        assertEquals(Optional.empty(), heartbeat.problem());
    }

    @Test
    void bridgeWhoseReadersAreRemindedHasNoProblem() {
        connected(GRILL);
        commit(GRILL_FEED, 1);
        time.advanceMillis(200);
        assertFalse(broker.published.isEmpty());
        time.advance(Duration.ofMinutes(10));
        assertEquals(Optional.empty(), bridge.problem());
        assertEquals(0, gauge("bellwire.bridge.late.seconds"));
    }

    @Test
    void errorsInATurnDoNotStopTheBridge() {
        connected(GRILL);
        bridge.endTurnsWith(() -> {
            throw new StackOverflowError("as deep as it goes");
        });
        commit(GRILL_FEED, 1);
        time.advanceMillis(500);
        mqttChannels.sendWith(broker);
        time.advance(Duration.ofSeconds(30));
        assertTrue(broker.published.size() > 0);
        bridge.received(GRILL_FEED, new Revision(1));
        assertEquals(Optional.empty(), bridge.problem());
        assertTrue(meters.get("bellwire.bridge.faults").counter().count() >= 1);
    }
}
