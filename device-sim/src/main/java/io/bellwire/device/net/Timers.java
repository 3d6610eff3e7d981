package io.bellwire.device.net;

/** A monotonic clock, and tasks that run at a later time. Thread-safe. */
public interface Timers {
    /** The present time, on a clock that does not go back and whose zero has no meaning. */
    long nowMillis();

    /** Runs {@code task} once {@code delayMillis} have passed. The task must not block. */
    ScheduledTask after(long delayMillis, Runnable task);

    /** A task that has not run yet. */
    interface ScheduledTask {
        /** Keeps the task from running, unless it runs already. */
        void cancel();
    }
}
