package io.bellwire.order;

/** What was asked for is not an order; the message names what is wrong with it, for the caller to read. */
public final class InvalidOrderException extends RuntimeException {
    public InvalidOrderException(String message) {
        super(message, null, false, false);
    }
}
