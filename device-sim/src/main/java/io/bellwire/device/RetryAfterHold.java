package io.bellwire.device;

/**
 * The time until which the server asked for no requests, in the {@code Retry-After} of any answer. It is the least
 * wait: each device adds a random time, so that not all return at once. Not thread-safe.
 */
final class RetryAfterHold {
    /** A device waits no longer than this: more is taken for an error of the server. */
    private static final long RETRY_AFTER_MILLIS_MAX = 3_600_000;

    private long untilMillis;

    long untilMillis() {
        return untilMillis;
    }

    void extend(long atMillis, long retryAfterMillis) {
        untilMillis = Math.max(untilMillis, atMillis + Math.min(RETRY_AFTER_MILLIS_MAX, retryAfterMillis));
    }
}
