package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.StoredAccount;
import io.bellwire.segment.MemoryFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.DataStore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
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

    private DataStore open() {
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
        try (DataStore store = open()) {
            LogStoreFixture fixture = new LogStoreFixture(store);
            WriteBatch batch = fixture.write(
                    fixture.named(Set.of(GRILL, FeedId.ALL_DEVICES), Set.of(GRILL)),
                    LogStoreFixture.MORNING,
                    g -> LogStoreFixture.put(
                            g,
                            new StoredAccount(
                                    GRILL, g.feed(GRILL).feedNumber(), new byte[32], 7, false, Revision.NONE)));
            account = batch.records().of(AccountStore.ACCOUNTS).get(GRILL);
            dropOldest(store);
        }
        try (DataStore store = open()) {
            assertEquals(
                    account.id(), store.accounts().find(List.of(GRILL)).get(0).id());
            assertEquals(GRILL, store.feeds(List.of(GRILL)).get(0).id());
        }
    }

    private void dropOldest(DataStore store) throws IOException {
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

    /** More than one record of the state holds, by their number and by their bytes. */
    @Test
    void guarantee1ManyDocumentsOfADroppedSegmentAreThereAfterTheNextStart() throws IOException {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            documents.add(new Document("setting/" + (10_000 + i), new byte[i < 40 ? Document.JSON_BYTES_MAX : 10]));
        }
        try (DataStore store = open()) {
            WriteBatch unused = new LogStoreFixture(store)
                    .write(
                            new BatchNeeds(),
                            LogStoreFixture.MORNING,
                            batch -> documents.forEach(
                                    document -> batch.put(DocumentStore.KEPT, document.key(), document)));
            dropOldest(store);
        }
        try (DataStore store = open()) {
            List<Document> found = store.documents().withPrefix("setting/", "", 10_000);
            assertTrue(documents.equals(found), "found " + found.size());
        }
    }
}
