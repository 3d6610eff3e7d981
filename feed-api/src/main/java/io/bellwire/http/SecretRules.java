package io.bellwire.http;

import java.time.Duration;
import java.util.Set;

/**
 * How secrets are rotated, and what is under a second factor. Immutable; the constructor throws {@link
 * IllegalArgumentException} that names the option.
 *
 * @param overlap how long the secret before a rotation stays valid if the request does not say it, at most 30 days
 * @param secondFactorFor what operators may do only with a code of their second factor
 */
public record SecretRules(Duration overlap, Set<ProtectedOperation> secondFactorFor) {
    /** An old secret ends at once, and operators need no second factor. */
    public static final SecretRules DEFAULT = new SecretRules(Duration.ZERO, Set.of());

    public SecretRules {
        if (overlap.isNegative() || overlap.compareTo(SecretOverlap.MAX) > 0) {
            throw new IllegalArgumentException(
                    "overlap of secrets must be 0 to " + SecretOverlap.MAX.toDays() + " days, is " + overlap);
        }
        secondFactorFor = Set.copyOf(secondFactorFor);
    }
}
