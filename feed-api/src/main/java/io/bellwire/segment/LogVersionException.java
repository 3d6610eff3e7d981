package io.bellwire.segment;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Another version of the server has written the log. */
public final class LogVersionException extends UncheckedIOException {
    LogVersionException(String message) {
        super(message, new IOException(message));
    }
}
