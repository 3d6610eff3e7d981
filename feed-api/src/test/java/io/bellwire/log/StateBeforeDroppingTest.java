package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Retention drops the segment with the only mention of something, in a log too short for its state to be written by itself. */
class StateBeforeDroppingTest {
    private static final FeedId GRILL = LogStoreFixture.GRILL;
    private static final long INDEX_BYTES = 1 << 20;

    private final MemoryFolder folder = new MemoryFolder();
    private final AtomicLong days = new AtomicLong();

    private LogStore open() {
        return SegmentStore.open(
                folder,
                new SegmentOptions(Durability.SYNC, 1, INDEX_BYTES, false),
                new Random(7),
                () -> TimeUnit.DAYS.toNanos(days.get()),
                LogStoreFixture.MORNING.toEpochMilli(),
                Runnable::run);
    }

    @Test
    void guarantee1WhatOnlyADroppedSegmentSaidIsThereAfterTheNextStart() throws IOException {
        StoredAccount account;
        try (LogStore store = open()) {
            LogStoreFixture fixture = new LogStoreFixture(store);
            WriteBatch batch = fixture.write(
                    LogStoreFixture.named(Set.of(GRILL, FeedId.ALL_DEVICES), Set.of(GRILL)),
                    LogStoreFixture.MORNING,
                    g -> g.putAccount(new StoredAccount(
                            GRILL, g.feed(GRILL).feedNumber(), new byte[32], 7, false, Revision.NONE)));
            account = batch.accounts().get(GRILL);
            days.addAndGet(10);
            String oldest = folder.list().stream()
                    .filter(name -> name.endsWith(".log"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            long unused = store.expire(
                    LogStoreFixture.MORNING.plus(Duration.ofDays(10)).toEpochMilli(),
                    Duration.ofDays(1),
                    Duration.ofDays(1),
                    (feed, earliest) -> {});
            assertTrue(!folder.list().contains(oldest), "the segment is dropped");
        }
        try (LogStore store = open()) {
            assertEquals(account.id(), store.accounts(List.of(GRILL)).get(0).id());
            assertEquals(GRILL, store.feeds(List.of(GRILL)).get(0).id());
        }
    }
}
