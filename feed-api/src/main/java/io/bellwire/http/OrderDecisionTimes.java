package io.bellwire.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Averages how long orders wait for their decision, for the Retry-After of callers that poll the status. Thread-safe.
 */
final class OrderDecisionTimes {
    private static final long FIRST_GUESS_MILLIS = 5_000;
    private static final long SECONDS_MAX = 300;
    /** Each decision moves the mean by an eighth of the difference, so a change shows within some tens of orders. */
    private static final int DIVISOR = 8;

    private final AtomicLong meanMillis = new AtomicLong(FIRST_GUESS_MILLIS);

    /**
     * Adds that an order waited for {@code time}, by the wall clock, until it was decided. More than the longest
     * Retry-After counts as that, so a clock that was set meanwhile has no more effect than one slow decision.
     */
    void add(Duration time) {
        long millis = Math.max(0, Math.min(1_000 * SECONDS_MAX, time.toMillis()));
        meanMillis.updateAndGet(mean -> mean + (millis - mean) / DIVISOR);
    }

    /** Whole seconds to wait before the next request for the status, 1 to 300. */
    long retryAfterSeconds() {
        return Math.max(1, Math.min(SECONDS_MAX, meanMillis.get() / 1_000));
    }
}
