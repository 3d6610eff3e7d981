package io.bellwire.feed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Append;
import io.bellwire.log.EventLog;
import io.bellwire.log.FaultyStore;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PagesTest {
    private static final FeedId GRILL = new FeedId("devices/grill");
    private static final FeedId FRYER = new FeedId("devices/fryer");

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private static EventLog open(DataStore store, long recentBytesMax) {
        return new EventLog(
                store,
                LogLimits.DEFAULT.withRecentBytesMax(recentBytesMax),
                Clock.systemUTC(),
                new SimpleMeterRegistry());
    }

    private FeedReader reader(EventLog log) {
        return new FeedReader(log, timer, Runnable::run, 10);
    }

    private static FeedRead.Page read(FeedReader reader, Feed feed, EventLog log, long after, int limit) {
        Position position = after == 0
                ? Position.START
                : log.store()
                        .read(feed, new Revision(after - 1), new Revision(after), 1, Long.MAX_VALUE)
                        .get(0)
                        .position();
        return reader.read(feed, Optional.of(feed.cursor(position)), limit, Duration.ZERO)
                .toCompletableFuture()
                .join()
                .fold(page -> page, reset -> {
                    throw new AssertionError(reset.toString());
                });
    }

    /**
     * Writes 60 changes of the grill in many batches, some far larger than others, with changes of the fryer between
     * them.
     */
    private static void write(EventLog log) {
        Feed grill = log.getOrCreateFeed(GRILL);
        Feed fryer = log.getOrCreateFeed(FRYER);
        Feed orders = log.getOrCreateFeed(FeedId.ORDERS);
        Random random = new Random(7);
        List<CompletableFuture<List<Long>>> writes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String data = i + "-" + "\u20ac".repeat(random.nextInt(10) == 0 ? 150_000 : random.nextInt(100));
            writes.add(log.submit(new Append(data, grill, orders)));
            if (random.nextInt(4) == 0) {
                writes.add(log.submit(new Append("fryer", fryer, orders)));
            }
        }
        writes.forEach(CompletableFuture::join);
    }

    @Test
    void guarantee2PageIsTheSameToTheByteFromMemoryAndFromTheStore() {
        SegmentStore store = SegmentStore.inMemory(new Random(7));
        try (EventLog logInMemory = open(store, 64 << 20);
                EventLog logOnDisk = open(store, 0)) {
            write(logInMemory);
            FeedReader fromMemory = reader(logInMemory);
            FeedReader fromStore = reader(logOnDisk);

            for (FeedId id : List.of(GRILL, FeedId.ORDERS)) {
                Feed feedInMemory = logInMemory.getOrCreateFeed(id);
                Feed feedOnDisk = logOnDisk.getOrCreateFeed(id);
                assertNotNull(feedInMemory.recentAt(new Revision(1)));
                assertNull(feedOnDisk.recentAt(feedOnDisk.head()));
                for (long after = 0; after <= feedInMemory.head().value(); after++) {
                    for (int limit : new int[] {1, 7, 100}) {
                        FeedRead.Page memory = read(fromMemory, feedInMemory, logInMemory, after, limit);
                        FeedRead.Page stored = read(fromStore, feedOnDisk, logOnDisk, after, limit);
                        assertArrayEquals(
                                PageJson.render(id, logInMemory.epoch(), memory.changes()),
                                PageJson.render(id, logOnDisk.epoch(), stored.changes()));
                        assertEquals(memory.next(), stored.next());
                        assertEquals(memory.head(), stored.head());
                        assertEquals(memory.isFull(), stored.isFull(), id + " after " + after + ", limit " + limit);
                    }
                }
            }
        }
    }

    @Test
    void guarantee2FullPageIsTheSameWhateverIsAppendedLater() {
        try (EventLog log = open(new FaultyStore(), 64 << 20)) {
            Feed grill = log.getOrCreateFeed(GRILL);
            FeedReader reader = reader(log);
            log.submit(new Append("a", grill)).join();
            log.submit(new Append("b", grill)).join();
            FeedRead.Page full = read(reader, grill, log, 0, 2);
            FeedRead.Page tail = read(reader, grill, log, 0, 3);
            assertTrue(full.isFull());
            assertFalse(tail.isFull());

            log.submit(new Append("c", grill)).join();

            assertEquals(full.changes(), read(reader, grill, log, 0, 2).changes());
            assertTrue(read(reader, grill, log, 0, 3).isFull());
        }
    }

    @Test
    void guarantee2PageThatTheFeedOutgrewWhileItWasReadIsNotFull() {
        FaultyStore store = new FaultyStore();
        try (EventLog log = open(store, 0)) {
            Feed grill = log.getOrCreateFeed(GRILL);
            FeedReader reader = reader(log);
            log.submit(new Append("a", grill)).join();
            log.submit(new Append("b", grill)).join();
            store.afterNextRead(() -> log.submit(new Append("c", grill)).join());

            FeedRead.Page page = read(reader, grill, log, 0, 100);

            assertEquals(2, page.changes().size());
            assertEquals(new Revision(3), page.head().revision());
            assertFalse(page.isUpToDate());
            assertFalse(page.isFull(), "the same request is answered with three changes from now on");
        }
    }

    @Test
    void emptyPageIsNeverFull() {
        try (EventLog log = open(new FaultyStore(), 0)) {
            Feed grill = log.getOrCreateFeed(GRILL);
            assertFalse(read(reader(log), grill, log, 0, 1).isFull());
        }
    }
}
