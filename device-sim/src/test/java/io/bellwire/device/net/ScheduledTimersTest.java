package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduledTimersTest {
    /** A device must not get times below zero: it would take them for the time of a Retry-After. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, Long.MAX_VALUE})
    void timeBeginsAtZeroWhateverTheClockShows(long startNanos) {
        AtomicLong nanos = new AtomicLong(startNanos);
        try (ScheduledTimers timers = new ScheduledTimers(nanos::get)) {
            assertEquals(0, timers.nowMillis());

            nanos.addAndGet(7_000_000);

            assertEquals(7, timers.nowMillis());
        }
    }
}
