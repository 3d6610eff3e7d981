package io.bellwire.fleet;

import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.FetchResult;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.net.DeviceCredentials;
import io.bellwire.net.DeviceFeed;
import io.bellwire.net.SignalSource;
import io.bellwire.net.Timers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One device's stretch of network: may be down, loses signals, brings some twice and late, and forgets the answers to
 * what was asked when a storm came. Thread-safe.
 */
public final class NetworkFaults {
    private static final int LATE_MILLIS_MAX = 400;

    private final Timers timers;
    private final RunCounters tally;
    private final RandomGenerator random;
    private final AtomicInteger storms = new AtomicInteger();
    private volatile FaultRates rates;
    private volatile boolean offline;

    /** @param random used under this object's lock alone */
    NetworkFaults(FaultRates rates, Timers timers, RunCounters tally, RandomGenerator random) {
        this.rates = rates;
        this.timers = timers;
        this.tally = tally;
        this.random = random;
    }

    /** Whatever is under way over HTTP gets no answer. */
    void storm() {
        storms.incrementAndGet();
    }

    void offline(boolean down) {
        offline = down;
    }

    /** From now on, faults at these rates. */
    void rough(FaultRates newRates) {
        rates = newRates;
    }

    /** No more faults. */
    void calm() {
        rates = FaultRates.NONE;
        offline = false;
    }

    SignalSource over(SignalSource signals) {
        return new Signals(signals);
    }

    DeviceFeed over(DeviceFeed feed) {
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
        public Call dial(DeviceCredentials who, @Nullable DeviceCursor place, Ear ear) {
            if (offline) {
                ear.cut("no network");
                return () -> {};
            }
            return signals.dial(who, place, new LossyEar(ear));
        }

        @Override
        public void close() {
            // the connections' owner closes them
        }
    }

    private final class LossyEar implements SignalSource.Ear {
        private final SignalSource.Ear ear;

        private LossyEar(SignalSource.Ear ear) {
            this.ear = ear;
        }

        @Override
        public void listening() {
            ear.listening();
        }

        @Override
        public void resumed() {
            ear.resumed();
        }

        @Override
        public void heard(ReceivedSignal signal) {
            tally.signalsReceived.increment();
            tally.spreadMaxMillis.accumulate(signal.spreadMillis());
            if (happens(rates.signalLoss())) {
                tally.signalsDropped.increment();
                return;
            }
            ear.heard(signal);
            if (happens(rates.duplicate())) {
                timers.after(lateMillis(), () -> ear.heard(signal));
            }
        }

        @Override
        public void cut(String why) {
            ear.cut(why);
        }
    }

    private final class Requests implements DeviceFeed {
        private final DeviceFeed feed;

        private Requests(DeviceFeed feed) {
            this.feed = feed;
        }

        @Override
        public void hangUp() {
            feed.hangUp();
        }

        @Override
        public CompletionStage<FetchResult> page(@Nullable DeviceCursor after, long waitMillis) {
            if (offline) {
                return CompletableFuture.completedFuture(new FetchResult.Failed(0, "no network"));
            }
            int before = storms.get();
            return feed.page(after, waitMillis)
                    .thenApply(answer -> survived(before) ? answer : new FetchResult.Failed(0, "cut"));
        }

        @Override
        public CompletionStage<FetchResult> snapshot(@Nullable String next) {
            if (offline) {
                return CompletableFuture.completedFuture(new FetchResult.Failed(0, "no network"));
            }
            int before = storms.get();
            return feed.snapshot(next)
                    .thenApply(answer -> survived(before) ? answer : new FetchResult.Failed(0, "cut"));
        }

        @Override
        public CompletionStage<AckResult> acknowledge(DeviceCursor processed) {
            if (offline) {
                return CompletableFuture.completedFuture(new AckResult.Failed(0, "no network"));
            }
            int before = storms.get();
            return feed.acknowledge(processed)
                    .thenApply(answer -> survived(before) ? answer : new AckResult.Failed(0, "cut"));
        }

        private boolean survived(int before) {
            return storms.get() == before;
        }
    }
}
