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
 * Look-ups that share queries: while one is under way those who come meanwhile gather, and the next query is for all of
 * them. So a fleet that comes back at once costs some queries and not one a device. Thread-safe; never blocks.
 */
final class BatchedLookups<K, V> {
    /** On whatever thread may block. */
    interface Runner {
        <T> CompletableFuture<T> run(Callable<T> task);
    }

    private final Runner runner;
    private final Function<List<K>, Map<K, V>> query;
    private final int perQueryMax;
    private final int waitingMax;

    // guarded by this
    private final Map<K, CompletableFuture<Optional<V>>> waiting = new LinkedHashMap<>();
    private boolean underWay;

    /**
     * @param query blocks; finds those of the keys that there are
     * @param perQueryMax keys in one query
     * @param waitingMax keys that may wait at once; more fail with {@link OverloadedException}
     */
    BatchedLookups(Runner runner, Function<List<K>, Map<K, V>> query, int perQueryMax, int waitingMax) {
        this.runner = runner;
        this.query = query;
        this.perQueryMax = perQueryMax;
        this.waitingMax = waitingMax;
    }

    /** What is there for {@code key} when this is asked, or later. */
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
            if (underWay) {
                return found;
            }
            underWay = true;
        }
        next();
        return found;
    }

    private void next() {
        Map<K, CompletableFuture<Optional<V>>> batch = new LinkedHashMap<>();
        var unused = runner.run(() -> {
                    take(batch);
                    return query.apply(new ArrayList<>(batch.keySet()));
                })
                .whenComplete((found, failure) -> {
                    if (failure != null) {
                        take(batch); // nothing was taken if no thread was free to run it
                    }
                    boolean more;
                    synchronized (this) {
                        more = !waiting.isEmpty();
                        underWay = more;
                    }
                    if (more) {
                        next();
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

    private synchronized void take(Map<K, CompletableFuture<Optional<V>>> batch) {
        var each = waiting.entrySet().iterator();
        while (each.hasNext() && batch.size() < perQueryMax) {
            Map.Entry<K, CompletableFuture<Optional<V>>> entry = each.next();
            batch.put(entry.getKey(), entry.getValue());
            each.remove();
        }
    }
}
