package io.bellwire.webhook;

/** What was asked of {@link EndpointRecovery} cannot be done; the message says why, for the caller. */
public final class RecoveryRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** What kind of refusal it is. */
    public enum Reason {
        /** The request has a value that is not allowed. */
        INVALID,
        /** There is no such attempt or replay. */
        NOT_FOUND,
        /** The endpoint is not in a state for it. */
        CONFLICT,
        /** Retention has removed what was asked for. */
        EXPIRED,
        /** It was asked too often. */
        TOO_OFTEN,
        /** It may be possible later. */
        UNAVAILABLE
    }

    public RecoveryRefusedException(Reason reason, String message) {
        super(message, null, false, false); // no defect of this program
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
