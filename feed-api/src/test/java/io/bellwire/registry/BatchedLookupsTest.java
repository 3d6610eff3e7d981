package io.bellwire.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.OverloadedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class BatchedLookupsTest {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final List<List<Integer>> queries = new ArrayList<>();
    private boolean broken;
    private final BatchedLookups<Integer, String> lookups = new BatchedLookups<>(new QueuedRunner(), this::query, 3, 5);

    /** Runs tasks when the test calls {@link #runAll}. */
    private final class QueuedRunner implements BatchedLookups.Runner {
        @Override
        public <T> CompletableFuture<T> run(Callable<T> task) {
            CompletableFuture<T> result = new CompletableFuture<>();
            tasks.add(() -> {
                try {
                    result.complete(task.call());
                } catch (Exception e) {
                    result.completeExceptionally(e);
                }
            });
            return result;
        }
    }

    private Map<Integer, String> query(List<Integer> keys) {
        queries.add(keys);
        if (broken) {
            throw new IllegalStateException("down");
        }
        Map<Integer, String> found = new HashMap<>();
        keys.stream().filter(key -> key % 2 == 0).forEach(key -> found.put(key, "v" + key));
        return found;
    }

    private void runAll() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    private CompletableFuture<Optional<String>> find(int key) {
        return lookups.find(key).toCompletableFuture();
    }

    @Test
    void lookUpsAtOnceShareQueriesOfBoundedSize() {
        List<CompletableFuture<Optional<String>>> asked = List.of(find(1), find(2), find(3), find(4), find(2), find(5));

        runAll();

        assertEquals(List.of(List.of(1, 2, 3), List.of(4, 5)), queries);
        assertEquals(Optional.empty(), asked.get(0).join());
        assertEquals(Optional.of("v2"), asked.get(1).join());
        assertEquals(Optional.of("v2"), asked.get(4).join());
    }

    @Test
    void lookUpAfterAQueryBeganIsInTheNextQuery() {
        var unused = find(2);
        runAll();
        CompletableFuture<Optional<String>> again = find(2);
        assertFalse(again.isDone());

        runAll();

        assertEquals(Optional.of("v2"), again.join());
        assertEquals(2, queries.size());
    }

    @Test
    void failedQueryFailsItsLookUpsAndNoOthers() {
        broken = true;
        CompletableFuture<Optional<String>> first = find(2);
        runAll();
        assertThrows(CompletionException.class, first::join);

        broken = false;
        CompletableFuture<Optional<String>> second = find(2);
        runAll();
        assertEquals(Optional.of("v2"), second.join());
    }

    @Test
    void lookUpsBeyondTheLimitAreRefused() {
        for (int key = 0; key < 5; key++) {
            var unused = find(key);
        }
        CompletionException refused = assertThrows(CompletionException.class, find(5)::join);
        assertTrue(refused.getCause() instanceof OverloadedException, refused.toString());
    }
}
