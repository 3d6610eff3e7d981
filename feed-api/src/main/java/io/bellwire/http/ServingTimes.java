package io.bellwire.http;

import java.time.Duration;

/**
 * Timeouts of HTTP requests, and how often expired events are deleted. Immutable.
 *
 * @param bodyMillis the longest time until a request's body has arrived
 * @param idleMillis how long a connection may be idle before it is closed: longer than the longest long poll and than
 *     the heartbeat of a stream
 * @param expireIntervalMillis the pause between two deletions of events and stored responses that are older than the
 *     retention
 */
record ServingTimes(int bodyMillis, int idleMillis, long expireIntervalMillis) {
    static final ServingTimes DEFAULT = new ServingTimes(20_000, 75_000, 600_000);

    private static final int EXPIRIES_PER_RETENTION_MIN = 8;

    /** The defaults for a log with this retention. Expired events are deleted several times within even a short one. */
    static ServingTimes keeping(Duration retention) {
        long intervalMillis =
                Math.max(1, retention.dividedBy(EXPIRIES_PER_RETENTION_MIN).toMillis());
        return DEFAULT.withExpireIntervalMillis(Math.min(DEFAULT.expireIntervalMillis(), intervalMillis));
    }

    ServingTimes withBodyMillis(int millis) {
        return new ServingTimes(millis, idleMillis, expireIntervalMillis);
    }

    ServingTimes withIdleMillis(int millis) {
        return new ServingTimes(bodyMillis, millis, expireIntervalMillis);
    }

    ServingTimes withExpireIntervalMillis(long millis) {
        return new ServingTimes(bodyMillis, idleMillis, millis);
    }
}
