package io.bellwire.net;

/** Time, and calls at a later one. Thread-safe. */
public interface Timers {
    /** Now, on a clock that does not go back; its zero means nothing. */
    long nowMillis();

    /** Runs {@code task} once {@code delayMillis} have passed. The task must not block. */
    Pending after(long delayMillis, Runnable task);

    /** A call to come. */
    interface Pending {
        /** Keeps it from coming, unless it is under way. */
        void cancel();
    }
}
