package io.bellwire.bridge;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.log.FeedId;
import io.bellwire.runtime.Scheduler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The way of a signal through a real bridge, in real time, with short intervals. */
class BridgeCanaryTest {
    private static final BridgeCanary.Times SHORT =
            new BridgeCanary.Times(Duration.ofMillis(10), Duration.ofMillis(500), 2);

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
    private final StubFeedPositions positions = new StubFeedPositions();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Bridge bridge = new Bridge(
            BridgeOptions.DEFAULT,
            new FeedSources(positions, new StubRecentChanges(), () -> Double.MAX_VALUE),
            new Scheduler() {
                @Override
                public long nowNanos() {
                    return System.nanoTime();
                }

                @Override
                public Alarm schedule(Duration delay, Runnable task) {
                    var scheduled = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
                    return () -> scheduled.cancel(false);
                }
            },
            new Random(7),
            meters);
    private final AtomicReference<CompletionStage<Handover>> outcome =
            new AtomicReference<>(CompletableFuture.completedFuture(Handover.WRITTEN));

    @AfterEach
    void stop() {
        bridge.close();
        thread.shutdownNow();
    }

    private double rounds(String outcome) {
        return meters.get("bellwire.bridge.canaries")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void bridgeThatSendsNothingIsReportedUntilItSendsAgain() {
        positions.set(FeedId.OPERATIONS, 7, 0, 0, null);
        try (BridgeCanary canary = new BridgeCanary(bridge, payload -> outcome.get(), SHORT, meters)) {
            // the bridge has not been started
            await().until(() -> canary.problem().isPresent());
            assertTrue(rounds("unheard") >= 2);
            assertTrue(canary.problem().orElseThrow().startsWith("no signal has got through bridge and broker in "));

            bridge.start();

            await().until(() -> canary.problem().isEmpty());
            await().until(() -> rounds("heard") >= 3);
        }
    }

    @Test
    void brokerThatDoesNotAnswerIsReported() {
        positions.set(FeedId.OPERATIONS, 0, 0, 0, null);
        bridge.start();
        try (BridgeCanary canary = new BridgeCanary(bridge, payload -> outcome.get(), SHORT, meters)) {
            await().until(() -> rounds("heard") >= 2);
            assertEquals(Optional.empty(), canary.problem());
            outcome.set(new CompletableFuture<>());
            await().until(() -> canary.problem().isPresent());
            outcome.set(CompletableFuture.completedFuture(Handover.NOT_SUBSCRIBED));
            await().until(() -> canary.problem().isEmpty());
        }
        await().until(() -> meters.get("bellwire.bridge.devices").gauge().value() == 0);
        assertEquals(0, meters.get("bellwire.bridge.faults").counter().count());
        assertTrue(meters.get("bellwire.bridge.messages")
                        .tag("doorbell", "mqtt")
                        .tag("tier", "signal")
                        .counter()
                        .count()
                >= 2);
        assertEquals(Optional.empty(), bridge.problem());
    }
}
