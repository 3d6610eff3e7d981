package io.bellwire.log;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The medium failed while a group was being committed: it may or may not be durable. Nobody is told that it is, and it is
 * not tried again, which could write it twice; a caller that used an idempotency key can find out by asking again.
 */
public final class CommitInDoubtException extends UncheckedIOException {
    public CommitInDoubtException(Exception cause) {
        super("the log could not confirm a commit: " + cause.getMessage(), new IOException(cause));
    }
}
