package io.bellwire.log;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How much time has passed since this was made. It is what everything that lasts for a time is measured by: a wall clock is
 * set forwards and back, and says when something was. Never negative, whatever the zero of the clock below it. Thread-safe.
 */
public final class Stopwatch {
    private final LongSupplier nanoTime;
    private final long originNanos;

    /** @param nanoTime as {@link System#nanoTime} */
    public Stopwatch(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.originNanos = nanoTime.getAsLong();
    }

    public long nanos() {
        return nanoTime.getAsLong() - originNanos;
    }

    public long micros() {
        return TimeUnit.NANOSECONDS.toMicros(nanos());
    }

    public long millis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos());
    }
}
