package io.bellwire.log;

import java.util.concurrent.Executor;

/** Runs the turns of the {@link LogWriter} and the answers to its callers: on {@link WriterThreads}, or in virtual time. */
interface WriterRunner {
    /** Begins to run the writer; called once. */
    void start(LogWriter writer);

    /** A write waits for the writer. Called by any thread. */
    void writeWaits();

    /** Whether the writer still runs. */
    boolean isAlive();

    /** Runs the answers of writes that name no executor, or one that has closed. */
    Executor completer();

    /** Waits until the writer, whose queue is closed, has written what waits, and all callers are answered. */
    void close();
}
