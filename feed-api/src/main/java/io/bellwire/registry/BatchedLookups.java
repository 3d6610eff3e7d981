package io.bellwire.registry;

import io.bellwire.log.OverloadedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Looks up keys, many with one query: while a query runs, further keys wait, and the next query is for all of them. So
 * a fleet that reconnects at once costs some queries and not one for each device. Thread-safe; never blocks.
 */
final class BatchedLookups<K, V> {
    /** Runs tasks on a thread that may block. */
    interface Runner {
        <T> CompletableFuture<T> run(Callable<T> task);
    }

    private final Runner runner;
    private final Function<List<K>, Map<K, V>> query;
    private final int perQueryMax;
    private final int waitingMax;

    // guarded by this
    private final Map<K, CompletableFuture<Optional<V>>> waiting = new LinkedHashMap<>();
    private boolean isQueryRunning;

    /**
     * @param query finds the values of those keys that have one; may block
     * @param perQueryMax how many keys one query may have
     * @param waitingMax how many keys may wait at once; the look-up of a further one fails with
     *     {@link OverloadedException}
     */
    BatchedLookups(Runner runner, Function<List<K>, Map<K, V>> query, int perQueryMax, int waitingMax) {
        this.runner = runner;
        this.query = query;
        this.perQueryMax = perQueryMax;
        this.waitingMax = waitingMax;
    }

    /** Looks up the value of {@code key} as it is now or later; empty if there is none. */
    CompletionStage<Optional<V>> find(K key) {
        CompletableFuture<Optional<V>> found;
        synchronized (this) {
            CompletableFuture<Optional<V>> asked = waiting.get(key);
            if (asked != null) {
                return asked;
            }
            if (waiting.size() >= waitingMax) {
                return CompletableFuture.failedFuture(new OverloadedException("too many look-ups are waiting"));
            }
            found = new CompletableFuture<>();
            waiting.put(key, found);
            if (isQueryRunning) {
                return found;
            }
            isQueryRunning = true;
        }
        runQuery();
        return found;
    }

    private void runQuery() {
        Map<K, CompletableFuture<Optional<V>>> batch = new LinkedHashMap<>();
        var unused = runner.run(() -> {
                    moveWaitingTo(batch);
                    return query.apply(new ArrayList<>(batch.keySet()));
                })
                .whenComplete((found, failure) -> {
                    if (failure != null) {
                        moveWaitingTo(batch); // the task may never have run: then the waiting look-ups fail with it
                    }
                    boolean areMoreWaiting;
                    synchronized (this) {
                        areMoreWaiting = !waiting.isEmpty();
                        isQueryRunning = areMoreWaiting;
                    }
                    if (areMoreWaiting) {
                        runQuery();
                    }
                    batch.forEach((key, asked) -> {
                        if (failure != null) {
                            asked.completeExceptionally(failure);
                        } else {
                            asked.complete(Optional.ofNullable(found.get(key)));
                        }
                    });
                });
    }

    /** Moves waiting keys to {@code batch}, until it has as many as one query may have. */
    private synchronized void moveWaitingTo(Map<K, CompletableFuture<Optional<V>>> batch) {
        var each = waiting.entrySet().iterator();
        while (each.hasNext() && batch.size() < perQueryMax) {
            Map.Entry<K, CompletableFuture<Optional<V>>> entry = each.next();
            batch.put(entry.getKey(), entry.getValue());
            each.remove();
        }
    }
}
