package io.bellwire.serve;

import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.Scheduler;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The scheduler of a running server, with one thread. Thread-safe. */
final class ThreadScheduler implements Scheduler, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadScheduler.class);
    private static final long CLOSE_SECONDS = 5;
    private static final Alarm NEVER = () -> {};

    private final String threadName;
    private final LongSupplier nanoTime;
    private final long originNanos;
    private final ScheduledThreadPoolExecutor executor;

    /** @param nanoTime as {@link System#nanoTime} */
    ThreadScheduler(String threadName, LongSupplier nanoTime) {
        this.threadName = threadName;
        this.nanoTime = nanoTime;
        originNanos = nanoTime.getAsLong();
        executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        executor.setRemoveOnCancelPolicy(true);
    }

    /** Adds the number of waiting tasks to the metrics. */
    void bindTo(MeterRegistry meters) {
        Gauge.builder("bellwire.timers", executor, timer -> timer.getQueue().size())
                .description("Tasks that wait for their time")
                .tag("thread", threadName)
                .register(meters);
    }

    @Override
    public long nowNanos() {
        return nanoTime.getAsLong() - originNanos;
    }

    @Override
    public Alarm schedule(Duration delay, Runnable task) {
        try {
            Future<?> scheduled = executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            return NEVER; // closed
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) { // whatever is thrown: the executor would keep it to itself
            OutOfMemory.report(e);
            LOG.error("A scheduled task failed", e);
        }
    }

    /** Cancels all scheduled tasks, and waits for the one that runs. */
    @Override
    public void close() {
        executor.shutdownNow();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("A scheduled task did not end within {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
