package io.bellwire.order;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/**
 * What the caller of a change takes for granted. Immutable.
 *
 * @param ifMatch entity tags of which the order must have one; {@code *} for any
 * @param ifUnmodifiedSince the order must not have changed after this time, to the second
 * @param lockDigest SHA-256 of the lock token that the caller brings
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Precondition(
        Optional<Set<String>> ifMatch, Optional<Instant> ifUnmodifiedSince, Optional<byte[]> lockDigest) {
    /** None at all. */
    public static final Precondition NONE = new Precondition(Optional.empty(), Optional.empty(), Optional.empty());

    /** Whether the caller says which state of the order it means. */
    public boolean namesState() {
        return ifMatch.isPresent() || ifUnmodifiedSince.isPresent();
    }

    /** Empty if the order is as the caller thinks. */
    Optional<Refusal> check(Order order) {
        if (ifMatch.isPresent()) {
            // the finer one decides alone, as RFC 9110 has it
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
