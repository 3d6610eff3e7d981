package io.bellwire.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the log does when the disk or the database fails. */
class FailingStoreTest {
    private final UncheckedIOException diskFull = new UncheckedIOException(new IOException("disk full"));

    private final FaultyStore store = new FaultyStore();
    private final EventLog log = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
    private final Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);

    @AfterEach
    void close() {
        store.release();
        log.close();
    }

    private CompletableFuture<List<Long>> append(String data) {
        return log.submit(new Append(data, grill));
    }

    private List<CompletableFuture<List<Long>>> appendTogether(String... data) {
        store.hold();
        CompletableFuture<List<Long>> first = append("first");
        await().until(store::isWaitedFor);
        List<CompletableFuture<List<Long>>> waiting = new ArrayList<>();
        for (String one : data) {
            waiting.add(append(one));
        }
        store.release();
        first.join();
        return waiting;
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return assertThrows(CompletionException.class, future::join).getCause();
    }

    @Test
    void failureIsToldToTheCallerAndShownUntilAWriteSucceeds() {
        store.failBefore(diskFull);

        assertInstanceOf(UncheckedIOException.class, failure(append("lost")));

        assertTrue(log.problem().orElse("").contains("disk full"));
        assertEquals(Revision.NONE, grill.head());
        assertEquals(List.of(1L), append("kept").join());
        assertEquals(Optional.empty(), log.problem());
    }

    @Test
    void logThatFailedFindsOutByItselfThatTheStoreIsWellAgain() {
        store.failBefore(diskFull);
        failure(append("lost"));

        await().until(() -> log.problem().isEmpty());
    }

    @Test
    void groupThatFailsIsTriedOneByOneSoThatOneBadWriteFailsAlone() {
        store.failOn(event -> LogStoreFixture.data(event).equals("bad"), diskFull);

        List<CompletableFuture<List<Long>>> writes = appendTogether("a", "bad", "b");

        assertEquals(List.of(2L), writes.get(0).join());
        assertInstanceOf(UncheckedIOException.class, failure(writes.get(1)));
        assertEquals(List.of(3L), writes.get(2).join());
        assertEquals(new Revision(3), grill.head());
        assertEquals(Optional.empty(), log.problem());
    }

    @Test
    void storeThatIsDownIsNotTriedForEveryWriteOfAGroup() {
        store.failOn(event -> !LogStoreFixture.data(event).equals("first"), diskFull);
        String[] many = new String[500];
        java.util.Arrays.fill(many, "lost");

        List<CompletableFuture<List<Long>>> writes = appendTogether(many);

        writes.forEach(write -> assertInstanceOf(UncheckedIOException.class, failure(write)));
        assertTrue(log.problem().isPresent());
        assertEquals(new Revision(1), grill.head());
    }

    @Test
    void storeThatCannotBeReachedIsTriedOnceForAGroup() {
        IOException refused = new IOException("connection refused");
        store.failOn(
                event -> LogStoreFixture.data(event).equals("a"),
                new StoreUnreachableException("the store cannot be reached", refused));

        List<CompletableFuture<List<Long>>> writes = appendTogether("a", "b", "c");

        writes.forEach(write -> assertInstanceOf(StoreUnreachableException.class, failure(write)));
        assertEquals(new Revision(1), grill.head());
    }

    @Test
    void guarantee2CommitWhoseAnswerIsLostIsNeitherAcknowledgedNorTriedAgain() {
        store.failAfter(new CommitInDoubtException(new IOException("connection lost")));
        assertInstanceOf(CommitInDoubtException.class, failure(append("in doubt")));
        assertTrue(log.problem().isPresent());
        assertEquals(Revision.NONE, grill.head(), "nobody is shown what may not be there");

        assertEquals(List.of(2L), append("next").join());

        assertEquals(new Revision(2), grill.head());
        List<String> stored =
                log.store().read(grill, Revision.NONE, new Revision(2), 10, LogStoreFixture.NO_BYTES_LIMIT).stream()
                        .map(LogStoreFixture::text)
                        .toList();
        assertEquals(List.of("1=in doubt", "2=next"), stored, "once each");
    }

    @Test
    void groupInDoubtIsNotTriedOneByOne() {
        store.hold();
        CompletableFuture<List<Long>> first = append("first");
        await().until(store::isWaitedFor);
        List<CompletableFuture<List<Long>>> waiting = List.of(append("a"), append("b"));
        CommitInDoubtException doubt = new CommitInDoubtException(new IOException("connection lost"));
        store.failAfter(doubt);
        store.failAfter(doubt);

        store.release();

        failure(first);
        waiting.forEach(write -> assertInstanceOf(CommitInDoubtException.class, failure(write)));
        assertEquals(List.of(1, 2), store.groups(), "each group was committed once");
    }

    @Test
    void writesBehindOneInDoubtAreNotTried() {
        AtomicInteger tries = new AtomicInteger();
        store.failOn(
                event -> {
                    if (LogStoreFixture.data(event).equals("a") && tries.getAndIncrement() > 0) {
                        throw new CommitInDoubtException(new IOException("connection lost"));
                    }
                    return LogStoreFixture.data(event).equals("a");
                },
                diskFull);

        List<CompletableFuture<List<Long>>> writes = appendTogether("a", "b");

        writes.forEach(write -> assertInstanceOf(CommitInDoubtException.class, failure(write)));
        assertEquals(new Revision(1), grill.head());
    }
}
