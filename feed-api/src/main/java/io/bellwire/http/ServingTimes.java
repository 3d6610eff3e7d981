package io.bellwire.http;

/**
 * Timeouts of HTTP requests. Immutable.
 *
 * @param bodyMillis the longest time until a request's body has arrived
 * @param idleMillis how long a connection may be idle before it is closed: longer than the longest long poll and than
 *     the heartbeat of a stream
 */
public record ServingTimes(int bodyMillis, int idleMillis) {
    public static final ServingTimes DEFAULT = new ServingTimes(20_000, 75_000);

    ServingTimes withBodyMillis(int millis) {
        return new ServingTimes(millis, idleMillis);
    }

    ServingTimes withIdleMillis(int millis) {
        return new ServingTimes(bodyMillis, millis);
    }
}
