package io.bellwire.log;

/** The log's queue is full. Nothing was written; the same request may succeed later. */
public final class OverloadedException extends RuntimeException {
    public OverloadedException(String message) {
        super(message, null, false, false);
    }
}
