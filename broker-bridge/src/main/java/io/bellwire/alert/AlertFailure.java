package io.bellwire.alert;

/** An alert was not sent. The message has no address and no secret. */
final class AlertFailure extends Exception {
    private static final long serialVersionUID = 1;

    /** What to do about it. */
    enum Kind {
        /** The server will never take this one. */
        REFUSED,
        /** The server does not take this one now. */
        LATER,
        /** The server takes none now: it is not reachable, or does not let us in. */
        UNREACHABLE
    }

    private final Kind kind;

    AlertFailure(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    AlertFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
