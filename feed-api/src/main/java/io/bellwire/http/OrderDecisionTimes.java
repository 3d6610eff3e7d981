package io.bellwire.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** How long orders have waited for a decision of late: what a caller that polls is told to wait. Thread-safe. */
final class OrderDecisionTimes {
    private static final long FIRST_GUESS_MILLIS = 5_000;
    private static final long SECONDS_MAX = 300;
    /** Each decision counts for an eighth, so that a change in pace shows within some tens of orders. */
    private static final int WEIGHT = 8;

    private final AtomicLong meanMillis = new AtomicLong(FIRST_GUESS_MILLIS);

    /**
     * Notes that an order was decided on after it had waited for {@code time}, by the wall clock. It counts as no longer than
     * what can be told: a clock that was set meanwhile is forgotten as soon as any other slow decision.
     */
    void took(Duration time) {
        long millis = Math.max(0, Math.min(1_000 * SECONDS_MAX, time.toMillis()));
        meanMillis.updateAndGet(mean -> mean + (millis - mean) / WEIGHT);
    }

    /** Whole seconds to wait before looking again, at least 1. */
    long seconds() {
        return Math.max(1, Math.min(SECONDS_MAX, meanMillis.get() / 1_000));
    }
}
