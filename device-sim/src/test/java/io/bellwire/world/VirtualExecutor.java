package io.bellwire.world;

import io.bellwire.device.net.Timers;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Runs tasks in virtual time for parts of the product that need an executor. Supports only single, delayed tasks. */
class VirtualExecutor extends AbstractExecutorService implements ScheduledExecutorService {
    private final VirtualScheduler scheduler;

    VirtualExecutor(VirtualScheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(Executors.callable(task), delay, unit);
    }

    @Override
    public void execute(Runnable task) {
        scheduler.soon(task);
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
        Later<V> later = new Later<>(task);
        later.pending = scheduler.after(unit.toMillis(delay), later);
        return later;
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("repeated tasks are not supported");
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("repeated tasks are not supported");
    }

    @Override
    public void shutdown() {}

    @Override
    public List<Runnable> shutdownNow() {
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return true;
    }

    private static final class Later<V> extends FutureTask<V> implements ScheduledFuture<V> {
        private Timers.ScheduledTask pending = () -> {};

        private Later(Callable<V> task) {
            super(task);
        }

        @Override
        public boolean cancel(boolean interrupting) {
            pending.cancel();
            return super.cancel(interrupting);
        }

        @Override
        public long getDelay(TimeUnit unit) {
            throw new UnsupportedOperationException("not supported");
        }

        @Override
        public int compareTo(Delayed other) {
            throw new UnsupportedOperationException("not supported");
        }
    }
}
