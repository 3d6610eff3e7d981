package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.segment.CountingFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Events by their numbers in a log with a segment for each record. */
class EventLookupTest {
    private static final int EVENTS = 200;
    /** The index of one segment is searched in a few reads; the others are not read. */
    private static final int READS_MAX = 5;
    /** So little that each look-up reads from the file. */
    private static final long INDEX_BYTES = 1_024;

    private final CountingFolder folder = new CountingFolder();
    private final AtomicLong days = new AtomicLong();
    private LogStoreFixture fixture = open();
    private final List<Event> events = new ArrayList<>();

    private LogStoreFixture open() {
        return new LogStoreFixture(SegmentStore.open(
                folder,
                new SegmentOptions(Durability.SYNC, 1, INDEX_BYTES, false),
                new Random(7),
                () -> TimeUnit.DAYS.toNanos(days.get()),
                LogStoreFixture.MORNING.toEpochMilli(),
                Runnable::run));
    }

    @BeforeEach
    void append() {
        Feed grill = fixture.grill();
        for (int i = 0; i < EVENTS; i++) {
            events.add(fixture.append("event-" + i, grill));
        }
    }

    @AfterEach
    void close() {
        fixture.store().close();
    }

    private Optional<Event> find(Event event) {
        return fixture.store().event(event.eventNumber());
    }

    private void expectFound(Event event) {
        assertArrayEquals(event.json().bytes(), find(event).orElseThrow().json().bytes());
    }

    @Test
    void eventIsFoundWithoutALookIntoOtherSegments() {
        for (boolean isReopened : new boolean[] {false, true}) {
            if (isReopened) {
                fixture.store().close();
                fixture = open();
            }
            for (Event event : events) {
                int before = folder.indexReads();
                expectFound(event);
                int reads = folder.indexReads() - before;
                assertTrue(reads <= READS_MAX, () -> reads + " reads of indexes for event " + event.eventNumber());
            }
        }
    }

    @Test
    void eventThatRetentionHasCarriedOnIsFoundWhereItIsNow() {
        Event newestOfFryer = fixture.append("the only one", fixture.fryer());
        Event last = fixture.append("last", fixture.grill());
        days.addAndGet(10);
        long dropped = fixture.store()
                .expire(
                        LogStoreFixture.MORNING.plus(Duration.ofDays(10)).toEpochMilli(),
                        Duration.ofDays(1),
                        Duration.ofDays(1),
                        (feed, earliest) -> {});

        assertTrue(dropped > EVENTS, "what was dropped");
        assertEquals(Optional.empty(), find(events.get(0)));
        expectFound(newestOfFryer);
        expectFound(last);
        Event later = fixture.append("later", fixture.grill());
        expectFound(later);
        expectFound(newestOfFryer);
    }
}
