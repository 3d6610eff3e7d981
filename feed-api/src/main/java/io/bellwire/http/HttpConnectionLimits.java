package io.bellwire.http;

import io.bellwire.admission.TokenBucket;
import java.time.Duration;

/**
 * How long a connection of HTTP may take, and how many may be there for nothing. Immutable; the constructor throws {@link
 * IllegalArgumentException} that names the limit.
 *
 * @param perAddressMax connections from one address at once; 0 for no such limit
 * @param silentMax connections that have sent no request yet: beyond it, the oldest is closed for each new one; 0 for a
 *     quarter of all connections
 * @param connectRate how often one address may connect; the address of a trusted proxy has no such limit
 * @param headerDeadline how long a request's headers may take to arrive, and a new connection's first request
 * @param bodyDeadline how long a request's body may take to arrive
 * @param idleTimeout how long a connection may wait for its next request, longer than the heartbeat of a stream
 */
public record HttpConnectionLimits(
        int perAddressMax,
        int silentMax,
        TokenBucket connectRate,
        Duration headerDeadline,
        Duration bodyDeadline,
        Duration idleTimeout) {
    private static final int SILENT_PART = 4;
    /** A small server needs room for those that connect at the same time, too. */
    private static final int SILENT_MIN = 16;

    private static final Duration LONGEST = Duration.ofHours(1);

    /** For fleets of thousands behind one address, and for back ends that open a connection for each request. */
    public static final HttpConnectionLimits DEFAULT = new HttpConnectionLimits(
            10_000,
            0,
            new TokenBucket(1_000, 20_000),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(75));

    public HttpConnectionLimits {
        requireNotNegative("connections of an address", perAddressMax);
        requireNotNegative("silent connections", silentMax);
        requireTime("deadline of headers", headerDeadline);
        requireTime("deadline of bodies", bodyDeadline);
        requireTime("idle timeout", idleTimeout);
    }

    private static void requireNotNegative(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must not be negative, is " + value);
        }
    }

    private static void requireTime(String name, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(name + " must be 1 ms to 1 h, is " + value);
        }
    }

    /** How many connections may have sent no request yet. */
    int silentMax(int connectionsMax) {
        return silentMax > 0 ? silentMax : Math.max(SILENT_MIN, connectionsMax / SILENT_PART);
    }

    /** A copy with another limit of an address. */
    public HttpConnectionLimits withPerAddressMax(int max) {
        return new HttpConnectionLimits(max, silentMax, connectRate, headerDeadline, bodyDeadline, idleTimeout);
    }

    HttpConnectionLimits withSilentMax(int max) {
        return new HttpConnectionLimits(perAddressMax, max, connectRate, headerDeadline, bodyDeadline, idleTimeout);
    }

    HttpConnectionLimits withConnectRate(TokenBucket rate) {
        return new HttpConnectionLimits(perAddressMax, silentMax, rate, headerDeadline, bodyDeadline, idleTimeout);
    }

    HttpConnectionLimits withHeaderDeadline(Duration deadline) {
        return new HttpConnectionLimits(perAddressMax, silentMax, connectRate, deadline, bodyDeadline, idleTimeout);
    }

    HttpConnectionLimits withBodyDeadline(Duration deadline) {
        return new HttpConnectionLimits(perAddressMax, silentMax, connectRate, headerDeadline, deadline, idleTimeout);
    }

    HttpConnectionLimits withIdleTimeout(Duration timeout) {
        return new HttpConnectionLimits(perAddressMax, silentMax, connectRate, headerDeadline, bodyDeadline, timeout);
    }
}
