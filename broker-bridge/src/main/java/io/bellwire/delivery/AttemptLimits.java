package io.bellwire.delivery;

import java.time.Duration;

/**
 * How many attempts of calls are remembered. Immutable; the constructor throws {@link IllegalArgumentException} that
 * names the option.
 *
 * @param kept for how long
 * @param perEndpoint of one endpoint; half of them for attempts that failed, so that successes do not push those out
 * @param inAll of all endpoints; beyond, those of the endpoint that was called longest ago go
 */
public record AttemptLimits(Duration kept, int perEndpoint, int inAll) {
    private static final Duration KEPT_MAX = Duration.ofDays(7);
    private static final int PER_ENDPOINT_MAX = 1_000;
    private static final int IN_ALL_MAX = 10_000_000;

    public static final AttemptLimits DEFAULT = new AttemptLimits(Duration.ofHours(24), 100, 100_000);

    public AttemptLimits {
        if (kept.isNegative() || kept.isZero() || kept.compareTo(KEPT_MAX) > 0) {
            throw new IllegalArgumentException(
                    "attempts must be kept for more than zero and at most " + KEPT_MAX + ", are for " + kept);
        }
        if (perEndpoint < 2 || perEndpoint > PER_ENDPOINT_MAX) {
            throw new IllegalArgumentException(
                    "attempts of an endpoint must be 2 to " + PER_ENDPOINT_MAX + ", are " + perEndpoint);
        }
        if (inAll < perEndpoint || inAll > IN_ALL_MAX) {
            throw new IllegalArgumentException(
                    "attempts in all must be " + perEndpoint + " to " + IN_ALL_MAX + ", are " + inAll);
        }
    }
}
