package io.bellwire.world;

import org.jspecify.annotations.Nullable;

/** The server's process has been killed while it worked on its disk. An error, so that no part of the product handles it. */
final class ProcessKilled extends Error {
    private static final long serialVersionUID = 1L;

    ProcessKilled() {
        super("the process was killed", null, false, false);
    }

    /** Whether this is what {@code failure} comes from. */
    static boolean isCauseOf(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProcessKilled) {
                return true;
            }
        }
        return false;
    }
}
