package io.bellwire.log;

/**
 * The time that leases end by: that of the wall clock when the log was opened, and as much more as has passed since. A lease
 * so lasts as long as was asked for, whatever the wall clock is set to meanwhile, and is still one after a restart. Thread-safe.
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
