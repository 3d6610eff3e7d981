package io.bellwire.bridge;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays that double from {@code first} to {@code max}. Each is drawn from the upper half of its range, so that devices
 * that fell behind together are not all rung together again. Immutable.
 */
public record ReminderBackoff(Duration first, Duration max) {
    private static final int DOUBLINGS_MAX = 30;

    public ReminderBackoff {
        if (first.isNegative() || first.isZero()) {
            throw new IllegalArgumentException("backoff first must be above zero, is " + first);
        }
        if (max.compareTo(first) < 0) {
            throw new IllegalArgumentException("backoff max must be at least its first, " + first + ", is " + max);
        }
        if (max.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("backoff max must be at most a day, is " + max);
        }
    }

    /** The delay after {@code attempts} earlier ones, in nanoseconds. */
    long delayNanos(int attempts, RandomGenerator random) {
        int doublings = Math.min(attempts, DOUBLINGS_MAX);
        long maxNanos = max.toNanos();
        long wholeNanos = first.toNanos() > maxNanos >> doublings ? maxNanos : first.toNanos() << doublings;
        long halfNanos = wholeNanos / 2;
        return halfNanos + random.nextLong(halfNanos + 1);
    }
}
