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
    private final Executor answering;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private @Nullable T decided;

    /** @param answering runs {@link #answer} or {@link #fail} */
    PendingWrite(Write<T> write, Executor answering) {
        this.write = write;
        this.answering = answering;
    }

    Write<T> write() {
        return write;
    }

    Executor answering() {
        return answering;
    }

    CompletableFuture<T> result() {
        return result;
    }

    void decide(WriteBatch group) {
        decided = write.decide(group);
    }

    /** Completes the future; to be called once the batch of the decision is durable. */
    @SuppressWarnings("NullAway") // decide() has run
    void answer() {
        result.complete(decided);
    }

    void fail(Throwable failure) {
        result.completeExceptionally(failure);
    }
}
