package io.bellwire.segment;

import io.bellwire.runtime.TimerThread;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Runs the long tasks of a log on one thread, one after the other: indexes of sealed segments, periodic syncs.
 * Thread-safe.
 */
final class BackgroundThread implements Executor, AutoCloseable {
    private static final int CLOSE_SECONDS_MAX = 30;

    private final TimerThread executor = new TimerThread("log-background");

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** Runs {@code task} every {@code pauseMillis} after its last end, until this is closed. */
    void repeat(Runnable task, long pauseMillis) {
        Future<?> unused = executor.scheduleWithFixedDelay(task, pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }

    /** Waits until the running task has ended, for a bounded time. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
