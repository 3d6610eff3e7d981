package io.bellwire.order;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/**
 * The state of an order that the caller of a change requires. Immutable.
 *
 * @param ifMatch entity tags of which the order must have one; {@code *} for any
 * @param ifUnmodifiedSince a time after which the order must not have changed, to the second
 * @param lockDigest SHA-256 of the lock token that the caller has sent
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Precondition(
        Optional<Set<String>> ifMatch, Optional<Instant> ifUnmodifiedSince, Optional<byte[]> lockDigest) {
    /** Nothing is required. */
    public static final Precondition NONE = new Precondition(Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether the caller requires a state of the order. */
    public boolean namesState() {
        return ifMatch.isPresent() || ifUnmodifiedSince.isPresent();
    }

    /** Why the order is not in the state that the caller requires; empty if it is. */
    Optional<Refusal> check(Order order) {
        if (ifMatch.isPresent()) {
            // only the entity tags count then (RFC 9110, section 13.2.2)
            return ifMatch.get().contains("*") || ifMatch.get().contains(order.etag())
                    ? Optional.empty()
                    : Optional.of(Refusal.of(Refusal.Kind.STALE, "the order's ETag is " + order.etag() + " now"));
        }
        return ifUnmodifiedSince
                .filter(since ->
                        order.updatedAt().truncatedTo(ChronoUnit.SECONDS).isAfter(since))
                .map(since -> Refusal.of(Refusal.Kind.STALE, "the order was changed at " + order.updatedAt()));
    }
}
