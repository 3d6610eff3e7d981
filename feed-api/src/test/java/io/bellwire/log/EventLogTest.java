package io.bellwire.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private final FaultyStore store = new FaultyStore();
    private EventLog log = open(LogLimits.DEFAULT);
    private CompletableFuture<List<Long>> held = CompletableFuture.completedFuture(List.of());
    private Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);

    private EventLog open(LogLimits limits) {
        return new EventLog(store, limits, Clock.systemUTC(), new SimpleMeterRegistry());
    }

    private void reopen(LogLimits limits) {
        log.close();
        log = open(limits);
        grill = log.getOrCreateFeed(LogStoreFixture.GRILL);
    }

    @AfterEach
    void close() {
        store.release();
        log.close();
    }

    private CompletableFuture<List<Long>> append(String data) {
        return log.submit(new Append(data, grill));
    }

    /** Blocks the writer in the store with this one write, so that all further writes wait. */
    private void appendAndHold(String data) {
        store.hold();
        held = append(data);
        await().until(store::isWaitedFor);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return assertThrows(CompletionException.class, future::join).getCause();
    }

    @Test
    void oneWriteWaitsForNoOther() {
        assertEquals(List.of(1L), append("a").join());
        assertEquals(List.of(2L), append("b").join());
        assertEquals(List.of(1, 1), store.groups());
    }

    @Test
    void writesOfOneBatchThatAreAnsweredInTheSamePlaceAreAnsweredInOneGo() {
        appendAndHold("a");
        List<Runnable> here = new CopyOnWriteArrayList<>();
        Executor place = here::add;
        List<CompletableFuture<List<Long>>> storedResponses = IntStream.range(0, 3)
                .mapToObj(i -> log.submit(new Append("b" + i, grill), place))
                .toList();
        CompletableFuture<List<Long>> elsewhere = append("c");
        store.release();
        assertEquals(List.of(5L), elsewhere.join());

        await().until(() -> !here.isEmpty());
        assertEquals(1, here.size());
        assertTrue(storedResponses.stream().noneMatch(CompletableFuture::isDone));
        here.get(0).run();
        assertEquals(
                List.of(List.of(2L), List.of(3L), List.of(4L)),
                storedResponses.stream().map(CompletableFuture::join).toList());
    }

    @Test
    void writeWhosePlaceHasClosedIsAnsweredAllTheSame() {
        Executor closed = task -> {
            throw new RejectedExecutionException("closed");
        };
        assertEquals(List.of(1L), log.submit(new Append("a", grill), closed).join());
    }

    @Test
    void writesThatWaitBecomeDurableTogetherInTheirOrder() {
        appendAndHold("first");
        List<CompletableFuture<List<Long>>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(append("w" + i));
        }
        assertFalse(held.isDone());
        assertEquals(Revision.NONE, grill.head(), "nothing is shown before it is durable");

        store.release();

        assertEquals(List.of(1L), held.join());
        for (int i = 0; i < 50; i++) {
            assertEquals(List.of(i + 2L), waiting.get(i).join());
        }
        assertEquals(List.of(1, 50), store.groups());
    }

    @Test
    void groupTakesNoMoreThanItMay() {
        reopen(new LogLimits(1_000, 1 << 20, 20, 1 << 20, 2, 100, 16 << 20));
        appendAndHold("first");
        List<CompletableFuture<List<Long>>> waiting = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            waiting.add(append("w" + i));
        }

        store.release();

        waiting.forEach(CompletableFuture::join);
        assertEquals(List.of(1, 20, 20, 10), store.groups());
    }

    @Test
    void groupTakesNoMoreFeedsThanFitIntoMemory() {
        Feed[] many = IntStream.range(0, 6_000)
                .mapToObj(i -> log.getOrCreateFeed(new FeedId("devices/d-" + i)))
                .toArray(Feed[]::new);
        appendAndHold("first");
        List<CompletableFuture<List<Long>>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(log.submit(new Append("to many", many)));
        }

        store.release();

        waiting.forEach(CompletableFuture::join);
        assertEquals(List.of(1, 2, 1), store.groups());
    }

    @Test
    void writeThatThrowsFailsAloneAndLeavesNothing() {
        appendAndHold("first");
        CompletableFuture<List<Long>> before = append("before");
        CompletableFuture<Void> bad = log.submit(new Write<Void>() {
            @Override
            public void declareNeeds(BatchNeeds needs) {
                needs.feed(grill);
            }

            @Override
            public int bytes() {
                return 1;
            }

            @Override
            public Void decide(WriteBatch batch) {
                LogStoreFixture.append(batch, "half done", grill);
                throw new IllegalArgumentException("burnt");
            }
        });
        CompletableFuture<List<Long>> after = append("after");

        store.release();

        assertEquals(
                "burnt",
                assertInstanceOf(IllegalArgumentException.class, failure(bad)).getMessage());
        assertEquals(List.of(2L), before.join());
        assertEquals(List.of(3L), after.join());
        assertEquals(new Revision(3), grill.head());
        assertTrue(log.problem().isEmpty());
    }

    @Test
    void writeThatDidNotNameItsFeedFailsAlone() {
        CompletableFuture<List<Long>> bad = log.submit(new Write<>() {
            @Override
            public void declareNeeds(BatchNeeds needs) {}

            @Override
            public int bytes() {
                return 1;
            }

            @Override
            public List<Long> decide(WriteBatch batch) {
                return List.of(batch.nextRevision(grill).value());
            }
        });

        assertInstanceOf(IllegalStateException.class, failure(bad));
        assertEquals(List.of(1L), append("a").join());
    }

    @Test
    void fullQueueRefusesAtOnceAndNothingOfItIsWritten() {
        reopen(LogLimits.DEFAULT.withQueuedWritesMax(3));
        appendAndHold("first");
        List<CompletableFuture<List<Long>>> accepted = List.of(append("a"), append("b"), append("c"));

        CompletableFuture<List<Long>> refused = append("too many");

        assertTrue(refused.isDone(), "at once");
        assertInstanceOf(OverloadedException.class, failure(refused));
        store.release();
        accepted.forEach(CompletableFuture::join);
        assertEquals(new Revision(4), grill.head());
        assertEquals(List.of(5L), append("again").join());
    }

    @Test
    void queueIsBoundedByBytesTooAndGivesThemBack() {
        reopen(new LogLimits(1_000, 1_000, 100, 1 << 20, 2, 100, 16 << 20));
        appendAndHold("first");
        CompletableFuture<List<Long>> accepted = append("x".repeat(600));

        assertInstanceOf(OverloadedException.class, failure(append("y".repeat(600))));

        store.release();
        accepted.join();
        for (int i = 0; i < 10; i++) {
            append("z".repeat(600)).join();
        }
        assertEquals(new Revision(12), grill.head());
    }

    @Test
    void closingMakesDurableWhatWaitsAndRefusesWhatComes() throws Exception {
        appendAndHold("first");
        List<CompletableFuture<List<Long>>> waiting = List.of(append("a"), append("b"));
        Thread closer = new Thread(log::close);
        closer.start();
        await().until(() -> failsAtOnce(append("late")));
        assertFalse(waiting.get(0).isDone());

        store.release();
        closer.join();

        assertEquals(List.of(2L), waiting.get(0).join());
        assertEquals(List.of(3L), waiting.get(1).join());
        assertInstanceOf(IllegalStateException.class, failure(append("too late")));
    }

    private static boolean failsAtOnce(CompletableFuture<?> future) {
        return future.isCompletedExceptionally();
    }

    @Test
    void listenersHearOfEachGroupInTheOrderOfItsRevisions() {
        List<FeedListener.Advance> heard = new CopyOnWriteArrayList<>();
        log.listen(new RecordingListener(heard));
        Feed orders = log.getOrCreateFeed(FeedId.ORDERS);
        appendAndHold("first");
        CompletableFuture<List<Long>> both = log.submit(new Append("a", grill, orders));
        CompletableFuture<List<Long>> last = append("b");

        store.release();
        CompletableFuture.allOf(both, last).join();

        assertEquals(
                List.of("devices/grill 1+1", "devices/grill 3+2", "orders 1+1"),
                heard.stream()
                        .map(advance -> advance.feed() + " " + advance.head() + "+" + advance.added())
                        .toList());
    }

    @Test
    void listenerThatThrowsDoesNotStopTheLog() {
        List<FeedListener.Advance> heard = new CopyOnWriteArrayList<>();
        log.listen(new FeedListener() {
            @Override
            public void committed(List<Advance> advances) {
                throw new IllegalStateException("a bad listener");
            }

            @Override
            public void received(FeedId feed, Revision revision) {
                throw new IllegalStateException("a bad listener");
            }

            @Override
            public void processed(FeedId feed, Revision revision) {
                throw new IllegalStateException("a bad listener");
            }
        });
        log.listen(new RecordingListener(heard));

        assertEquals(List.of(1L), append("a").join());
        log.received(grill, grill.headPosition());
        assertEquals(List.of(2L), append("b").join());

        assertEquals(2, heard.size());
        assertEquals(new Revision(1), grill.received());
        assertTrue(log.problem().isEmpty());
    }

    private List<Feed> fleet(int count) {
        return log.getOrCreateFeeds(IntStream.range(0, count)
                .mapToObj(i -> new FeedId("devices/device-" + i))
                .toList());
    }

    @Test
    void guarantee6ReceivedPositionsOfALargeFleetAreWrittenInSteps() {
        ReceivedPositions positions = new ReceivedPositions();
        assertTrue(positions.isEmpty());
        List<Feed> fleet = fleet(2 * ReceivedPositions.STEP_MAX + 500);
        fleet.forEach(positions::add);
        positions.beginRound();
        List<Integer> steps = new ArrayList<>();
        while (positions.isRoundOpen()) {
            Map<Feed, Position> step = positions.takeStep();
            positions.add(fleet.get(0)); // moves all the time, and must not keep the others from their turn
            steps.add(step.size());
        }

        assertEquals(List.of(ReceivedPositions.STEP_MAX, ReceivedPositions.STEP_MAX), steps.subList(0, 2));
        assertTrue(steps.size() <= 4, steps + " are steps of one round");
        positions.beginRound();
        positions.putBack(positions.takeStep().keySet());
        assertFalse(positions.isRoundOpen());
        assertFalse(positions.isEmpty());
    }

    @Test
    void receivedPositionsOfALargeFleetAreAllWrittenAtTheEnd() {
        List<Feed> fleet = fleet(2 * ReceivedPositions.STEP_MAX + 500);
        log.submit(new Append("to all", fleet.toArray(Feed[]::new))).join();
        fleet.forEach(feed -> log.received(feed, feed.headPosition()));

        reopen(LogLimits.DEFAULT);

        log.feeds(fleet.stream().map(Feed::id).toList())
                .forEach(feed -> assertEquals(new Revision(1), feed.received(), () -> "of " + feed.id()));
    }

    @Test
    void feedIsOneObjectHoweverItIsAskedFor() {
        assertSame(grill, log.getOrCreateFeed(LogStoreFixture.GRILL));
        assertSame(grill, log.inMemory(LogStoreFixture.GRILL));
        assertSame(
                grill,
                log.feeds(List.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER)).get(0));
        assertEquals(null, log.inMemory(LogStoreFixture.FRYER));
    }

    @Test
    void feedsThatAreMadeTogetherAreOneObjectEachAndShareACommit() {
        appendAndHold("first");
        List<CompletableFuture<Feed>> created = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            created.add(CompletableFuture.supplyAsync(() -> log.getOrCreateFeed(LogStoreFixture.FRYER)));
        }
        assertEquals(null, log.inMemory(LogStoreFixture.FRYER), "it is not durable");

        store.release();

        Feed fryer = created.get(0).join();
        created.forEach(one -> assertSame(fryer, one.join()));
        assertSame(fryer, log.feeds(List.of(LogStoreFixture.FRYER)).get(0));
        assertEquals(List.of(1L), log.submit(new Append("a", fryer)).join());
    }

    @Test
    void feedThatCouldNotBeMadeIsNotKnown() {
        store.failBefore(new UncheckedIOException(new IOException("disk full")));

        assertThrows(UncheckedIOException.class, () -> log.getOrCreateFeed(LogStoreFixture.FRYER));

        assertEquals(null, log.inMemory(LogStoreFixture.FRYER));
        assertEquals(Revision.NONE, log.getOrCreateFeed(LogStoreFixture.FRYER).head());
    }

    /** Each thread that ended would leave a file open until the collector runs, which may be hours later. */
    @Test
    void readersStayHoweverLittleThereIsToRead() {
        ThreadPoolExecutor readers = EventLog.readers(LogLimits.DEFAULT);

        assertFalse(readers.allowsCoreThreadTimeOut());
        assertEquals(LogLimits.DEFAULT.readers(), readers.getCorePoolSize());
        readers.shutdown();
    }

    @Test
    void readsBeyondTheirLimitAreRefusedAtOnce() {
        reopen(new LogLimits(10, 1_000, 10, 0, 1, 1, 16 << 20));
        CompletableFuture<Void> door = new CompletableFuture<>();
        CompletableFuture<Object> running = log.onReader(door::join);
        List<CompletableFuture<Object>> more = List.of(log.onReader(door::join), log.onReader(door::join));

        await().until(() -> more.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
        assertEquals(
                1,
                more.stream()
                        .filter(CompletableFuture::isCompletedExceptionally)
                        .count());
        door.complete(null);
        running.join();
    }
}
