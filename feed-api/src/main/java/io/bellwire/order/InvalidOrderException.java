package io.bellwire.order;

/**
 * A request does not describe an order or a change of one. The message names what is wrong, and the caller reads it.
 */
public final class InvalidOrderException extends RuntimeException {
    public InvalidOrderException(String message) {
        super(message, null, false, false);
    }
}
