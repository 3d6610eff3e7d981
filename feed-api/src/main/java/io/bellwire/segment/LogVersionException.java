package io.bellwire.segment;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The log was written by another version of the server. */
public final class LogVersionException extends UncheckedIOException {
    LogVersionException(String message) {
        super(message, new IOException(message));
    }
}
