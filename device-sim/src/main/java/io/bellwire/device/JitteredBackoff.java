package io.bellwire.device;

import java.util.random.RandomGenerator;

/** Waits with full jitter: between 1 ms and a ceiling that doubles. Not thread-safe. */
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

    /** How long to wait after one more failure. */
    long nextMillis() {
        long ceiling = ceilingMillis();
        failures++;
        return 1 + random.nextLong(ceiling);
    }

    /** A wait as after the first failure, whatever went before. */
    long firstMillis() {
        return 1 + random.nextLong(settings.backoffBaseMillis());
    }
}
