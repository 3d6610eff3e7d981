package io.bellwire.query;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.TimerThread;
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

/** For how long a search waits for what is not folded yet. */
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

    private OrderSearch search(Path where) {
        return OrderSearch.start(
                Optional.of(where),
                "search",
                2,
                new QueryOptions(true, 1),
                orders.log,
                timer,
                Clock.fixed(OrdersInMemory.MORNING, ZoneOffset.UTC),
                orders.meters);
    }

    @Test
    void searchWaitsInVainForAtMostASecond() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
        try (OrderSearch search = search(notAFolder)) {
            orders.makeSome(random, 5);

            assertFalse(search.awaitFolded(search.head()).toCompletableFuture().join());

            assertEquals(0, timer.size());
        }
    }

    @Test
    void endOfAWaitThatWasNotNeededIsForgotten() {
        try (OrderSearch search = search(folder)) {
            orders.makeSome(random, 5);

            assertTrue(search.awaitFolded(search.head()).toCompletableFuture().join());

            await().until(() -> timer.size() == 0);
        }
    }
}
