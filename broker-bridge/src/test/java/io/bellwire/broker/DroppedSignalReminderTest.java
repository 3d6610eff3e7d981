package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.bridge.Bridge;
import io.bellwire.bridge.BridgeOptions;
import io.bellwire.bridge.FeedSources;
import io.bellwire.bridge.MqttChannels;
import io.bellwire.bridge.ReminderBackoff;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.FeedPosition;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import io.bellwire.runtime.Scheduler;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bridge and broker together, when a device does not read: the bridge repeats signals that Moquette drops. */
class DroppedSignalReminderTest {
    private static final DeviceId GRILL = new DeviceId("grill");
    private static final BridgeOptions SHORT_BACKOFF = new BridgeOptions(
            Duration.ZERO,
            new ReminderBackoff(Duration.ofMillis(10), Duration.ofMillis(50)),
            Duration.ofSeconds(10),
            1_000);

    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1);
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Bridge bridge = new Bridge(
            SHORT_BACKOFF,
            FeedSources.of(feeds -> CompletableFuture.completedFuture(feeds.stream()
                    .map(feed -> new FeedPosition(
                            feed, new Epoch("k3v9x2m4qd"), new Revision(17), Revision.NONE, Revision.NONE, null))
                    .toList())),
            new RealTime(),
            new Random(7),
            meters);
    private final MqttChannels channels = new MqttChannels(bridge);

    @AfterEach
    void stop() {
        bridge.close();
        thread.shutdownNow();
    }

    @Test
    void signalThatIsDroppedAtAFullChannelIsRepeatedUntilTheDeviceHasReadIt() throws Exception {
        try (TestBroker broker = new TestBroker();
                RawClient grill = new RawClient(broker.endpoint(), 4096)) {
            channels.sendWith(broker.broker());
            bridge.start();
            grill.send(Packets.connect("grill").bytes());
            assertEquals(0, grill.read().code(1));
            assertEquals(0, grill.subscribe(SignalTopic.of(GRILL)));
            fill(broker);

            channels.subscribed(GRILL, SignalTopic.of(GRILL), DoorbellKind.MQTT);
            await().until(() -> congested() >= 3);

            String received = "";
            while (!received.contains("\"revision\":17")) {
                received = grill.read().text(); // fails if nothing arrives for 10 s
            }
            assertEquals(0, meters.counter("bellwire.bridge.faults").count());
        }
    }

    /** Publishes until nothing more fits, even after all bytes on their way have arrived. */
    private static void fill(TestBroker broker) {
        int congestedInARow = 0;
        while (congestedInARow < 1_000) {
            congestedInARow =
                    broker.publish("grill", "{\"revision\":1}") == Handover.CONGESTED ? congestedInARow + 1 : 0;
        }
    }

    private double congested() {
        return meters.find("bellwire.bridge.signals").tag("outcome", "congested").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    private final class RealTime implements Scheduler {
        private final long originNanos = System.nanoTime();

        @Override
        public long nowNanos() {
            return System.nanoTime() - originNanos;
        }

        @Override
        public Alarm schedule(Duration delay, Runnable task) {
            Future<?> scheduled = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        }
    }
}
