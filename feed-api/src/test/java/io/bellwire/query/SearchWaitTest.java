package io.bellwire.query;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bellwire.runtime.TimerThread;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A search waits for changes that are not folded yet, for a bounded time. */
class SearchWaitTest {
    @TempDir
    Path folder;

    private final Random random = new Random(5);
    private final OrdersInMemory orders = OrdersInMemory.ofSeed(1, random);
    private final TimerThread timer = new TimerThread("test-timer");

    @AfterEach
    void close() {
        timer.shutdownNow();
        orders.close();
    }

    private OrderSearch search(Path parent) {
        return OrderSearch.start(
                new OrderSearch.Storage(Optional.of(parent), "search", 2, 0),
                new QueryOptions(true, 1),
                orders.log,
                orders.store.orders(),
                timer,
                Clock.fixed(OrdersInMemory.MORNING, ZoneOffset.UTC),
                orders.meters);
    }

    @Test
    void searchGivesUpWaitingAfterASecond() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
        try (OrderSearch search = search(notAFolder)) {
            orders.createAndChange(random, 5);

            assertFalse(search.awaitFolded(search.head()).toCompletableFuture().join());

            assertEquals(0, timer.size());
        }
    }

    @Test
    void timerOfAWaitThatHasEndedIsRemoved() {
        try (OrderSearch search = search(folder)) {
            orders.createAndChange(random, 5);

            // more than one wait, if this machine is too slow to open the database within the first one
            await().until(() ->
                    search.awaitFolded(search.head()).toCompletableFuture().join());

            await().until(() -> timer.size() == 0);
        }
    }
}
