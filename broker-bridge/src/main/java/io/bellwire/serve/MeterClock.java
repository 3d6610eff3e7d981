package io.bellwire.serve;

import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.Clock;
import java.util.function.LongSupplier;

/**
 * The clock of the metrics. They use the wall clock only to measure elapsed time, for maxima of the last minutes. So
 * this clock starts at the wall clock's time and then follows elapsed time: setting the wall clock does not change
 * it. Thread-safe.
 */
final class MeterClock implements Clock {
    private final long startMillis;
    private final LongSupplier nanoTime;
    private final Stopwatch elapsed;

    /**
     * @param startMillis the wall clock's time now
     * @param nanoTime as {@link System#nanoTime}
     */
    MeterClock(long startMillis, LongSupplier nanoTime) {
        this.startMillis = startMillis;
        this.nanoTime = nanoTime;
        this.elapsed = new Stopwatch(nanoTime);
    }

    @Override
    public long wallTime() {
        return startMillis + elapsed.millis();
    }

    @Override
    public long monotonicTime() {
        return nanoTime.getAsLong();
    }
}
