package io.bellwire.log;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread for what is done later, or again and again. What is called off is forgotten at once, and not only when its time
 * has come: most ends of waits are called off, and each holds on to what waited. What is repeated goes on whatever it throws.
 * Thread-safe.
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
        } catch (Throwable e) { // or this time would have been the last
            OutOfMemory.tell(e);
            log.error("what is done again and again failed, and is done again", e);
        }
    }

    /** How many things are to be done. */
    public int size() {
        return getQueue().size();
    }
}
