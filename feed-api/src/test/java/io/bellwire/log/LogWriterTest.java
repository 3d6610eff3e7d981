package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bellwire.http.TestClock;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderLock;
import io.bellwire.order.OrderStore;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The writer's thread: its clocks, what it tells listeners, and that it goes on after whatever fails. */
class LogWriterTest {
    private static final Instant NINE = Instant.parse("2026-11-20T09:00:00Z");

    private final TestClock clock = new TestClock(NINE.toString());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry(SimpleConfig.DEFAULT, TestClock.ofMeters(clock));
    private final FaultyStore store = new FaultyStore();
    private final EventLog log = new EventLog(store, LogLimits.DEFAULT, clock, meters);
    private final Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);

    @AfterEach
    void close() {
        store.release();
        log.close();
    }

    private CompletableFuture<List<Long>> append(String data) {
        return log.submit(new Append(data, grill));
    }

    /** The time at which an event is committed now. */
    private Instant commitTime() {
        long revision = append("x").join().get(0);
        return Instant.ofEpochMilli(grill.recentAt(new Revision(revision)).atMillis());
    }

    private List<CompletableFuture<List<Long>>> appendTogether(int count) {
        store.hold();
        CompletableFuture<List<Long>> first = append("first");
        Awaitility.await().until(store::isWaitedFor);
        List<CompletableFuture<List<Long>>> waiting = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waiting.add(append("w" + i));
        }
        store.release();
        first.join();
        return waiting;
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return assertThrows(CompletionException.class, future::join).getCause();
    }

    @Test
    void timesOfCommitsStandStillForASmallStepBackAndFollowALargeOne() {
        assertEquals(NINE, commitTime());
        clock.jump(Duration.ofMinutes(-1));
        assertEquals(NINE, commitTime());
        clock.jump(Duration.ofMillis(-1));
        assertEquals(NINE.minusMillis(60_001), commitTime());
        clock.jump(Duration.ofHours(5));
        assertEquals(NINE.minusMillis(60_001).plus(Duration.ofHours(5)), commitTime());
    }

    @Test
    void steadyTimePassesEvenlyWhateverTheClockIsSetTo() {
        assertEquals(NINE.toEpochMilli(), log.steadyMillis());

        clock.jump(Duration.ofDays(-30));
        clock.advance(Duration.ofSeconds(7));

        assertEquals(NINE.plusSeconds(7).toEpochMilli(), log.steadyMillis());
        long ofTheBatch = log.submit(new InBatch<>(WriteBatch::steadyMillis)).join();
        assertEquals(NINE.plusSeconds(7).toEpochMilli(), ofTheBatch);
    }

    /** A write without needs. */
    private record InBatch<T>(Function<WriteBatch, T> decision) implements Write<T> {
        @Override
        public void declareNeeds(BatchNeeds needs) {}

        @Override
        public int bytes() {
            return 1;
        }

        @Override
        public T decide(WriteBatch batch) {
            return decision.apply(batch);
        }
    }

    @Test
    void storeThatFailsThreeTimesInARowIsNotTriedForTheOthers() {
        AtomicInteger tries = new AtomicInteger();
        UncheckedIOException down = new UncheckedIOException(new IOException("down"));
        store.failOn(
                event -> {
                    boolean isFirst = LogStoreFixture.data(event).equals("first");
                    tries.addAndGet(isFirst ? 0 : 1);
                    return !isFirst;
                },
                down);

        appendTogether(10).forEach(write -> assertSame(down, failure(write)));

        assertEquals(1 + 3, tries.get(), "all together, and three one by one");
    }

    @Test
    void writesThatFailNowAndThenFailAlone() {
        UncheckedIOException bad = new UncheckedIOException(new IOException("bad"));
        store.failOn(event -> List.of("w0", "w1", "w3", "w4").contains(LogStoreFixture.data(event)), bad);

        List<CompletableFuture<List<Long>>> writes = appendTogether(6);

        for (int i : new int[] {0, 1, 3, 4}) {
            assertSame(bad, failure(writes.get(i)));
        }
        assertEquals(List.of(2L), writes.get(2).join());
        assertEquals(List.of(3L), writes.get(5).join());
    }

    @Test
    void onlyWriteOfABatchIsTriedOnce() {
        AtomicInteger tries = new AtomicInteger();
        store.failOn(event -> tries.incrementAndGet() > 0, new UncheckedIOException(new IOException("bad")));

        assertInstanceOf(UncheckedIOException.class, failure(append("bad")));

        assertEquals(1, tries.get());
    }

    @Test
    void fullDiskIsReportedAsItIsAndTriedOnceForABatch() {
        AtomicInteger tries = new AtomicInteger();
        DiskFullException full =
                assertThrows(DiskFullException.class, () -> DiskFullException.requireFree("/data", 1, 2));
        store.failOn(event -> LogStoreFixture.data(event).startsWith("w") && tries.incrementAndGet() > 0, full);

        appendTogether(5).forEach(write -> assertSame(full, failure(write)));

        assertEquals(1, tries.get());
        assertEquals(Optional.of(full.getMessage()), log.problem());
    }

    /** A bug in a store or in the log itself. */
    @Test
    void batchThatFailsUnexpectedlyIsAnsweredAndTheWriterGoesOn() {
        IllegalStateException bug = new IllegalStateException("a bug");
        store.failBefore(bug);

        assertSame(bug, failure(append("lost")));

        assertEquals(List.of(1L), append("next").join());
        assertEquals(Optional.empty(), log.problem());
    }

    /** The handler of a server ends the process: one that has lost memory may look alive and be dead. */
    @Test
    void guarantee6WriteThatFindsNoMemoryIsReportedToTheHandlerOfItsThread() {
        AtomicReference<Throwable> reported = new AtomicReference<>();
        OutOfMemoryError error = new OutOfMemoryError("simulated");

        CompletableFuture<Boolean> write = log.submit(new InBatch<>(batch -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> reported.set(thrown));
            throw error;
        }));

        assertSame(error, failure(write));
        assertSame(error, reported.get());
        assertEquals(List.of(1L), append("next").join());
    }

    @Test
    void positionOfABatchThatFailedIsWrittenWithALaterOne() {
        append("a").join();
        log.received(grill, grill.headPosition());
        clock.advance(Duration.ofSeconds(1));
        store.failBefore(new UncheckedIOException(new IOException("away")));
        assertInstanceOf(UncheckedIOException.class, failure(append("lost")));
        assertEquals(Revision.NONE, stored(LogStoreFixture.GRILL).received());

        clock.advance(Duration.ofSeconds(1));
        append("b").join();

        assertEquals(new Revision(1), stored(LogStoreFixture.GRILL).received());
    }

    private Feed stored(FeedId id) {
        return store.feeds(List.of(id)).get(0);
    }

    /** It may be there, and another process may have used it since. */
    @Test
    void feedWhoseCreationIsInDoubtIsTheOneOfTheStore() {
        store.failAfter(new CommitInDoubtException(new IOException("connection lost")));
        assertInstanceOf(CommitInDoubtException.class, failure(log.feed(LogStoreFixture.FRYER)));
        Event unused = new LogStoreFixture(store).append("of another process", stored(LogStoreFixture.FRYER));

        Feed found = log.feeds(List.of(LogStoreFixture.FRYER)).get(0);

        assertEquals(new Revision(1), found.head());
    }

    @Test
    void logThatIsClosedSaysSo() {
        assertEquals(Optional.empty(), log.problem());

        log.close();

        assertEquals(Optional.of("the log's writer has ended"), log.problem());
        assertInstanceOf(LogClosingException.class, failure(append("late")));
    }

    @Test
    void listenersHearOfAcknowledgementsAndOfRecordsOnceTheyAreDurable() {
        List<String> heard = new CopyOnWriteArrayList<>();
        log.listen(new FeedListener() {
            @Override
            public void committed(List<Advance> advances) {
                heard.add("committed at " + advances.get(0).at());
            }

            @Override
            public void received(FeedId feed, Revision revision) {
                heard.add("received " + feed + " " + revision);
            }

            @Override
            public void processed(FeedId feed, Revision revision) {
                heard.add("processed " + feed + " " + revision + " " + grill.processed());
            }

            @Override
            public void recordsChanged(Records records) {
                heard.add("records " + records.of(OrderStore.LOCKS).size());
            }
        });
        append("a").join();
        Position head = grill.headPosition();
        OrderId order = LogStoreFixture.orderId(7);
        log.submit(new InBatch<>(batch -> {
                    batch.acknowledge(grill, head);
                    return true;
                }))
                .join();
        log.submit(new InBatch<>(batch -> {
                    batch.put(OrderStore.LOCKS, order, new OrderLock(new byte[32], 0));
                    return true;
                }))
                .join();
        log.received(grill, head);
        log.received(grill, head);

        assertEquals(
                List.of("committed at " + NINE, "processed devices/grill 1 1", "records 1", "received devices/grill 1"),
                heard);
    }

    @Test
    void batchesAreMeasured() {
        appendTogether(5).forEach(CompletableFuture::join);

        assertEquals(3, meters.get("bellwire.log.group.writes").summary().count(), "the feed, the first, the others");
        assertEquals(7, meters.get("bellwire.log.group.writes").summary().totalAmount());
        assertEquals(3, meters.get("bellwire.log.group").timer().count());
        assertEquals(0, meters.get("bellwire.log.queued.writes").gauge().value());
    }
}
