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
    private final long openedAgeMillis;
    private final long openedNanos;
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
        this.openedAgeMillis = ageMillis;
        this.openedNanos = lastNanos;
    }

    /**
     * The age when the wall clock shows {@code millis}. A time that is a little older than the last one is that of a
     * write that others have overtaken: time would be counted twice if the age went on from there. What is counted
     * twice in spite of that is bounded by the time since the log was opened.
     */
    long at(long millis) {
        if (millis < lastMillis && lastMillis - millis <= SLACK_MILLIS) {
            return ageMillis;
        }
        long nowNanos = nanoTime.getAsLong();
        long passedMaxMillis = (nowNanos - lastNanos) / NANOS_PER_MILLI + SLACK_MILLIS;
        long passedMillis = Math.max(0, Math.min(millis - lastMillis, passedMaxMillis));
        long ageMaxMillis = openedAgeMillis + (nowNanos - openedNanos) / NANOS_PER_MILLI + SLACK_MILLIS;
        ageMillis = Math.max(ageMillis, Math.min(ageMillis + passedMillis, ageMaxMillis));
        lastMillis = millis;
        lastNanos = nowNanos;
        return ageMillis;
    }
}
