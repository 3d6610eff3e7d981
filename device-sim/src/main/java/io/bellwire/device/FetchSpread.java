package io.bellwire.device;

import java.util.random.RandomGenerator;

/**
 * Delays the fetch for a signal to a random moment within the signal's {@code spread_ms}, so that many devices do not
 * fetch at once. Not thread-safe.
 */
final class FetchSpread {
    private final RandomGenerator random;
    private long dueMillis = Device.NEVER_MILLIS;

    FetchSpread(RandomGenerator random) {
        this.random = random;
    }

    long dueMillis() {
        return dueMillis;
    }

    boolean isRunning() {
        return dueMillis != Device.NEVER_MILLIS;
    }

    /**
     * Returns whether the fetch has to wait, and draws the moment if so. A moment that was drawn before stays, unless
     * it is later than {@code spreadMillis} from now.
     */
    boolean delay(long atMillis, long spreadMillis) {
        if (spreadMillis > 0 && (!isRunning() || dueMillis > atMillis + spreadMillis)) {
            dueMillis = atMillis + 1 + random.nextLong(spreadMillis);
        }
        return spreadMillis > 0;
    }

    void cancel() {
        dueMillis = Device.NEVER_MILLIS;
    }
}
