package io.bellwire.outbound;

import io.bellwire.admission.TokenBucket;

/**
 * How much one target is called, whoever's endpoints call it. The limit holds for each host's name and for each
 * address, so that neither many URLs of one host nor many names of one address can be used to flood a third party.
 * Immutable.
 *
 * @param inFlight calls at once; 1 to 1,000
 * @param rate calls a second
 */
public record TargetLimit(int inFlight, TokenBucket rate) {
    public static final TargetLimit DEFAULT = new TargetLimit(32, new TokenBucket(500, 500));

    private static final int IN_FLIGHT_MAX = 1_000;

    public TargetLimit {
        if (inFlight < 1 || inFlight > IN_FLIGHT_MAX) {
            throw new IllegalArgumentException(
                    "calls in flight to one target must be 1 to " + IN_FLIGHT_MAX + ", are " + inFlight);
        }
    }
}
