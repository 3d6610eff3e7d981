package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.FeedId;
import io.bellwire.runtime.TimerThread;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tests the way of a signal, again and again: it opens a channel of the bridge on a feed that is always there, as a
 * reader would, and passes the signal that the bridge sends on it to the broker. Has a thread of its own. Thread-safe.
 */
public final class BridgeCanary implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeCanary.class);
    /** Seldom changed, and made with every log. */
    private static final FeedId FEED = FeedId.OPERATIONS;

    private final Bridge bridge;
    private final Function<byte[], CompletionStage<Handover>> broker;
    private final Times times;
    private final Counter heard;
    private final Counter unheard;
    private final TimerThread thread = new TimerThread("bridge-canary");
    private int failedRounds;
    private volatile @Nullable String symptom;

    /**
     * When the bridge is tested, and when it counts as broken.
     *
     * @param interval the pause between two rounds
     * @param timeout how long a signal may take
     * @param rounds failed rounds in a row after which there is a problem
     */
    public record Times(Duration interval, Duration timeout, int rounds) {
        public static final Times DEFAULT = new Times(Duration.ofSeconds(10), Duration.ofSeconds(5), 3);
    }

    /** @param broker sends a signal with this payload to a client of the broker */
    public BridgeCanary(
            Bridge bridge, Function<byte[], CompletionStage<Handover>> broker, Times times, MeterRegistry meters) {
        this.bridge = bridge;
        this.broker = broker;
        this.times = times;
        this.heard = rounds(meters, "heard");
        this.unheard = rounds(meters, "unheard");
        long millis = times.interval().toMillis();
        var unused = thread.scheduleWithFixedDelay(this::round, millis, millis, TimeUnit.MILLISECONDS);
    }

    private static Counter rounds(MeterRegistry meters, String outcome) {
        return Counter.builder("bellwire.bridge.canaries")
                .description("Tests of the way of a signal through bridge and broker")
                .tag("outcome", outcome)
                .register(meters);
    }

    /** Empty while signals get through, else one line that says since when they do not. */
    public Optional<String> problem() {
        return Optional.ofNullable(symptom);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void round() {
        CanaryChannel channel = new CanaryChannel();
        bridge.channelOpened(channel);
        try {
            channel.sent.get(times.timeout().toMillis(), TimeUnit.MILLISECONDS);
            heard.increment();
            failedRounds = 0;
            symptom = null;
        } catch (ExecutionException | TimeoutException failure) {
            unheard.increment();
            failedRounds++;
            LOG.warn("the canary of the bridge got no signal: {}", failure.toString());
            if (failedRounds >= times.rounds()) {
                symptom = "no signal has got through bridge and broker in " + failedRounds + " tests";
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        } finally {
            bridge.channelClosed(channel);
        }
    }

    private final class CanaryChannel implements SignalChannel {
        private final CompletableFuture<Handover> sent = new CompletableFuture<>();

        @Override
        public FeedId feed() {
            return FEED;
        }

        @Override
        public DoorbellKind kind() {
            return DoorbellKind.MQTT;
        }

        @Override
        public CompletionStage<Handover> send(SignalMessage message) {
            return broker.apply(message.payload()).whenComplete((handover, failure) -> {
                // the broker's watchdog sees to a canary that is not connected
                if (handover == Handover.WRITTEN || handover == Handover.NOT_SUBSCRIBED) {
                    sent.complete(handover);
                }
            });
        }
    }
}
