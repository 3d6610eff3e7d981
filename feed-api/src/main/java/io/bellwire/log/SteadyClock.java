package io.bellwire.log;

import io.bellwire.runtime.Stopwatch;

/**
 * A clock that does not jump: the wall clock when the log was opened, plus the time that has passed since. What ends by
 * it lasts as long as was asked for, even if the wall clock is set meanwhile, and also after a restart. Thread-safe.
 */
final class SteadyClock {
    private final long openedMillis;
    private final Stopwatch elapsed;

    SteadyClock(long openedMillis, Stopwatch elapsed) {
        this.openedMillis = openedMillis;
        this.elapsed = elapsed;
    }

    /** Milliseconds since 1970 as the wall clock counted them when the log was opened. */
    long millis() {
        return openedMillis + elapsed.millis();
    }
}
