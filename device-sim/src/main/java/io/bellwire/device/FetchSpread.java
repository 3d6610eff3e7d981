package io.bellwire.device;

import java.util.random.RandomGenerator;

/** The random moment at which to poll because of a signal that asked for one. Not thread-safe. */
final class FetchSpread {
    private final RandomGenerator random;
    private long dueMillis = Device.NEVER_MILLIS;

    FetchSpread(RandomGenerator random) {
        this.random = random;
    }

    long dueMillis() {
        return dueMillis;
    }

    boolean isWaiting() {
        return dueMillis != Device.NEVER_MILLIS;
    }

    /**
     * Whether to wait with the poll, now that a signal asks to make it within {@code withinMillis}. A moment that has been
     * drawn stands, unless the signal wants it sooner.
     */
    boolean await(long atMillis, long withinMillis) {
        if (withinMillis > 0 && (!isWaiting() || dueMillis > atMillis + withinMillis)) {
            dueMillis = atMillis + 1 + random.nextLong(withinMillis);
        }
        return withinMillis > 0;
    }

    void over() {
        dueMillis = Device.NEVER_MILLIS;
    }
}
