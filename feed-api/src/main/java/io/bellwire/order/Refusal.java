package io.bellwire.order;

import java.util.Optional;

/**
 * Why an order is not changed. Immutable.
 *
 * @param detail a sentence for the caller
 * @param retryAfterMillis after which time another try may succeed; empty if no time is known
 */
public record Refusal(Kind kind, String detail, Optional<Long> retryAfterMillis) {
    /** The kinds of refusal. */
    public enum Kind {
        /** The request does not describe a change of an order. */
        INVALID,
        NOT_FOUND,
        /** The caller may see the order, but may not make this change. */
        FORBIDDEN,
        /** The order would become larger than an order may be. */
        TOO_LARGE,
        /** The order may not get this status next. */
        FORBIDDEN_STEP,
        /** The order has changed since the caller read it. */
        STALE,
        /** Somebody else has locked the order. */
        LOCKED,
        /** The caller's lock has ended. */
        LOCK_LOST
    }

    static Refusal locked(long remainingMillis) {
        return new Refusal(
                Kind.LOCKED,
                "the order is locked by another for " + remainingMillis + " ms more",
                Optional.of(remainingMillis));
    }

    static Refusal of(Kind kind, String detail) {
        return new Refusal(kind, detail, Optional.empty());
    }
}
