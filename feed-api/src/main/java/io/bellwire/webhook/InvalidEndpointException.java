package io.bellwire.webhook;

/** Settings that an endpoint cannot have; the message names the field, and is meant for who has sent them. */
public final class InvalidEndpointException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    public InvalidEndpointException(String message) {
        super(message);
    }
}
