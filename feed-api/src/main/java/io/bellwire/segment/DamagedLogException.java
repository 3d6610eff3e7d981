package io.bellwire.segment;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A file of the log does not hold what was written to it. The message names the file, the byte and what is wrong. */
public final class DamagedLogException extends UncheckedIOException {
    DamagedLogException(String message) {
        super(message, new IOException(message));
    }

    /** @param offset where in the file, in bytes */
    DamagedLogException(String file, long offset, String problem) {
        this("the log is damaged: " + file + " at byte " + offset + ": " + problem);
    }
}
