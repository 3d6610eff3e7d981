package io.bellwire.net;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * One executor for all Paho clients of a process. Paho parks tasks in it for as long as a connection lives, so a fixed
 * number of threads would lock up; and it shuts the executor down when one client closes, which must not reach the
 * others. Thread-safe.
 */
final class PahoThreads extends AbstractExecutorService implements ScheduledExecutorService {
    private final ExecutorService threads = Executors.newCachedThreadPool(PahoThreads::daemon);
    private final ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, PahoThreads::daemon);

    PahoThreads() {
        clock.setRemoveOnCancelPolicy(true);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "paho");
        thread.setDaemon(true);
        return thread;
    }

    /** What {@link #shutdown} is not allowed to do. */
    void end() {
        clock.shutdownNow();
        threads.shutdownNow();
    }

    @Override
    public void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException ended) {
            // connections that close while the process ends have nothing left to do
            return;
        }
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return threads.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return threads.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return clock.schedule(() -> threads.execute(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return clock.schedule(callable, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return clock.scheduleAtFixedRate(() -> threads.execute(command), initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return clock.scheduleWithFixedDelay(() -> threads.execute(command), initialDelay, delay, unit);
    }
}
