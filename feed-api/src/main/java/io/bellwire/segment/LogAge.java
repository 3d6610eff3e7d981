package io.bellwire.segment;

import java.util.function.LongSupplier;

/**
 * Measures for how long the log has been running, over all starts. Retention goes by this age. The age grows with the
 * wall clock, but by no more than a clock has measured that only measures time: so neither a wall clock that jumps nor
 * a server that stood still for a month makes anything old at once. Not thread-safe.
 */
final class LogAge {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long SLACK_MILLIS = 1_000;

    private final LongSupplier nanoTime;
    private long ageMillis;
    private long lastMillis;
    private long lastNanos;

    /**
     * The age of a log that is opened.
     *
     * @param ageMillis its age when its newest record was written
     * @param nowMillis the wall clock's time now, milliseconds since 1970
     * @param nanoTime a clock that only measures time, in nanoseconds
     */
    LogAge(long ageMillis, long nowMillis, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.ageMillis = ageMillis;
        this.lastMillis = nowMillis;
        this.lastNanos = nanoTime.getAsLong();
    }

    /** The age when the wall clock shows {@code millis}. */
    long at(long millis) {
        long nowNanos = nanoTime.getAsLong();
        long passedMaxMillis = (nowNanos - lastNanos) / NANOS_PER_MILLI + SLACK_MILLIS;
        long passedMillis = Math.max(0, Math.min(millis - lastMillis, passedMaxMillis));
        ageMillis += passedMillis;
        lastMillis = millis;
        lastNanos = nowNanos;
        return ageMillis;
    }
}
