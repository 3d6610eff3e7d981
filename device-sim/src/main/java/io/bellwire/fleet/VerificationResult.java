package io.bellwire.fleet;

import org.jspecify.annotations.Nullable;

/**
 * What the {@link Verifier} found. Immutable.
 *
 * @param applied changes and restored orders that took effect, at all devices
 * @param lost acknowledged orders that never took effect at their device
 * @param appliedTwice changes that took effect twice, or were served again as new
 * @param outOfOrder changes that did not follow the one before without a gap
 * @param foreign changes that took effect at a device that they were not meant for, or that nobody ever sent
 * @param firstViolation the first of these, as text for people; null if there is none
 */
public record VerificationResult(
        long applied,
        long lost,
        long appliedTwice,
        long outOfOrder,
        long foreign,
        @Nullable String firstViolation) {
    public boolean clean() {
        return lost == 0 && appliedTwice == 0 && outOfOrder == 0 && foreign == 0;
    }
}
