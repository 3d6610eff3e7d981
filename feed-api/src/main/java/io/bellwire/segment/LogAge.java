package io.bellwire.segment;

import java.util.function.LongSupplier;

/**
 * How long the log has been running, over all starts: what retention counts by. It goes on with the wall clock as far as a clock
 * that only measures time agrees, so that neither a wall clock that jumps nor a server that stood still for a month makes anything old
 * at once. Not thread-safe.
 */
final class LogAge {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long SLACK_MILLIS = 1_000;

    private final LongSupplier nanoTime;
    private long ageMillis;
    private long atMillis;
    private long nanos;

    /** A log that was as old when its newest record was written; {@code atMillis} is the wall clock's time now. */
    LogAge(long ageMillis, long atMillis, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.ageMillis = ageMillis;
        this.atMillis = atMillis;
        this.nanos = nanoTime.getAsLong();
    }

    /** The age when the wall clock shows {@code millis}. */
    long at(long millis) {
        long now = nanoTime.getAsLong();
        long passedMax = (now - nanos) / NANOS_PER_MILLI + SLACK_MILLIS;
        long passed = Math.max(0, Math.min(millis - atMillis, passedMax));
        ageMillis += passed;
        atMillis = millis;
        nanos = now;
        return ageMillis;
    }
}
