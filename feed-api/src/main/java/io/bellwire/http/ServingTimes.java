package io.bellwire.http;

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
