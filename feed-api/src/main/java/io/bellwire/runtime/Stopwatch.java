package io.bellwire.runtime;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time since this was made. Everything that lasts for a time is measured with it: a wall clock is set forwards and
 * back, and only says when something was. Never negative, whatever the zero of the clock below it. Thread-safe.
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
