package io.bellwire.http;

import java.time.Duration;

/**
 * How long callers may take, and how often the log forgets. Immutable.
 *
 * @param bodyMillis until a request's body has arrived
 * @param idleMillis for which nothing moves on a connection before it is closed: above the longest long poll and the longest
 *     silence of a stream, which are no idle connections
 * @param forgetMillis between two looks at what is older than it must be kept
 */
record ServingTimes(int bodyMillis, int idleMillis, long forgetMillis) {
    static final ServingTimes DEFAULT = new ServingTimes(20_000, 75_000, 600_000);

    private static final int LOOKS_PER_RETENTION_MIN = 8;

    /** The defaults for a log that keeps changes for {@code retention}, which is looked at several times within even a short one. */
    static ServingTimes keeping(Duration retention) {
        long part = Math.max(1, retention.dividedBy(LOOKS_PER_RETENTION_MIN).toMillis());
        return DEFAULT.withForgetMillis(Math.min(DEFAULT.forgetMillis(), part));
    }

    ServingTimes withBodyMillis(int millis) {
        return new ServingTimes(millis, idleMillis, forgetMillis);
    }

    ServingTimes withIdleMillis(int millis) {
        return new ServingTimes(bodyMillis, millis, forgetMillis);
    }

    ServingTimes withForgetMillis(long millis) {
        return new ServingTimes(bodyMillis, idleMillis, millis);
    }
}
