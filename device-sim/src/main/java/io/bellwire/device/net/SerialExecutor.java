package io.bellwire.device.net;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in order, on a shared executor. If that rejects them because it is full, they are offered
 * again every {@value #RETRY_MILLIS} ms; if it is shut down, they are dropped. Thread-safe.
 */
final class SerialExecutor implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(SerialExecutor.class);
    static final long RETRY_MILLIS = 1_000;

    private final Executor threads;
    private final Timers timers;
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean running;
    private boolean ended;

    SerialExecutor(Executor threads, Timers timers) {
        this.threads = threads;
        this.timers = timers;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (tasks) {
            if (ended) {
                return;
            }
            tasks.add(task);
            if (running) {
                return;
            }
            running = true;
        }
        begin();
    }

    private void begin() {
        try {
            threads.execute(this::runAll);
        } catch (RejectedExecutionException rejected) {
            if (threads instanceof ExecutorService pool && pool.isShutdown()) {
                end();
            } else {
                LOG.warn("the executor is full: again in {} ms", RETRY_MILLIS);
                timers.after(RETRY_MILLIS, this::begin);
            }
        } catch (Throwable failed) {
            stop();
            throw failed;
        }
    }

    private void runAll() {
        while (true) {
            Runnable task;
            synchronized (tasks) {
                task = tasks.poll();
                if (task == null) {
                    running = false;
                    return;
                }
            }
            try {
                task.run();
            } catch (OutOfMemoryError fatal) {
                stop();
                throw fatal;
            } catch (Throwable bad) {
                // One failed task must not stop the device.
                LOG.error("a task failed", bad);
            }
        }
    }

    /** The next task begins again with those that are left. */
    private void stop() {
        synchronized (tasks) {
            running = false;
        }
    }

    private void end() {
        synchronized (tasks) {
            ended = true;
            tasks.clear();
        }
    }
}
