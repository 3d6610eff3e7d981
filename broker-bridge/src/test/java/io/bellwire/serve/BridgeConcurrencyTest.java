package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.bridge.Bridge;
import io.bellwire.bridge.BridgeOptions;
import io.bellwire.bridge.FeedSources;
import io.bellwire.bridge.MqttChannels;
import io.bellwire.bridge.ReminderBackoff;
import io.bellwire.broker.SignalBroker;
import io.bellwire.broker.SignalTopic;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.FeedPosition;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.log.Revision;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Runs the bridge on real threads: commits, sessions, hand-overs and look-ups at the same time, with a third of the
 * signals lost and some wrong answers of the broker. Afterwards every device must have read up to its head.
 */
class BridgeConcurrencyTest {
    private static final Epoch EPOCH = new Epoch("k3v9x2m4qd");
    private static final int COMMITS = 20_000;
    private static final BridgeOptions SHORT_TIMES = new BridgeOptions(
            Duration.ofMillis(2),
            new ReminderBackoff(Duration.ofMillis(5), Duration.ofMillis(50)),
            Duration.ofSeconds(1),
            7);

    private final Map<DeviceId, DeviceModel> devices = IntStream.range(0, 40)
            .mapToObj(i -> new DeviceId("device-" + i))
            .collect(Collectors.toMap(Function.identity(), DeviceModel::new));
    private final List<DeviceModel> all = List.copyOf(devices.values());
    private final ExecutorService logThreads = Executors.newFixedThreadPool(2);
    private final ExecutorService brokerThreads = Executors.newFixedThreadPool(2);

    @Test
    void everyDeviceReadsUpToItsHeadWhateverHappensAtTheSameTime() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (ThreadScheduler scheduler = new ThreadScheduler("bridge", System::nanoTime);
                Bridge bridge = new Bridge(
                        SHORT_TIMES,
                        FeedSources.of(feeds -> CompletableFuture.supplyAsync(
                                () -> feeds.stream()
                                        .map(feed -> devices.get(feed.device().orElseThrow())
                                                .position())
                                        .toList(),
                                logThreads)),
                        scheduler,
                        new Random(1),
                        meters)) {
            MqttChannels channels = new MqttChannels(bridge);
            channels.sendWith(new FlakyBroker(bridge));
            bridge.start();
            ExecutorService threads = Executors.newFixedThreadPool(3);
            List<Future<?>> tasks = new ArrayList<>();
            tasks.add(threads.submit(() -> commitToRandomDevices(bridge)));
            tasks.add(threads.submit(() -> connectAndDisconnect(channels, 2)));
            tasks.add(threads.submit(() -> connectAndDisconnect(channels, 3)));
            for (Future<?> task : tasks) {
                task.get();
            }
            threads.shutdown();
            all.forEach(device -> device.session(channels, true));
            await().untilAsserted(() -> all.forEach(device -> {
                FeedPosition position = device.position();
                assertEquals(position.head(), position.received(), device.id.value());
            }));
            // devices that stayed subscribed must also get signals at once
            all.forEach(device -> device.commit(bridge));
            await().until(() -> all.stream().allMatch(device -> device.position()
                    .received()
                    .equals(device.position().head())));
            assertEquals(0, meters.counter("bellwire.bridge.faults").count());
            await().until(() -> meters.get("bellwire.bridge.queue").gauge().value() == 0);
            assertEquals(
                    all.size(), meters.get("bellwire.bridge.devices").gauge().value());
        } finally {
            logThreads.shutdownNow();
            brokerThreads.shutdownNow();
        }
    }

    private void commitToRandomDevices(Bridge bridge) {
        Random random = new Random(4);
        for (int i = 0; i < COMMITS; i++) {
            all.get(random.nextInt(all.size())).commit(bridge);
        }
    }

    private void connectAndDisconnect(MqttChannels channels, int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < COMMITS; i++) {
            all.get(random.nextInt(all.size())).session(channels, random.nextInt(3) > 0);
        }
    }

    /** The state of one device in the log and the broker; calls the bridge in the order of the device's events. */
    private static final class DeviceModel {
        private final DeviceId id;
        private final FeedId feed;
        private final Object sessionLock = new Object();
        private long head;
        private long received;
        private volatile boolean subscribed;

        DeviceModel(DeviceId id) {
            this.id = id;
            this.feed = FeedId.ofDevice(id);
        }

        void commit(Bridge bridge) {
            Advance advance;
            synchronized (this) {
                head++;
                advance = new Advance(feed, new Revision(head), 1, Instant.EPOCH);
            }
            bridge.committed(List.of(advance));
        }

        synchronized FeedPosition position() {
            return new FeedPosition(
                    feed,
                    EPOCH,
                    new Revision(head),
                    new Revision(received),
                    new Revision(received),
                    received < head ? Instant.EPOCH : null);
        }

        void session(MqttChannels channels, boolean connect) {
            synchronized (sessionLock) {
                if (connect) {
                    subscribed = true;
                    channels.subscribed(id, SignalTopic.of(id), DoorbellKind.MQTT);
                } else if (subscribed) {
                    subscribed = false;
                    channels.disconnected(id);
                }
            }
        }

        void fetch(Bridge bridge) {
            long revision;
            synchronized (this) {
                received = head;
                revision = received;
            }
            bridge.received(feed, new Revision(revision));
        }
    }

    /** Now and then loses signals, is congested, fails or throws; otherwise the device fetches. */
    private final class FlakyBroker implements SignalBroker {
        private final Bridge bridge;
        private final Random random = new Random(5);

        FlakyBroker(Bridge bridge) {
            this.bridge = bridge;
        }

        @Override
        public CompletionStage<Handover> publish(DeviceId id, String topic, byte[] payload, int expirySeconds) {
            DeviceModel device = devices.get(id);
            assertTrue(payload.length < 128);
            int chance = random.nextInt(100);
            return CompletableFuture.supplyAsync(
                    () -> {
                        if (!device.subscribed) {
                            return Handover.NOT_SUBSCRIBED;
                        }
                        if (chance < 10) {
                            return chance < 5 ? Handover.CONGESTED : Handover.FAILED;
                        }
                        if (chance >= 40) {
                            device.fetch(bridge);
                        }
                        return Handover.WRITTEN;
                    },
                    brokerThreads);
        }

        @Override
        public InetSocketAddress address() {
            return InetSocketAddress.createUnresolved("localhost", 1883);
        }

        @Override
        public void disconnect(DeviceId device) {}

        @Override
        public Optional<String> problem() {
            return Optional.empty();
        }

        @Override
        public int connections() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
