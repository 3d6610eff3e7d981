package io.bellwire.log;

/** A write is larger than all that may wait for the writer, so that it could never be taken. */
public final class WriteTooLargeException extends RuntimeException {
    public WriteTooLargeException(String message) {
        super(message);
    }
}
