package io.bellwire.fleet;

/** A run cannot go on; the message says why, for the user who started it. */
public final class FleetException extends Exception {
    private static final long serialVersionUID = 1L;

    public FleetException(String message) {
        super(message);
    }

    public FleetException(String message, Throwable cause) {
        super(message, cause);
    }
}
