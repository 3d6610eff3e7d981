package io.bellwire.net;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** One thread that keeps the time for all devices of a process. Thread-safe. */
public final class ScheduledTimers implements Timers, AutoCloseable {
    private final ScheduledThreadPoolExecutor thread;
    private final LongSupplier nanos;
    private final long originNanos;

    /** @param nanos a clock that does not go back, such as the JVM's own */
    public ScheduledTimers(LongSupplier nanos) {
        this.nanos = nanos;
        this.originNanos = nanos.getAsLong();
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, "timers");
            made.setDaemon(true);
            return made;
        });
        // A device that is woken early leaves its old timer behind at every step.
        thread.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - originNanos);
    }

    @Override
    public Pending after(long delayMillis, Runnable task) {
        try {
            ScheduledFuture<?> future = thread.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
