package io.bellwire.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StopwatchTest {
    /** As {@link System#nanoTime} may be: below zero, and past the largest number within the minute. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1_000_000_000L})
    void timeBeginsAtZeroAndGoesOnWhateverTheClockBelowItShows(long startNanos) {
        AtomicLong nanos = new AtomicLong(startNanos);
        Stopwatch elapsed = new Stopwatch(nanos::get);
        assertEquals(0, elapsed.nanos());

        nanos.addAndGet(TimeUnit.MINUTES.toNanos(1));

        assertEquals(60_000_000_000L, elapsed.nanos());
        assertEquals(60_000_000, elapsed.micros());
        assertEquals(60_000, elapsed.millis());
    }
}
