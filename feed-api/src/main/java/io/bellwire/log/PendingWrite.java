package io.bellwire.log;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A write that waits, with the future of its caller. The writer's thread decides; another thread may complete the
 * future.
 */
final class PendingWrite<T> {
    private final Write<T> write;
    private final Executor completer;
    private final String caller;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private @Nullable T decided;

    /**
     * @param completer runs {@link #complete} or {@link #fail}
     * @param caller see {@link WriteQueue#submit}
     */
    PendingWrite(Write<T> write, Executor completer, String caller) {
        this.write = write;
        this.completer = completer;
        this.caller = caller;
    }

    Write<T> write() {
        return write;
    }

    String caller() {
        return caller;
    }

    Executor completer() {
        return completer;
    }

    CompletableFuture<T> result() {
        return result;
    }

    void decide(WriteBatch batch) {
        decided = write.decide(batch);
    }

    /** Completes the future; to be called once the batch of the decision is durable. */
    @SuppressWarnings("NullAway") // decide() has run
    void complete() {
        result.complete(decided);
    }

    void fail(Throwable failure) {
        result.completeExceptionally(failure);
    }
}
