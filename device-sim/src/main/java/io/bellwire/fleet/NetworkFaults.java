package io.bellwire.fleet;

import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.DeviceFeed;
import io.bellwire.device.net.SignalListener;
import io.bellwire.device.net.SignalSource;
import io.bellwire.device.net.SignalSubscription;
import io.bellwire.device.net.Timers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The network between one device and the server: may be down, loses signals, delivers some twice and late, and drops
 * the answers to requests that were under way when the connection was cut. Thread-safe.
 */
public final class NetworkFaults {
    private static final int LATE_MILLIS_MAX = 400;

    private final Timers timers;
    private final RunCounters counters;
    private final RandomGenerator random;
    private final AtomicInteger drops = new AtomicInteger();
    private volatile FaultRates rates;
    private volatile boolean offline;

    /** @param random used only under this object's lock */
    NetworkFaults(FaultRates rates, Timers timers, RunCounters counters, RandomGenerator random) {
        this.rates = rates;
        this.timers = timers;
        this.counters = counters;
        this.random = random;
    }

    /** Drops the answers to all HTTP requests under way. */
    void dropAnswersUnderWay() {
        drops.incrementAndGet();
    }

    void setOffline(boolean down) {
        offline = down;
    }

    /** Loses and repeats signals at these rates from now on. */
    void setRates(FaultRates newRates) {
        rates = newRates;
    }

    /** Ends all faults. */
    void clear() {
        rates = FaultRates.NONE;
        offline = false;
    }

    SignalSource wrap(SignalSource signals) {
        return new Signals(signals);
    }

    DeviceFeed wrap(DeviceFeed feed) {
        return new Requests(feed);
    }

    private synchronized boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    private synchronized int lateMillis() {
        return random.nextInt(LATE_MILLIS_MAX);
    }

    private final class Signals implements SignalSource {
        private final SignalSource signals;

        private Signals(SignalSource signals) {
            this.signals = signals;
        }

        @Override
        public SignalSubscription connect(
                DeviceCredentials credentials, @Nullable DeviceCursor cursor, SignalListener listener) {
            if (offline) {
                listener.disconnected("no network");
                return () -> {};
            }
            return signals.connect(credentials, cursor, new LossyListener(listener));
        }

        @Override
        public void close() {
            // FleetResources closes the sources
        }
    }

    private final class LossyListener implements SignalListener {
        private final SignalListener listener;

        private LossyListener(SignalListener listener) {
            this.listener = listener;
        }

        @Override
        public void subscribed() {
            listener.subscribed();
        }

        @Override
        public void resumed() {
            listener.resumed();
        }

        @Override
        public void signal(ReceivedSignal signal) {
            counters.signalsReceived.increment();
            counters.spreadMaxMillis.accumulate(signal.spreadMillis());
            if (happens(rates.signalLoss())) {
                counters.signalsDropped.increment();
                return;
            }
            listener.signal(signal);
            if (happens(rates.duplicate())) {
                timers.after(lateMillis(), () -> listener.signal(signal));
            }
        }

        @Override
        public void disconnected(String reason) {
            listener.disconnected(reason);
        }
    }

    private final class Requests implements DeviceFeed {
        private final DeviceFeed feed;

        private Requests(DeviceFeed feed) {
            this.feed = feed;
        }

        @Override
        public void cancelFetch() {
            feed.cancelFetch();
        }

        @Override
        public CompletionStage<FetchResult> fetchPage(@Nullable DeviceCursor after, long waitMillis) {
            if (offline) {
                return CompletableFuture.completedFuture(new FetchResult.Failed(0, "no network"));
            }
            int before = drops.get();
            return feed.fetchPage(after, waitMillis)
                    .thenApply(answer -> isStillAnswered(before) ? answer : new FetchResult.Failed(0, "cut"));
        }

        @Override
        public CompletionStage<FetchResult> fetchSnapshot(@Nullable String next) {
            if (offline) {
                return CompletableFuture.completedFuture(new FetchResult.Failed(0, "no network"));
            }
            int before = drops.get();
            return feed.fetchSnapshot(next)
                    .thenApply(answer -> isStillAnswered(before) ? answer : new FetchResult.Failed(0, "cut"));
        }

        @Override
        public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
            if (offline) {
                return CompletableFuture.completedFuture(new AckResult.Failed(0, "no network"));
            }
            int before = drops.get();
            return feed.acknowledge(processed)
                    .thenApply(answer -> isStillAnswered(before) ? answer : new AckResult.Failed(0, "cut"));
        }

        private boolean isStillAnswered(int before) {
            return drops.get() == before;
        }
    }
}
