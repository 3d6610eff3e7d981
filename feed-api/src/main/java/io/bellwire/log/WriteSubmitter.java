package io.bellwire.log;

import java.util.concurrent.CompletionStage;

/**
 * Takes writes to the log. {@code EventLog::submit} is one; another may take a write only under a condition, and
 * otherwise fails it. Thread-safe.
 */
@FunctionalInterface
public interface WriteSubmitter {
    /** Submits one write. Never blocks. */
    <T> CompletionStage<T> submit(Write<T> write);
}
