package io.bellwire.device;

import java.util.random.RandomGenerator;

/** Draws waits with full jitter: from 1 ms to a ceiling that doubles with each failure. Not thread-safe. */
final class JitteredBackoff {
    /** Doubling more often cannot matter, and would overflow. */
    private static final int DOUBLINGS_MAX = 30;

    private final DeviceSettings settings;
    private final RandomGenerator random;
    private int failures;

    JitteredBackoff(DeviceSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
    }

    /** How many failures there have been in a row. */
    int failures() {
        return failures;
    }

    void reset() {
        failures = 0;
    }

    /** The longest that the next wait can be. */
    long ceilingMillis() {
        int doublings = Math.min(failures, DOUBLINGS_MAX);
        return Math.min(settings.backoffMaxMillis(), settings.backoffBaseMillis() << doublings);
    }

    /** Counts one more failure and draws the wait after it. */
    long nextMillis() {
        long ceiling = ceilingMillis();
        failures++;
        return 1 + random.nextLong(ceiling);
    }

    /** Draws a wait as after a first failure, without counting one. */
    long firstMillis() {
        return 1 + random.nextLong(settings.backoffBaseMillis());
    }
}
