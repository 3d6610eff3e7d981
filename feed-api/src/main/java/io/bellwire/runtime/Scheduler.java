package io.bellwire.runtime;

import java.time.Duration;

/**
 * Time as a loop with turns sees it. Thread-safe. A real one runs tasks on one thread; a test's runs them under virtual time.
 */
public interface Scheduler {
    /** A time that never comes. */
    long NEVER_NANOS = Long.MAX_VALUE;

    /** Nanoseconds since some fixed moment: never negative, never going back. Cheap. */
    long nowNanos();

    /**
     * Runs {@code task} once after {@code delay}, zero for as soon as possible. Never blocks and never runs the task
     * before it returns. Tasks run one at a time; one that throws does not keep later ones from running. Does nothing
     * once the scheduler is closed.
     */
    Alarm schedule(Duration delay, Runnable task);

    /** A task that has not run yet. */
    interface Alarm {
        /** Forgets the task; does nothing if it has run or is running. */
        void cancel();
    }
}
