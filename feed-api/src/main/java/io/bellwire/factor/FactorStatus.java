package io.bellwire.factor;

import java.time.Instant;
import java.util.Optional;

/**
 * Whether an account has a second factor. Immutable.
 *
 * @param isEnrolled whether a secret was given to the account, which it may not have confirmed
 * @param isConfirmed whether a secret is confirmed, so that its codes count
 * @param createdAt when the confirmed secret was made, or else the other one
 */
public record FactorStatus(boolean isEnrolled, boolean isConfirmed, Optional<Instant> createdAt) {}
