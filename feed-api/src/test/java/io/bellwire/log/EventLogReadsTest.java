package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.store.ForwardingStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a log does besides writing: it finds feeds, runs reads, drops what retention deletes, and closes. */
class EventLogReadsTest {
    private final FaultyStore store = new FaultyStore();
    private final EventLog log = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
    private final Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);

    @AfterEach
    void close() {
        store.release();
        log.close();
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return assertThrows(CompletionException.class, future::join).getCause();
    }

    @Test
    void readThatThrowsIsAnsweredWithWhatItThrew() {
        AssertionError error = new AssertionError("burnt");
        assertSame(error, failure(log.onReader(() -> {
            throw error;
        })));
        assertEquals(7, log.onReader(() -> 7).join());
    }

    /** The handler of a server ends the process. */
    @Test
    void guarantee6ReadThatFindsNoMemoryIsReportedToTheHandlerOfItsThread() {
        AtomicReference<Throwable> reported = new AtomicReference<>();
        OutOfMemoryError error = new OutOfMemoryError("simulated");

        CompletableFuture<Object> read = log.onReader(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> reported.set(thrown));
            throw error;
        });

        assertSame(error, failure(read));
        assertSame(error, reported.get());
    }

    @Test
    void futureOfAFeedIsThatOfTheOneObject() {
        assertSame(grill, log.feed(LogStoreFixture.GRILL).join());
        Feed fryer = log.feed(LogStoreFixture.FRYER).join();
        assertSame(fryer, log.inMemory(LogStoreFixture.FRYER));
        assertEquals(
                List.of(fryer, grill), log.getOrCreateFeeds(List.of(LogStoreFixture.FRYER, LogStoreFixture.GRILL)));
        assertEquals(store.epoch(), log.epoch());
        assertSame(store, log.store());
    }

    @Test
    void feedsAreFoundInMemoryAndInTheStore() {
        Feed fryer = LogStoreFixture.make(store, LogStoreFixture.FRYER);

        List<Feed> found = log.feeds(List.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER, FeedId.ORDERS));

        assertEquals(
                List.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER),
                found.stream().map(Feed::id).toList());
        assertSame(grill, found.get(0));
        assertEquals(fryer.feedNumber(), found.get(1).feedNumber());
        assertSame(found.get(1), log.inMemory(LogStoreFixture.FRYER));
    }

    @Test
    void threadsOfALogKeepNoProcessAlive() {
        assertTrue(log.onReader(() -> Thread.currentThread().isDaemon()).join());
        store.hold();
        CompletableFuture<Boolean> isDaemon = log.submit(new Append("a", grill))
                .thenApply(revision -> Thread.currentThread().isDaemon());
        store.release();
        assertTrue(isDaemon.join());
    }

    /** Though both the writer and a read keep it waiting. */
    @Test
    void threadThatIsInterruptedWhileItClosesALogStaysInterrupted() {
        CompletableFuture<Void> door = new CompletableFuture<>();
        CompletableFuture<Void> read = log.onReader(door::join);
        store.hold();
        CompletableFuture<List<Long>> unused = log.submit(new Append("a", grill));
        Awaitility.await().until(store::isWaitedFor);

        Thread.currentThread().interrupt();
        log.close();
        assertTrue(Thread.interrupted());

        door.complete(null);
        read.join();
    }

    @Test
    void whatRetentionDeletesIsDroppedFromMemoryAndTheStoreIsClosedWithTheLog() {
        AtomicInteger closed = new AtomicInteger();
        ForwardingStore forgetful = new ForwardingStore(store) {
            @Override
            public long expire(long now, Duration kept, Duration responsesKept, RetentionListener listener) {
                listener.deletedUpTo(grill.feedNumber(), new Position(new Revision(2), 7));
                listener.deletedUpTo(new FeedNumber(4_711), new Position(new Revision(2), 7)); // not in memory
                return 7;
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        try (EventLog other =
                new EventLog(forgetful, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry())) {
            Feed inMemory = other.getOrCreateFeed(LogStoreFixture.GRILL);

            assertEquals(7, other.expire(0, Duration.ZERO, Duration.ZERO));

            assertEquals(new Revision(3), inMemory.first());
            assertEquals(0, closed.get());
        }
        assertEquals(1, closed.get());
    }
}
