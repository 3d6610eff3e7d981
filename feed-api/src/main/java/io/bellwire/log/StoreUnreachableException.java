package io.bellwire.log;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The store cannot be reached: nothing of a group was tried, and another one would not get further now. */
public final class StoreUnreachableException extends UncheckedIOException {
    StoreUnreachableException(String message, Exception cause) {
        super(message, new IOException(cause));
    }
}
