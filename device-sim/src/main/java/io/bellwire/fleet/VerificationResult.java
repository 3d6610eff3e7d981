package io.bellwire.fleet;

import org.jspecify.annotations.Nullable;

/**
 * What the verifier found. Immutable.
 *
 * @param applied changes and restored orders that took effect, at all devices
 * @param lost acknowledged orders that never took effect at their device
 * @param appliedTwice what took effect again, or was served again as new
 * @param outOfOrder changes that did not follow the one before without a gap
 * @param foreign what took effect at a device that it was not meant for, or was never ordered
 * @param firstOffence the first of these, for a reader; null if there is none
 */
public record VerificationResult(
        long applied,
        long lost,
        long appliedTwice,
        long outOfOrder,
        long foreign,
        @Nullable String firstOffence) {
    public boolean clean() {
        return lost == 0 && appliedTwice == 0 && outOfOrder == 0 && foreign == 0;
    }
}
