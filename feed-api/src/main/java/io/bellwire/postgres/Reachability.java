package io.bellwire.postgres;

import io.bellwire.log.StoreUnreachableException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a server answered recently. While it does not, one caller at a time waits for it and all others fail at once;
 * otherwise each caller in the queue would wait in turn, one timeout after the other. Thread-safe.
 */
final class Reachability {
    private final Semaphore waiting = new Semaphore(1);
    private volatile @Nullable StoreUnreachableException lastFailure;

    /**
     * Runs {@code work}, which calls {@link #reached} as soon as the server answers, and throws {@link
     * StoreUnreachableException} if it does not.
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
