package io.bellwire.log;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The store cannot be reached. Nothing of the batch was tried, and another batch would fail in the same way now. */
public final class StoreUnreachableException extends UncheckedIOException {
    public StoreUnreachableException(String message, Exception cause) {
        super(message, new IOException(cause));
    }
}
