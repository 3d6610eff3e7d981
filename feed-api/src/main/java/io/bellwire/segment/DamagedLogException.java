package io.bellwire.segment;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What is in the log's files is not what was written to them. The message names the file, the place and what is wrong. */
public final class DamagedLogException extends UncheckedIOException {
    DamagedLogException(String message) {
        super(message, new IOException(message));
    }

    /** @param place where in the file, in bytes */
    DamagedLogException(String file, long place, String what) {
        this("the log is damaged: " + file + " at byte " + place + ": " + what);
    }
}
