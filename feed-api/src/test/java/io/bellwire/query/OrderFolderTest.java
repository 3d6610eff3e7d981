package io.bellwire.query;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.FaultyStore;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Revision;
import io.bellwire.log.Write;
import io.bellwire.log.WriteBatch;
import io.bellwire.order.LatestEvent;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The order search knows the orders that the log holds, whatever has happened to the database or to the log. Most tests
 * call the turns of the projector themselves; a few start its thread.
 */
class OrderFolderTest {
    private static final long SEED = 1;
    private static final String START = "start-1";
    private static final int READERS = 2;

    @TempDir
    Path folder;

    private final Random random = new Random(5);
    private OrdersInMemory orders = OrdersInMemory.ofSeed(SEED, random);
    private QueryDatabase database;

    @BeforeEach
    void makeDatabase() {
        database = database(START);
    }

    @AfterEach
    void close() {
        database.close();
        orders.close();
    }

    private QueryDatabase database(String machineStart) {
        return QueryDatabase.inFile(folder, READERS, machineStart);
    }

    private Path file() {
        return folder.resolve(OrderSearch.DATABASE_FILE);
    }

    /** Folds all changes with a new projector, as after a start. */
    private OrderFolder foldAfterAStart() {
        OrderFolder projector = orders.projector(database);
        orders.foldAll(projector);
        assertEquals(orders.ordersInLog(), OrdersInMemory.ordersInDatabase(database));
        return projector;
    }

    private double rebuilds() {
        return orders.count("bellwire.query.rebuilds");
    }

    @Test
    void logIsFoldedBatchAfterBatchAndEachOrderHasOneRowAsItIsNow() {
        OrderFolder projector = orders.projector(database);
        for (int i = 0; i < 5; i++) {
            orders.createAndChange(random, 20);
            orders.foldAll(projector);
            assertEquals(orders.ordersInLog(), OrdersInMemory.ordersInDatabase(database));
            assertEquals(Optional.of(orders.log.getOrCreateFeed(FeedId.ORDERS).head()), projector.foldedTo());
        }
        assertEquals(80, orders.count("bellwire.query.folded"), "the first ones were scanned");
    }

    @Test
    void ordersThatWereThereBeforeTheDatabaseAreScanned() {
        orders.createAndChange(random, OrderFolding.SCAN_PAGE_ORDERS * 2);
        OrderFolder projector = orders.projector(database);

        long unused = projector.turn();
        assertEquals(Optional.empty(), projector.foldedTo(), "not all orders are scanned");
        assertTrue(projector.hasUrgentWork());
        orders.createAndChange(random, 50); // changes orders that are scanned already, and orders that are not
        orders.foldAll(projector);

        assertEquals(orders.ordersInLog(), OrdersInMemory.ordersInDatabase(database));
        assertFalse(projector.hasUrgentWork());
    }

    @Test
    void scanGoesOnWhereTheLastProcessEnded() {
        orders.createAndChange(random, OrderFolding.SCAN_PAGE_ORDERS * 2);
        long unused = orders.projector(database).turn();
        database.close();
        orders.createAndChange(random, 50);

        OrderFolder projector = foldAfterAStart();

        assertEquals(1, rebuilds());
        assertEquals(Optional.of(projector.head()), projector.foldedTo());
    }

    @Test
    void foldingTheSameChangesAgainChangesNothing() {
        orders.createAndChange(random, 60);
        OrderFolder unused = foldAfterAStart();
        OrderTableWriter projection = new OrderTableWriter(database);
        FoldedPosition position = projection.position().orElseThrow();
        Feed feed = orders.log.getOrCreateFeed(FeedId.ORDERS);
        List<OrderRow> all = orders.log.store().read(feed, Revision.NONE, feed.head(), 1_000, Long.MAX_VALUE).stream()
                .map(change -> OrderRow.of(OrderId.subjectOf(change.event()).orElseThrow(), change.event()))
                .toList();

        for (int from : new int[] {0, 7, 30, 59}) {
            projection.fold(all.subList(from, all.size()), position);
            projection.fold(all.subList(0, from), position);
        }

        assertEquals(orders.ordersInLog(), OrdersInMemory.ordersInDatabase(database));
    }

