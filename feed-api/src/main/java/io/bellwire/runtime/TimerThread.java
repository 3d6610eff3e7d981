package io.bellwire.runtime;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for delayed and repeated tasks. A cancelled task is removed at once, not when its time has come: most waits
 * are cancelled, and each holds on to its request. A repeated task goes on after it has thrown. Thread-safe.
 */
public final class TimerThread extends ScheduledThreadPoolExecutor {
    private static final Logger log = LoggerFactory.getLogger(TimerThread.class);

    public TimerThread(String name) {
        super(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        setRemoveOnCancelPolicy(true);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initialDelay, long delay, TimeUnit unit) {
        return super.scheduleWithFixedDelay(() -> runSafely(task), initialDelay, delay, unit);
    }

    private static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) { // a throw would end the repetition
            OutOfMemory.report(e);
            log.error("a repeated task failed, and will run again", e);
        }
    }

    /** The number of tasks that wait. */
    public int size() {
        return getQueue().size();
    }
}
