package io.bellwire.device.net;

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
 * The executor that all Paho clients of a process share. Each connection occupies threads for as long as it is open, so
 * their number is not limited. Paho shuts the executor down when a client closes: {@link #shutdown} does nothing,
 * because the other clients still need it, and {@link #end} ends the threads. Thread-safe.
 */
final class PahoThreads extends AbstractExecutorService implements ScheduledExecutorService {
    private final ExecutorService threads = Executors.newCachedThreadPool(PahoThreads::daemon);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, PahoThreads::daemon);

    PahoThreads() {
        timer.setRemoveOnCancelPolicy(true);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "paho");
        thread.setDaemon(true);
        return thread;
    }

    /** Ends all threads. */
    void end() {
        timer.shutdownNow();
        threads.shutdownNow();
    }

    @Override
    public void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException ended) {
            // a connection that closes while the process ends has nothing left to do
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
        return timer.schedule(() -> threads.execute(command), delay, unit);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        return timer.schedule(callable, delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        return timer.scheduleAtFixedRate(() -> threads.execute(command), initialDelay, period, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return timer.scheduleWithFixedDelay(() -> threads.execute(command), initialDelay, delay, unit);
    }
}
