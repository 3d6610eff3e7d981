package io.bellwire.bridge;

import io.bellwire.feed.ServiceRate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Over which time readers should spread their requests. After a restart all devices come back within seconds, and each
 * that is behind would read at once. The first to come do not see how many follow, so as many as have come within the
 * last second are taken to come in the next one too. What is expected may be told on any thread; the rest belongs to
 * the bridge's loop.
 */
final class FetchSpreader {
    /** The rest is left to acknowledgements, second pages, and everybody else. */
    private static final double SHARE_OF_RATE = 0.5;

    private static final double MEMORY_NANOS = 1e9;
    /** A shorter spread is not worth its bytes. */
    private static final long LEAST_MILLIS = 50;

    private final ServiceRate rate;
    private final long maxMillis;
    private final AtomicInteger expected = new AtomicInteger();
    private int arrived;
    private double arrivedOfLate;
    private long knownNanos;

    FetchSpreader(ServiceRate rate, Duration spreadMax) {
        this.rate = rate;
        this.maxMillis = spreadMax.toMillis();
    }

    /** A reader has come that is behind. */
    void arrived() {
        arrived++;
    }

    /** One feed more, or less, that a read is to be expected of. */
    void expect(int change) {
        expected.addAndGet(change);
    }

    /** Feeds whose readers are behind, or may be, and were not reminded yet. */
    int expected() {
        return expected.get();
    }

    /** Over how many milliseconds a reader that is signalled now should spread its request; 0 for at once. */
    long spreadMillis(long nowNanos) {
        arrivedOfLate = arrivedOfLate * Math.exp((knownNanos - nowNanos) / MEMORY_NANOS) + arrived;
        arrived = 0;
        knownNanos = nowNanos;
        int waiting = expected.get();
        double requests = waiting + arrivedOfLate;
        double millis = requests / (SHARE_OF_RATE * rate.pagesPerSecond()) * 1_000;
        long spread = (long) Math.min(millis, (double) maxMillis);
        return spread < LEAST_MILLIS ? 0 : spread;
    }
}
