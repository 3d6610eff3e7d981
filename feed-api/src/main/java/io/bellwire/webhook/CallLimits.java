package io.bellwire.webhook;

import java.time.Duration;

/**
 * How much at once, and how often, an endpoint wants to be called. Immutable; the constructor throws {@link
 * InvalidEndpointException} that names the field.
 *
 * @param batchMax changes in one call, at most; 1 for one change a call
 * @param bytesMax bytes of a call's body, at most; a change that is larger comes with a thinner payload
 * @param parallelism calls at the same time, at most; 1 if the order of the feed is kept
 * @param perSecond calls in a second, at most
 * @param deadline how long one call may take
 */
public record CallLimits(int batchMax, int bytesMax, int parallelism, int perSecond, Duration deadline) {
    public static final int BATCH_MAX = 100;
    public static final int BYTES_MIN = 1 << 10;
    public static final int BYTES_MAX = 1 << 20;
    public static final int PARALLELISM_MAX = 32;
    public static final int PER_SECOND_MAX = 1_000;
    public static final Duration DEADLINE_MIN = Duration.ofSeconds(1);
    public static final Duration DEADLINE_MAX = Duration.ofSeconds(30);

    /** What an endpoint has that says nothing about it. */
    public static final CallLimits DEFAULT = new CallLimits(1, 256 << 10, 1, 100, Duration.ofSeconds(15));

    public CallLimits {
        requireRange("batch_max", batchMax, 1, BATCH_MAX);
        requireRange("bytes_max", bytesMax, BYTES_MIN, BYTES_MAX);
        requireRange("parallelism", parallelism, 1, PARALLELISM_MAX);
        requireRange("rate_per_s", perSecond, 1, PER_SECOND_MAX);
        requireRange("deadline_ms", deadline.toMillis(), DEADLINE_MIN.toMillis(), DEADLINE_MAX.toMillis());
    }

    private static void requireRange(String field, long value, long min, long max) {
        if (value < min || value > max) {
            throw new InvalidEndpointException(field + " must be from " + min + " to " + max + ", is " + value);
        }
    }
}
