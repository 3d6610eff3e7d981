package io.bellwire.device.net;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Timers on one thread, for all devices of a process; the time begins at zero. Thread-safe. */
public final class ScheduledTimers implements Timers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduledTimers.class);
    private final ScheduledThreadPoolExecutor executor;
    private final LongSupplier nanos;
    private final long originNanos;

    /** @param nanos a clock that does not go back, such as {@code System::nanoTime} */
    public ScheduledTimers(LongSupplier nanos) {
        this.nanos = nanos;
        this.originNanos = nanos.getAsLong();
        this.executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "timers");
            thread.setDaemon(true);
            return thread;
        });
        // A device cancels its timer at almost every input: cancelled tasks must not pile up.
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong() - originNanos);
    }

    @Override
    public ScheduledTask after(long delayMillis, Runnable task) {
        try {
            ScheduledFuture<?> future = executor.schedule(() -> run(task), delayMillis, TimeUnit.MILLISECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            return () -> {};
        }
    }

    /** Without this, the executor would keep a task's failure to itself. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable failed) {
            LOG.error("a timer's task failed", failed);
            throw failed;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