    @Test
    void restartGoesOnFromThePositionThatWasKept() {
        orders.createAndChange(random, 60);
        OrderFolder unused = foldAfterAStart();
        database.close();
        orders.createAndChange(random, 30);

        OrderFolder again = foldAfterAStart();

        assertEquals(Optional.of(again.head()), again.foldedTo());
        assertEquals(1, rebuilds(), "the first time");
        assertEquals(30, orders.count("bellwire.query.folded"));
    }

    @Test
    void emptyLogNeedsNoFolding() {
        OrderFolder projector = foldAfterAStart();
        assertEquals(Optional.of(Revision.NONE), projector.foldedTo());
        database.close();

        assertEquals(Optional.of(Revision.NONE), foldAfterAStart().foldedTo());
        assertEquals(1, rebuilds());
    }

    @Test
    void deletedFileIsMadeAgain() throws IOException {
        orders.createAndChange(random, 60);
        OrderFolder unused = foldAfterAStart();
        database.close();
        Files.delete(file());

        OrderFolder again = foldAfterAStart();

        assertEquals(Optional.of(again.head()), again.foldedTo());
        assertEquals(2, rebuilds());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 4_096, 8_192, 20_000})
    void truncatedFileIsMadeAgain(long length) throws IOException {
        orders.createAndChange(random, 60);
        OrderFolder unused = foldAfterAStart();
        database.close();
        byte[] bytes = Files.readAllBytes(file());
        Files.write(file(), Arrays.copyOf(bytes, (int) Math.min(length, bytes.length - 1)));

        OrderFolder again = foldAfterAStart();

        assertEquals(Optional.of(again.head()), again.foldedTo());
    }

    @Test
    void fileOfSomethingElseIsMadeAgain() throws IOException {
        Files.writeString(file(), "not a database\n".repeat(1_000));
        orders.createAndChange(random, 10);

        assertEquals(Optional.of(new Revision(10)), foldAfterAStart().foldedTo());
    }

    /**
     * Damage that H2 notices, at the start or when it reads a page later, ends in a new database. H2 does not notice a
     * wrong bit in a row; therefore the server reads an order that it shows from the log.
     */
    @Test
    void fileWithFlippedBytesIsMadeAgainAsSoonAsItIsNoticed() throws IOException {
        orders.createAndChange(random, 60);
        OrderFolder unused = foldAfterAStart();
        database.close();
        byte[] sound = Files.readAllBytes(file());
        for (int i = 0; i < 8; i++) {
            byte[] damaged = sound.clone();
            int at = random.nextInt(damaged.length - 600);
            for (int j = 0; j < 600; j++) {
                damaged[at + j] ^= 0x55;
            }
            Files.write(file(), damaged);
            orders.createAndChange(random, 2);

            OrderFolder projector = orders.projector(database);
            projector.start(0);
            try {
                await().until(() -> projector.isFolded(projector.head()) && isReadable(projector));
            } finally {
                projector.close();
            }
        }
    }

    /** Reads all rows as searches do, and notes damage as they do. */
    private boolean isReadable(OrderFolder projector) {
        try {
            List<String> unused = OrdersInMemory.ordersInDatabase(database);
            return true;
        } catch (QueryDatabaseException e) {
            if (e.isDamage()) {
                projector.noteDamage();
            }
            return false;
        } catch (AssertionError e) {
            return true; // not noticed
        }
    }

    @Test
    void fileWithAnotherSchemaIsMadeAgain() {
        orders.createAndChange(random, 10);
        OrderFolder unused = foldAfterAStart();
        int rows = database.commit(handle -> handle.execute("UPDATE meta SET version = version + 1"));
        assertEquals(1, rows);
        database.close();

        OrderFolder again = foldAfterAStart();

        assertEquals(Optional.of(new Revision(10)), again.foldedTo());
        assertEquals(2, rebuilds());
    }

    @Test
    void fileThatWasInUseWhenTheOperatingSystemEndedIsNotTrusted() throws IOException {
        orders.createAndChange(random, 10);
        OrderFolder unused = foldAfterAStart();
        byte[] inUse = Files.readAllBytes(file());
        database.close();

        Files.write(file(), inUse);
        foldAfterAStart();
        assertEquals(1, rebuilds(), "the process was killed, and the operating system went on");
        database.close();

        Files.write(file(), inUse);
        database = database("start-2");
        foldAfterAStart();
        assertEquals(2, rebuilds(), "the power was cut");
        database.close();

        database = database("start-3");
        foldAfterAStart();
        assertEquals(2, rebuilds(), "it was closed in between");
    }

    @Test
    void otherEpochIsFoldedFromTheBeginning() {
        orders.createAndChange(random, 40);
        OrderFolder unused = foldAfterAStart();
        database.close();
        orders.close();
        orders = OrdersInMemory.ofSeed(SEED + 1, random);
        orders.createAndChange(random, 50);

        assertEquals(Optional.of(new Revision(50)), foldAfterAStart().foldedTo());
        assertEquals(1, rebuilds(), "of this log");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 40, 60})
    void logThatLostItsEndIsFoldedFromTheBeginningEvenIfItHasGrownAgain(int changes) {
        orders.createAndChange(random, 40);
        OrderFolder unused = foldAfterAStart();
        database.close();
        orders.close();
        orders = OrdersInMemory.ofSeed(SEED, random);
        orders.createAndChange(random, changes);

        assertEquals(Optional.of(new Revision(changes)), foldAfterAStart().foldedTo());
    }

    @Test
    void positionThatRetentionHasPassedIsNotContinued() {
        useManySegments();
        orders.createAndChange(random, 40);
        OrderFolder unused = foldAfterAStart();
        database.close();
        orders.createAndChange(random, 40);
        expireAll();

        OrderFolder again = foldAfterAStart();

        assertEquals(Optional.of(new Revision(80)), again.foldedTo());
        assertEquals(2, rebuilds());
    }

    @Test
    void retentionThatOvertakesARunningProjectorCostsARebuild() {
        useManySegments();
        OrderFolder projector = foldAfterAStart();
        orders.createAndChange(random, 40);
        expireAll();

        orders.foldAll(projector);

        assertEquals(orders.ordersInLog(), OrdersInMemory.ordersInDatabase(database));
        assertEquals(2, rebuilds());
    }

    private void useManySegments() {
        orders.close();
        orders = OrdersInMemory.inManySegments(random);
    }

    /** Drops all changes but the newest of each feed. */
    private void expireAll() {
        long afterAll = OrdersInMemory.MORNING.plusSeconds(1).toEpochMilli();
        long deleted = orders.log.expire(afterAll, Duration.ZERO, Duration.ZERO);
        assertTrue(deleted > 0);
    }

    @Test
    void rolledBackBatchLeavesRowsAndPositionAsTheyWere() {
        orders.createAndChange(random, 30);
        OrderFolder unused = foldAfterAStart();
        OrderTableWriter projection = new OrderTableWriter(database);
        FoldedPosition position = projection.position().orElseThrow();
        List<String> before = OrdersInMemory.ordersInDatabase(database);
        OrderRow row = new OrderRow(OrdersInMemory.anyOrderId(), "oven", null, "new", null, 1, 1);
        FoldedPosition unfit =
                new FoldedPosition(new Cursor(new Epoch("aaaaaaaaaa"), new Revision(31), 0), Optional.empty());
        int unchanged = database.commit(handle -> handle.execute("ALTER TABLE folded ADD CHECK (revision < 31)"));
        assertEquals(0, unchanged);

        assertThrows(QueryDatabaseException.class, () -> projection.fold(List.of(row), unfit));

        assertEquals(before, OrdersInMemory.ordersInDatabase(database));
        assertEquals(position, projection.position().orElseThrow());
    }

    @Test
    void eventThatHoldsNoOrderIsCountedAndLeftOut() {
        orders.createAndChange(random, 5);
        List<String> sound = orders.ordersInLog();
        orders.log
                .submit(new Unreadable(OrdersInMemory.anyOrderId(), orders.log.getOrCreateFeed(FeedId.ORDERS)))
                .join();
        OrderFolder projector = orders.projector(database);
        orders.foldAll(projector);
        orders.log
                .submit(new Unreadable(OrdersInMemory.anyOrderId(), orders.log.getOrCreateFeed(FeedId.ORDERS)))
                .join();
        OrderId last = orders.create("oven", "");

        orders.foldAll(projector);

        assertEquals(Optional.of(new Revision(8)), projector.foldedTo());
        assertTrue(orders.count("bellwire.query.failures") >= 2);
        List<String> found = OrdersInMemory.ordersInDatabase(database);
        assertTrue(found.containsAll(sound));
        assertTrue(found.contains(last + " oven  new"));
        assertEquals(sound.size() + 1, found.size());
    }

    /** Appends an event of an order that does not hold an order. */
    private record Unreadable(OrderId id, Feed feed) implements Write<Boolean> {
        @Override
        public void declareNeeds(BatchNeeds needs) {
            needs.feed(feed);
        }

        @Override
        public int bytes() {
            return 10;
        }

        @Override
        public Boolean decide(WriteBatch batch) {
            EventJson json = new EventJson("\"data\":[7]}".getBytes(StandardCharsets.US_ASCII), 7);
            Event event = batch.append(new RenderedEvent(json), id.value(), List.of(feed));
            batch.put(OrderStore.LATEST, id, new LatestEvent(feed.feedNumber(), event));
            return true;
        }
    }

    @Test
    void restIsLongEnoughForTheShare() {
        AtomicLong cpuNanos = new AtomicLong();
        try (OrderFolder projector = new OrderFolder(
                orders.log,
                orders.store.orders(),
                database,
                new CpuBudget(0.2),
                Clock.fixed(OrdersInMemory.MORNING, ZoneOffset.UTC),
                () -> cpuNanos.getAndAdd(3_000_000),
                orders.meters)) {
            long restNanos = 0;
            for (int i = 0; i < 10; i++) {
                orders.createAndChange(random, 10);
                restNanos += projector.turn();
            }

            double spentNanos =
                    orders.meters.get("bellwire.query.cpu").functionCounter().count() * 1e9;
            assertTrue(spentNanos > 0);
            assertTrue(spentNanos / (spentNanos + restNanos) <= 0.2, "rested " + restNanos + " of " + spentNanos);
        }
    }

    @Test
    void smallBatchIsFoldedAtOnceIfASearchWaits() {
        OrderFolder projector = foldAfterAStart();
        orders.createAndChange(random, 3);
        assertFalse(projector.hasUrgentWork(), "the batch is not full");

        CompletableFuture<Boolean> folded = projector.awaitFolded(projector.head());

        assertTrue(projector.hasUrgentWork());
        long unused = projector.turn();
        assertTrue(folded.join());
        assertFalse(projector.hasUrgentWork());
    }

    @Test
    void fullBatchIsUrgentWork() {
        OrderFolder projector = foldAfterAStart();
        orders.createAndChange(random, OrderFolding.BATCH_CHANGES_MAX - 1);
        assertFalse(projector.hasUrgentWork());
        orders.createAndChange(random, 1);
        assertTrue(projector.hasUrgentWork());
    }

    @Test
    void lagIsReportedInChangesAndInSeconds() {
        try (OrderFolder projector = new OrderFolder(
                orders.log,
                orders.store.orders(),
                database,
                new CpuBudget(1),
                Clock.fixed(OrdersInMemory.MORNING.plusSeconds(90), ZoneOffset.UTC),
                () -> 0,
                orders.meters)) {
            orders.foldAll(projector);
            orders.createAndChange(random, 7);

            assertEquals(7, gauge("bellwire.query.lag.changes"));
            await().untilAsserted(() -> assertEquals(90, gauge("bellwire.query.lag")));
            orders.foldAll(projector);
            assertEquals(0, gauge("bellwire.query.lag.changes"));
            assertEquals(0, gauge("bellwire.query.lag"));
        }
    }

    private double gauge(String name) {
        return orders.meters.get(name).gauge().value();
    }

    @Test
    void loopOutlivesALogThatCannotBeRead() {
        FaultyStore store = new FaultyStore();
        orders.close();
        orders = new OrdersInMemory(store, random);
        orders.createAndChange(random, 20);
        orders.log.getOrCreateFeed(FeedId.ORDERS);
        store.afterNextRead(() -> {
            throw new UncheckedIOException(new IOException("a bad sector"));
        });
        OrderFolder projector = orders.projector(database);
        projector.start(0);
        try {
            await().until(() -> projector.isFolded(projector.head()));
            assertEquals(1, orders.count("bellwire.query.failures"));
            assertEquals(orders.ordersInLog(), OrdersInMemory.ordersInDatabase(database));
            orders.createAndChange(random, 20);
            await().until(() -> projector.isFolded(projector.head()));
            assertEquals(orders.ordersInLog(), OrdersInMemory.ordersInDatabase(database));
        } finally {
            projector.close();
        }
    }

    @Test
    void folderThatCannotBeWrittenDelaysOnlyTheSearch() throws IOException {
        Path notAFolder = Files.writeString(folder.resolve("file"), "");
        try (QueryDatabase nowhere = QueryDatabase.inFile(notAFolder, READERS, START)) {
            OrderFolder projector = orders.projector(nowhere);
            projector.start(0);
            await().until(() -> orders.count("bellwire.query.failures") > 0);
            orders.createAndChange(random, 5);
            assertEquals(Optional.empty(), projector.foldedTo());
            Files.delete(notAFolder);
            await().until(() -> projector.isFolded(new Revision(5)));
            assertEquals(orders.ordersInLog(), OrdersInMemory.ordersInDatabase(nowhere));
            projector.close();
        }
    }

    /** A write of H2 that fails for want of room would end in a database that is made again. */
    @Test
    void fullDiskDelaysFoldingAndLeavesTheDatabaseAsItIs() {
        OrderFolder projector = orders.projector(database);
        projector.start(0);
        orders.createAndChange(random, 5);
        await().until(() -> projector.isFolded(projector.head()));
        database.keepingFree(Long.MAX_VALUE);
        double failures = orders.count("bellwire.query.failures");

        orders.createAndChange(random, 5);
        Revision head = projector.head();
        CompletableFuture<Boolean> awaited = projector.awaitFolded(head);
        await().until(() -> orders.count("bellwire.query.failures") > failures + 3);

        assertFalse(awaited.isDone());
        assertFalse(OrdersInMemory.ordersInDatabase(database).isEmpty(), "what is there is found");
        assertEquals(1, rebuilds(), "only the first one");
        database.keepingFree(0);
        await().until(() -> projector.isFolded(head));
        assertEquals(orders.ordersInLog(), OrdersInMemory.ordersInDatabase(database));
        assertEquals(1, rebuilds(), "it was not made again");
        projector.close();
    }

    @Test
    void firstSearchEndsTheRestAfterAStart() {
        orders.createAndChange(random, 20);
        OrderFolder projector = orders.projector(database);
        projector.start(TimeUnit.DAYS.toMillis(1));
        try {
            assertEquals(Optional.empty(), projector.foldedTo());
            assertTrue(projector.awaitFolded(projector.head()).join());
            assertEquals(orders.ordersInLog(), OrdersInMemory.ordersInDatabase(database));
        } finally {
            projector.close();
        }
    }

    @Test
    void restAfterAStartEndsByItself() {
        orders.createAndChange(random, 20);
        OrderFolder projector = orders.projector(database);
        projector.start(1);
        try {
            await().until(() -> projector.isFolded(projector.head()));
        } finally {
            projector.close();
        }
    }
}
