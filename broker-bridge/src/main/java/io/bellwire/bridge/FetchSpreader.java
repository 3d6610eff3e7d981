package io.bellwire.bridge;

import io.bellwire.feed.ServiceRate;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Those who are about to ask for their feeds at the same time, and over which time they should spread. After a restart all
 * devices come back within seconds, and each that is behind would ask at once. The first to come do not see the herd
 * behind them, so as many as have come within the last second are taken to come in the next one too. What is
 * expected may be told on any thread; the rest belongs to the bridge's loop.
 */
final class FetchSpreader {
    /** The rest is left to acknowledgements, second pages, and everybody else. */
    private static final double SHARE_OF_CAPACITY = 0.5;

    private static final double MEMORY_NANOS = 1e9;
    /** A shorter spread is not worth a word. */
    private static final long LEAST_MILLIS = 50;

    private final ServiceRate capacity;
    private final long maxMillis;
    private final AtomicInteger expected = new AtomicInteger();
    private int arrived;
    private double arrivedOfLate;
    private long knownNanos;

    FetchSpreader(ServiceRate capacity, Duration spreadMax) {
        this.capacity = capacity;
        this.maxMillis = spreadMax.toMillis();
    }

    /** Somebody has come who is behind. */
    void arrived() {
        arrived++;
    }

    /** One more, or less, of whom a request is to be expected. */
    void expect(int change) {
        expected.addAndGet(change);
    }

    /** Readers who are behind, or of whom that is not known yet, and who were not reminded yet. */
    int expected() {
        return expected.get();
    }

    /** Over how many milliseconds somebody who is rung now should spread the request; 0 for at once. */
    long spreadMillis(long nowNanos) {
        arrivedOfLate = arrivedOfLate * Math.exp((knownNanos - nowNanos) / MEMORY_NANOS) + arrived;
        arrived = 0;
        knownNanos = nowNanos;
        int waiting = expected.get();
        double requests = waiting + arrivedOfLate;
        double millis = requests / (SHARE_OF_CAPACITY * capacity.pagesPerSecond()) * 1_000;
        long spread = (long) Math.min(millis, (double) maxMillis);
        return spread < LEAST_MILLIS ? 0 : spread;
    }
}
