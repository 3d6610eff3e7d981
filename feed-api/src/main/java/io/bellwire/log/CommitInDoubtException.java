package io.bellwire.log;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The medium has failed during a commit: the batch may or may not be durable. The log does not acknowledge it, and does
 * not repeat it, because that could write it twice. A caller with an idempotency key learns the result by repeating its
 * request.
 */
public final class CommitInDoubtException extends UncheckedIOException {
    public CommitInDoubtException(Exception cause) {
        super("the log could not confirm a commit: " + cause.getMessage(), new IOException(cause));
    }
}
