package io.bellwire.log;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A write that waits, and who waits for it. The writer's thread decides; another one may answer afterwards. */
final class PendingWrite<T> {
    private final Write<T> write;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private @Nullable T decided;

    PendingWrite(Write<T> write) {
        this.write = write;
    }

    Write<T> write() {
        return write;
    }

    CompletableFuture<T> result() {
        return result;
    }

    void decide(Group group) {
        decided = write.decide(group);
    }

    /** To be called once the group is durable that it was decided in. */
    @SuppressWarnings("NullAway") // decide() has run
    void answer() {
        result.complete(decided);
    }

    void fail(Throwable failure) {
        result.completeExceptionally(failure);
    }
}
