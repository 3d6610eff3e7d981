package io.bellwire.order;

import java.util.Optional;

/**
 * Why an order is not changed. Immutable.
 *
 * @param detail for the caller to read
 * @param retryAfterMillis when trying again may help
 */
public record Refusal(Kind kind, String detail, Optional<Long> retryAfterMillis) {
    /** What kind of refusal. */
    public enum Kind {
        /** What is asked for is not a change of an order at all. */
        INVALID,
        NOT_FOUND,
        /** The caller may see the order, but not do this with it. */
        FORBIDDEN,
        /** The order would become larger than an order may be. */
        TOO_LARGE,
        /** The status may not take this step. */
        FORBIDDEN_STEP,
        /** The order has changed since the caller looked at it. */
        STALE,
        /** Somebody else has locked the order. */
        LOCKED,
        /** The caller's lock is over. */
        LOCK_LOST
    }

    static Refusal locked(long leftMillis) {
        return new Refusal(
                Kind.LOCKED, "the order is locked by another for " + leftMillis + " ms more", Optional.of(leftMillis));
    }

    static Refusal of(Kind kind, String detail) {
        return new Refusal(kind, detail, Optional.empty());
    }
}
