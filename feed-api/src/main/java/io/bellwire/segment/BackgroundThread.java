package io.bellwire.segment;

import io.bellwire.log.TimerThread;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** The thread that does what takes long for a log, one thing after the other. Thread-safe. */
final class BackgroundThread implements Executor, AutoCloseable {
    private static final int CLOSE_SECONDS = 30;

    private final TimerThread executor = new TimerThread("log-background");

    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** Runs {@code task} again and again, so long after its end, until this is closed. */
    void repeat(Runnable task, long pauseMillis) {
        Future<?> unused = executor.scheduleWithFixedDelay(task, pauseMillis, pauseMillis, TimeUnit.MILLISECONDS);
    }

    /** Waits for what is under way. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
