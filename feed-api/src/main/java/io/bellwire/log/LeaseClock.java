package io.bellwire.log;

import io.bellwire.runtime.Stopwatch;

/**
 * The time by which leases end: the wall clock when the log was opened, plus the time that has passed since. A lease
 * therefore lasts as long as was asked for, even if the wall clock is set meanwhile, and survives a restart.
 * Thread-safe.
 */
final class LeaseClock {
    private final long openedMillis;
    private final Stopwatch elapsed;

    LeaseClock(long openedMillis, Stopwatch elapsed) {
        this.openedMillis = openedMillis;
        this.elapsed = elapsed;
    }

    /** Milliseconds since 1970 as the wall clock counted them when the log was opened. */
    long millis() {
        return openedMillis + elapsed.millis();
    }
}
