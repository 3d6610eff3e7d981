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
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener.Advance;
import io.bellwire.registry.DeviceId;
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
 * The bridge among real threads: commits, sessions, hand-overs and look-ups all at once, with a third of the signals lost
 * and some answers of the broker bad. When the storm is over, every device must have been brought to its head.
 */
class BridgeStormTest {
    private static final Epoch EPOCH = new Epoch("k3v9x2m4qd");
    private static final int COMMITS = 20_000;
    private static final BridgeOptions QUICK = new BridgeOptions(
            Duration.ofMillis(2),
            new ReminderBackoff(Duration.ofMillis(5), Duration.ofMillis(50)),
            Duration.ofSeconds(1),
            7);

    private final Map<DeviceId, Model> models = IntStream.range(0, 40)
            .mapToObj(i -> new DeviceId("device-" + i))
            .collect(Collectors.toMap(Function.identity(), Model::new));
    private final List<Model> all = List.copyOf(models.values());
    private final ExecutorService logThreads = Executors.newFixedThreadPool(2);
    private final ExecutorService brokerThreads = Executors.newFixedThreadPool(2);

    @Test
    void everyDeviceIsBroughtToItsHeadWhateverCrossesWhatever() throws Exception {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (ThreadScheduler scheduler = new ThreadScheduler("bridge", System::nanoTime);
                Bridge bridge = new Bridge(
                        QUICK,
                        FeedSources.of(feeds -> CompletableFuture.supplyAsync(
                                () -> feeds.stream()
                                        .map(feed -> models.get(feed.device().orElseThrow())
                                                .standing())
                                        .toList(),
                                logThreads)),
                        scheduler,
                        new Random(1),
                        meters)) {
            MqttChannels sessions = new MqttChannels(bridge);
            sessions.sendWith(new FlakyBroker(bridge));
            bridge.start();
            ExecutorService storm = Executors.newFixedThreadPool(3);
            List<Future<?>> ends = new ArrayList<>();
            ends.add(storm.submit(() -> commits(bridge)));
            ends.add(storm.submit(() -> sessions(sessions, 2)));
            ends.add(storm.submit(() -> sessions(sessions, 3)));
            for (Future<?> end : ends) {
                end.get();
            }
            storm.shutdown();
            all.forEach(model -> model.session(sessions, true));
            await().untilAsserted(() -> all.forEach(model -> {
                FeedPosition standing = model.standing();
                assertEquals(standing.head(), standing.received(), model.device.value());
            }));
            // what is left over must be heard at once too
            all.forEach(model -> model.commit(bridge));
            await().until(() -> all.stream()
                    .allMatch(model ->
                            model.standing().received() == model.standing().head()));
            assertEquals(0, meters.counter("bellwire.bridge.faults").count());
            await().until(() -> meters.get("bellwire.bridge.queue").gauge().value() == 0);
            assertEquals(
                    all.size(), meters.get("bellwire.bridge.devices").gauge().value());
        } finally {
            logThreads.shutdownNow();
            brokerThreads.shutdownNow();
        }
    }

    private void commits(Bridge bridge) {
        Random random = new Random(4);
        for (int i = 0; i < COMMITS; i++) {
            all.get(random.nextInt(all.size())).commit(bridge);
        }
    }

    private void sessions(MqttChannels sessions, int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < COMMITS; i++) {
            all.get(random.nextInt(all.size())).session(sessions, random.nextInt(3) > 0);
        }
    }

    /** What the log and the broker know of one device; tells the bridge in the order in which things happen to it. */
    private static final class Model {
        private final DeviceId device;
        private final FeedId feed;
        private final Object turn = new Object();
        private long head;
        private long received;
        private volatile boolean subscribed;

        Model(DeviceId device) {
            this.device = device;
            this.feed = FeedId.ofDevice(device);
        }

        void commit(Bridge bridge) {
            Advance advance;
            synchronized (this) {
                head++;
                advance = new Advance(feed, head, 1, Instant.EPOCH);
            }
            bridge.committed(List.of(advance));
        }

        synchronized FeedPosition standing() {
            return new FeedPosition(feed, EPOCH, head, received, received, received < head ? Instant.EPOCH : null);
        }

        void session(MqttChannels sessions, boolean connect) {
            synchronized (turn) {
                if (connect) {
                    subscribed = true;
                    sessions.subscribed(device, SignalTopic.of(device), DoorbellKind.MQTT);
                } else if (subscribed) {
                    subscribed = false;
                    sessions.disconnected(device);
                }
            }
        }

        void fetch(Bridge bridge) {
            long revision;
            synchronized (this) {
                received = head;
                revision = received;
            }
            bridge.received(feed, revision);
        }
    }

    /** Loses signals, is congested, fails, and throws, now and then; else the device fetches. */
    private final class FlakyBroker implements SignalBroker {
        private final Bridge bridge;
        private final Random random = new Random(5);

        FlakyBroker(Bridge bridge) {
            this.bridge = bridge;
        }

        @Override
        public CompletionStage<Handover> publish(DeviceId device, String topic, byte[] payload, int expirySeconds) {
            Model model = models.get(device);
            assertTrue(payload.length < 128);
            int luck = random.nextInt(100);
            return CompletableFuture.supplyAsync(
                    () -> {
                        if (!model.subscribed) {
                            return Handover.NOT_SUBSCRIBED;
                        }
                        if (luck < 10) {
                            return luck < 5 ? Handover.CONGESTED : Handover.FAILED;
                        }
                        if (luck >= 40) {
                            model.fetch(bridge);
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
