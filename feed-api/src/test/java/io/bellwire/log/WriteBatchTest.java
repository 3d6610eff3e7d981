package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What writes of one batch see of the log and of each other. */
class WriteBatchTest {
    private final RecordType<String, Integer> prices = RecordType.kept("prices");
    private final RecordType<String, Integer> sightings = RecordType.ofHints("sightings");

    private final Records loaded = new Records();
    private final Feed grill = new Feed(
            new FeedNumber(1),
            LogStoreFixture.GRILL,
            new Epoch("k3v9x2m4qd"),
            Position.START,
            Position.START,
            Position.START,
            Position.START);

    private WriteBatch batch() {
        return new WriteBatch(
                new BatchInput(
                        new EventNumber(100),
                        Map.of(),
                        Set.of(),
                        Map.of(grill.feedNumber(), grill.headPosition()),
                        loaded),
                Instant.EPOCH);
    }

    /** A table gets a row inserted or updated by this. */
    @Test
    void recordIsNewUnlessItWasThereWhenTheBatchBegan() {
        loaded.of(prices).put("latte", 3);
        WriteBatch batch = batch();
        batch.put(prices, "mocha", 4);
        batch.remove(prices, "latte");

        assertFalse(batch.isNew(prices, "latte"));
        assertTrue(batch.isNew(prices, "mocha"));
        assertNull(batch.get(prices, "latte"));
        assertEquals(4, batch.get(prices, "mocha"));
        assertEquals("prices", prices.toString());
    }

    @Test
    void eventNumbersAreUsedOnceEach() {
        WriteBatch batch = batch();
        assertEquals(0, batch.eventNumbersUsed());

        Event first = LogStoreFixture.append(batch, "a", grill);
        Event second = LogStoreFixture.append(batch, "b", grill);

        assertEquals(
                List.of(new EventNumber(100), new EventNumber(101)),
                List.of(first.eventNumber(), second.eventNumber()));
        assertEquals(2, batch.eventNumbersUsed());
        assertEquals(new Revision(2), batch.entries().get(1).revision());
    }

    @Test
    void creationOfFeedsTakesRoomInTheQueueForEach() {
        int one = new CreateFeeds(List.of(LogStoreFixture.GRILL)).bytes();

        assertTrue(one > LogStoreFixture.GRILL.path().length());
        assertEquals(2 * one, new CreateFeeds(List.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER)).bytes());
    }

    @Test
    void batchOfHintsAndReceivedPositionsIsAcknowledgedToNobody() {
        WriteBatch hints = batch();
        hints.put(sightings, "grill", 7);
        hints.received(grill, Position.START);
        assertFalse(hints.isAcknowledged());
        assertFalse(hints.records().isEmpty());

        WriteBatch kept = batch();
        kept.put(prices, "latte", 3);
        assertTrue(kept.isAcknowledged());
        WriteBatch processed = batch();
        processed.acknowledge(grill, Position.START);
        assertFalse(processed.isAcknowledged(), "it was there before");
        processed.acknowledge(grill, new Position(new Revision(1), 7));
        assertTrue(processed.isAcknowledged());
    }
}
