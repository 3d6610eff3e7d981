package io.bellwire.log;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server that is waited for was there of late. While it is not, one caller at a time waits for it, and all others fail
 * at once: what queues behind those who wait would else wait for as long as each of them, one after the other. Thread-safe.
 */
final class Reachability {
    private final Semaphore waiting = new Semaphore(1);
    private volatile @Nullable StoreUnreachableException lastFailure;

    /**
     * Runs {@code work}, which calls {@link #reached} as soon as the server is there, and throws
     * {@link StoreUnreachableException} if it is not.
     */
    <T> T run(Supplier<T> work) {
        StoreUnreachableException last = lastFailure;
        if (last != null && !waiting.tryAcquire()) {
            throw new StoreUnreachableException(String.valueOf(last.getMessage()), last);
        }
        try {
            return work.get();
        } catch (StoreUnreachableException e) {
            lastFailure = e;
            throw e;
        } finally {
            if (last != null) {
                waiting.release();
            }
        }
    }

    void reached() {
        lastFailure = null;
    }
}
