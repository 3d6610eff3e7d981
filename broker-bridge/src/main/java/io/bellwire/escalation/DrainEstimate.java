package io.bellwire.escalation;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * How long it will take until a feed has no problem any more: what is not processed, by the rate at which changes were
 * processed since the problem was found. If none were, as long again as the problem has lasted. Not thread-safe.
 */
final class DrainEstimate {
    static final Duration MAX = Duration.ofHours(1);

    private final long beginNanos;
    private final long beginProcessed;

    DrainEstimate(long processed, long nowNanos) {
        beginNanos = nowNanos;
        beginProcessed = processed;
    }

    /**
     * The estimate now.
     *
     * @param min the shortest one: nothing is undone before
     */
    Duration at(FeedCondition condition, Duration lasted, Duration min, long nowNanos) {
        long drained = condition.processed() - beginProcessed;
        long passedMillis = TimeUnit.NANOSECONDS.toMillis(nowNanos - beginNanos);
        Duration estimate = lasted;
        if (drained > 0 && passedMillis > 0) {
            double pending = (double) Math.max(0, condition.head() - condition.processed());
            estimate = Duration.ofMillis(
                    (long) Math.min((double) MAX.toMillis(), pending * (double) passedMillis / (double) drained));
        }
        Duration bounded = estimate.compareTo(MAX) > 0 ? MAX : estimate;
        return bounded.compareTo(min) < 0 ? min : bounded;
    }
}
