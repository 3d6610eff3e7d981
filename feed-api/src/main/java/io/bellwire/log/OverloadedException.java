package io.bellwire.log;

/** The log's queue is full: nothing was written, and the same request may succeed a little later. */
public final class OverloadedException extends RuntimeException {
    public OverloadedException(String message) {
        super(message, null, false, false);
    }
}
