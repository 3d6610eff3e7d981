package io.bellwire.delivery;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** After which times failed attempts are repeated, with up to a fifth more at random. Immutable. */
record RetrySchedule(List<Duration> delays) {
    private static final int JITTER_PART = 5;

    /** How many retries there are. */
    int size() {
        return delays.size();
    }

    /** The delay before retry {@code index}, in nanoseconds; that of the last one if there are not so many. */
    long delayNanos(int index, RandomGenerator random) {
        long nanos = delays.get(Math.min(index, delays.size() - 1)).toNanos();
        // endpoints that failed together are not all called together again
        return nanos + random.nextLong(nanos / JITTER_PART + 1);
    }
}
