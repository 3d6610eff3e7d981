package io.bellwire.log;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A thread for the writer, and two that answer its callers. Thread-safe. */
final class WriterThreads implements WriterRunner {
    private static final int COMPLETERS = 2;
    private static final long CLOSE_TIMEOUT_SECONDS = 30;

    private final ExecutorService completer = Executors.newFixedThreadPool(COMPLETERS, task -> {
        Thread thread = new Thread(task, "log-answers");
        thread.setDaemon(true);
        return thread;
    });
    private volatile @Nullable Thread thread;

    @Override
    public void start(LogWriter writer) {
        Thread started = new Thread(writer::run, "log-writer");
        thread = started;
        started.start();
    }

    @Override
    public void writeWaits() {
        // the writer waits at its queue
    }

    @Override
    public boolean isAlive() {
        Thread started = thread;
        return started != null && started.isAlive();
    }

    @Override
    public Executor completer() {
        return completer;
    }

    @Override
    public void close() {
        try {
            Thread started = thread;
            if (started != null) {
                started.join();
            }
            completer.shutdown();
            if (!completer.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                completer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
