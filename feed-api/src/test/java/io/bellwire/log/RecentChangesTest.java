package io.bellwire.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.http.TestClock;
import io.bellwire.segment.SegmentStore;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The memory for recent changes, and positions that are flushed now and then. */
class RecentChangesTest {
    private static final int JSON_BYTES = LogStoreFixture.json("x".repeat(100)).length();
    /** The memory of an entry besides its event. */
    private static final int ENTRY_BYTES = 64;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SegmentStore store = SegmentStore.inMemory(new Random(7));

    private EventLog open(long recentBytesMax) {
        return new EventLog(store, LogLimits.DEFAULT.withRecentBytesMax(recentBytesMax), Clock.systemUTC(), meters);
    }

    private double recentBytes() {
        return meters.get("bellwire.log.recent").gauge().value();
    }

    private static void append(EventLog log, Feed... feeds) {
        log.submit(new Append("x".repeat(100), feeds)).join();
    }

    @Test
    void memoryIsBoundedByBytesAndTheOldestGoesFirst() {
        try (EventLog log = open(3L * (JSON_BYTES + ENTRY_BYTES))) {
            Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);
            Feed fryer = log.getOrCreateFeed(LogStoreFixture.FRYER);
            append(log, grill);
            append(log, fryer);
            append(log, grill);
            assertNotNull(grill.recentAt(new Revision(1)));

            append(log, grill);

            assertNull(grill.recentAt(new Revision(1)));
            assertNull(grill.recent(Revision.NONE, 10, 10_000));
            assertNotNull(fryer.recentAt(new Revision(1)));
            assertEquals(2, grill.recent(new Revision(1), 10, 10_000).size());
            append(log, grill);
            assertNull(fryer.recentAt(new Revision(1)));
            assertEquals(3L * (JSON_BYTES + ENTRY_BYTES), (long) recentBytes());
        }
    }

    @Test
    void eventInSeveralFeedsIsCountedOnce() {
        try (EventLog log = open(1 << 20)) {
            Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);
            Feed orders = log.getOrCreateFeed(FeedId.ORDERS);

            append(log, grill, orders);

            assertEquals(JSON_BYTES + 2 * ENTRY_BYTES, (int) recentBytes());
        }
    }

    @Test
    void logWithoutMemoryForRecentChangesKeepsNone() {
        try (EventLog log = open(0)) {
            Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);
            Feed orders = log.getOrCreateFeed(FeedId.ORDERS);
            for (int i = 0; i < 5; i++) {
                append(log, grill, orders);
            }

            assertNull(grill.recent(new Revision(4), 1, 10_000));
            assertEquals(List.of(), grill.recent(new Revision(5), 1, 10_000));
            assertEquals(0, (int) recentBytes());
        }
    }

    @Test
    void recentChangesAreTheSameFromEveryOffset() {
        try (EventLog log = open(1 << 20)) {
            Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);
            for (int i = 1; i <= 20; i++) {
                log.submit(new Append("steak-" + i, grill)).join();
            }
            for (int after = 0; after <= 20; after++) {
                for (int limit : new int[] {1, 3, 100}) {
                    assertEquals(
                            store.read(grill, new Revision(after), new Revision(20), limit, 1_000).stream()
                                    .map(LogStoreFixture::text)
                                    .toList(),
                            grill.recent(new Revision(after), limit, 1_000).stream()
                                    .map(LogStoreFixture::text)
                                    .toList());
                }
            }
        }
    }

    @Test
    void receivedPositionsSurviveACleanClose() {
        try (EventLog log = open(0)) {
            Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);
            append(log, grill);
            Position first = grill.headPosition();
            append(log, grill);
            Position head = grill.headPosition();
            log.received(grill, first);
            log.received(grill, head);
            log.received(grill, first);
            assertEquals(new Revision(2), grill.received());
        }
        assertEquals(new Revision(2), storedReceived());
    }

    @Test
    void receivedPositionsAreFlushedWithoutAnyWrite() {
        try (EventLog log = open(0)) {
            Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);
            append(log, grill);

            log.received(grill, grill.headPosition());

            await().until(() -> storedReceived().equals(new Revision(1)));
            assertTrue(log.problem().isEmpty());
        }
    }

    @Test
    void receivedPositionsAreFlushedEachSecondThoughTheClockIsSetBack() {
        MockClock time = new MockClock();
        TestClock wallClock = new TestClock("2026-11-20T09:00:00Z");
        try (EventLog log = new EventLog(
                store, LogLimits.DEFAULT, wallClock, new SimpleMeterRegistry(SimpleConfig.DEFAULT, time))) {
            Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);
            append(log, grill);
            wallClock.advance(Duration.ofHours(-5));
            log.received(grill, grill.headPosition());
            append(log, grill);
            assertEquals(Revision.NONE, storedReceived(), "not with each write");

            time.addSeconds(1);
            append(log, grill);

            assertEquals(new Revision(1), storedReceived());
            wallClock.advance(Duration.ofHours(10));
            log.received(grill, grill.headPosition());
            append(log, grill);
            assertEquals(new Revision(1), storedReceived());
            time.addSeconds(1);
            append(log, grill);
            assertEquals(new Revision(3), storedReceived());
        }
    }

    private Revision storedReceived() {
        return store.feeds(List.of(LogStoreFixture.GRILL)).get(0).received();
    }
}
