package io.bellwire.outbound;

import java.time.Duration;

/**
 * How names are looked up. Immutable.
 *
 * @param threads lookups at once, each of another name; 1 to 64
 * @param waitersMax names that wait for a thread; more are refused at once
 * @param timeout how long a call waits for a lookup
 * @param kept how long the result of a lookup is used; 0 to look up for each call. The JDK keeps what it was told for
 *     30 s, and that there is no such name for 10 s, besides
 * @param slowKept how long a name is not looked up again after a lookup that took longer than {@code timeout}
 */
public record LookupOptions(int threads, int waitersMax, Duration timeout, Duration kept, Duration slowKept) {
    public static final LookupOptions DEFAULT =
            new LookupOptions(8, 1_000, Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMinutes(1));

    private static final int THREADS_MAX = 64;

    public LookupOptions {
        if (threads < 1 || threads > THREADS_MAX) {
            throw new IllegalArgumentException("lookups at once must be 1 to " + THREADS_MAX + ", are " + threads);
        }
        if (waitersMax < 1) {
            throw new IllegalArgumentException("names that wait for a lookup must be 1 or more, are " + waitersMax);
        }
        if (timeout.isNegative() || timeout.isZero() || kept.isNegative() || slowKept.isNegative()) {
            throw new IllegalArgumentException("times of lookups must not be negative");
        }
    }
}
