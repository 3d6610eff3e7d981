package io.bellwire.delivery;

import java.time.Duration;

/**
 * Whether the beginning and the end of a state are to be told: the beginning at most once in a while, and the end only
 * if the beginning was. Not thread-safe.
 */
final class StateNews {
    private boolean isTold;
    private long tellNanos;

    /** Whether to tell now that the state has begun. It counts as told then. */
    boolean begins(Duration spacing, long nowNanos) {
        if (isTold || nowNanos < tellNanos) {
            return false;
        }
        isTold = true;
        tellNanos = nowNanos + spacing.toNanos();
        return true;
    }

    /** Whether to tell now that the state has ended. */
    boolean ends() {
        boolean was = isTold;
        isTold = false;
        return was;
    }
}
