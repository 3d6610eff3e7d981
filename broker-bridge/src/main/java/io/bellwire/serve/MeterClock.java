package io.bellwire.serve;

import io.bellwire.log.Stopwatch;
import io.micrometer.core.instrument.Clock;
import java.util.function.LongSupplier;

/**
 * The clock of meters. They ask it for the wall clock's time only to find out how much has passed, for maxima that are of the
 * last minutes: so that goes on by what passes, and not by what the wall clock is set to. Thread-safe.
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
