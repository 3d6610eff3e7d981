package io.bellwire.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log does between the commit of a group and the end of its sync. */
class UnsyncedGroupsTest {
    private final CommitInDoubtException diskGone = new CommitInDoubtException(new IOException("disk gone"));

    private final FaultyStore store = new FaultyStore();
    private final EventLog log = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
    private final List<FeedListener.Advance> heard = new CopyOnWriteArrayList<>();
    private final Feed grill = log.makeFeed(LogStoreFixture.GRILL);
    private final IdempotencyKey lunch = IdempotencyKey.of("operator", "lunch");

    UnsyncedGroupsTest() {
        log.listen(new RecordingListener(heard));
    }

    @AfterEach
    void close() {
        store.release();
        store.releaseSyncs();
        log.close();
    }

    private CompletableFuture<List<Long>> append(String data) {
        return log.submit(new Append(data, grill));
    }

    /** As a caller does that got no answer: the same request under the same key. */
    private CompletableFuture<Boolean> orderLunch() {
        return log.submit(new AppendOnce("lunch", lunch, grill));
    }

    /** Has the first write's group be synced on and on, and the second one's committed behind it. */
    private void commitTwoGroups(Runnable first, Runnable second) {
        store.holdSyncs();
        store.hold();
        first.run();
        await().until(store::isWaitedFor);
        second.run();
        store.release();
        await().until(() -> store.writes() == 2);
        await().until(store::isSyncing);
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return assertThrows(CompletionException.class, future::join).getCause();
    }

    private List<Long> headsHeard() {
        return heard.stream().map(FeedListener.Advance::head).toList();
    }

    @Test
    void guarantee1GroupIsToldAfterASyncThatBeganAfterItsCommit() {
        List<CompletableFuture<List<Long>>> writes = new CopyOnWriteArrayList<>();
        commitTwoGroups(() -> writes.add(append("a")), () -> writes.add(append("b")));

        assertFalse(writes.get(0).isDone());
        assertEquals(0, grill.head());
        assertEquals(List.of(), headsHeard());

        store.letOneSyncEnd();
        assertEquals(List.of(1L), writes.get(0).join());
        await().until(store::isSyncing);
        assertFalse(writes.get(1).isDone(), "the sync began before this was committed");
        assertEquals(1, grill.head());
        assertEquals(List.of(1L), headsHeard());

        store.letOneSyncEnd();
        assertEquals(List.of(2L), writes.get(1).join());
        assertEquals(List.of(1L, 2L), headsHeard());
    }

    @Test
    void oneGroupAtMostIsCommittedAheadOfTheDisk() {
        List<CompletableFuture<List<Long>>> writes = new CopyOnWriteArrayList<>();
        commitTwoGroups(() -> writes.add(append("a")), () -> writes.add(append("b")));

        writes.add(append("c"));
        writes.add(append("d"));
        store.letOneSyncEnd();
        writes.get(0).join();
        await().until(() -> store.writes() == 3);

        store.releaseSyncs();
        assertEquals(List.of(4L), writes.get(3).join());
        assertEquals(List.of(1, 1, 2), store.groups(), "what came while two groups were under way became one");
        assertEquals(List.of(1L, 2L, 4L), headsHeard());
    }

    @Test
    void guarantee2SyncThatFailsFailsWhatWasCommittedMeanwhileToo() {
        List<CompletableFuture<List<Long>>> writes = new CopyOnWriteArrayList<>();
        commitTwoGroups(() -> writes.add(append("a")), () -> writes.add(append("b")));

        store.failSync(diskGone);
        store.releaseSyncs();

        writes.forEach(write -> assertInstanceOf(CommitInDoubtException.class, failure(write)));
        assertTrue(log.problem().isPresent());
        assertEquals(0, grill.head());
        assertEquals(List.of(), headsHeard());
        assertEquals(List.of(3L), append("c").join(), "after what may be in the log");
        assertEquals(Optional.empty(), log.problem());
        assertEquals(3, grill.head());
    }

    @Test
    void repetitionIsAnsweredWhenWhatItRepeatsIsDurable() {
        CompletableFuture<?>[] writes = new CompletableFuture<?>[2];
        commitTwoGroups(() -> writes[0] = orderLunch(), () -> writes[1] = orderLunch());

        assertFalse(writes[1].isDone());

        store.letOneSyncEnd();
        assertEquals(true, writes[0].join());
        assertEquals(false, writes[1].join(), "which wrote nothing and needs no sync of its own");
    }

    @Test
    void repetitionOfAWriteInDoubtIsAnsweredAfterASyncThatSucceeds() {
        store.failSync(diskGone);
        failure(orderLunch());
        store.failSync(diskGone);

        assertInstanceOf(CommitInDoubtException.class, failure(orderLunch()));
        assertEquals(false, orderLunch().join());
    }

    @Test
    void logThatClosesMakesDurableWhatIsUnderWay() {
        List<CompletableFuture<List<Long>>> writes = new CopyOnWriteArrayList<>();
        commitTwoGroups(() -> writes.add(append("a")), () -> writes.add(append("b")));
        writes.add(append("c"));

        CompletableFuture<Void> closed = CompletableFuture.runAsync(log::close);
        await().until(() -> append("late").isCompletedExceptionally());
        assertFalse(writes.get(0).isDone());
        store.releaseSyncs();
        closed.join();

        assertEquals(
                List.of(1L, 2L, 3L),
                writes.stream().map(write -> write.join().get(0)).toList());
        assertEquals(List.of(1L, 2L, 3L), headsHeard());
    }

    /** A page that could not be written counts as written from then on: the next sync would succeed without it. */
    @Test
    void guarantee1NothingIsAcknowledgedOnceTheDiskHasFailedUntilTheServerStartsAgain(@TempDir Path folder) {
        PowerCutFileSystem.register();
        try (EventLog sql = inFile(folder)) {
            Feed fryer = sql.makeFeed(LogStoreFixture.FRYER);
            assertEquals(List.of(1L), sql.submit(new Append("a", fryer)).join());

            PowerCutFileSystem.breakDisk(true);
            try {
                assertInstanceOf(CommitInDoubtException.class, failure(sql.submit(new Append("in doubt", fryer))));
            } finally {
                PowerCutFileSystem.breakDisk(false);
            }

            assertFalse(failure(sql.submit(new Append("refused", fryer))) instanceof CommitInDoubtException);
            assertEquals(1, fryer.head());
            assertTrue(sql.problem().orElseThrow().contains("could not be forced to disk"), sql.problem()::toString);
        }
        try (EventLog sql = inFile(folder)) {
            Feed fryer = sql.makeFeed(LogStoreFixture.FRYER);
            assertEquals(List.of(3L), sql.submit(new Append("c", fryer)).join());
            List<String> stored = sql.store().read(fryer, 0, 3, 10, LogStoreFixture.NO_BYTES_LIMIT).stream()
                    .map(LogStoreFixture::text)
                    .toList();
            assertEquals(List.of("1=a", "2=in doubt", "3=c"), stored);
        }
    }

    private static EventLog inFile(Path folder) {
        Database database = Database.h2FileThatReusesSpace(PowerCutFileSystem.SCHEME, folder, 3);
        SqlStore store = SqlStore.open(database, Durability.SYNC, new Random(1), false);
        return new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
    }

    /** Appends one event once for its key; answers whether it did now. */
    private record AppendOnce(String data, IdempotencyKey key, Feed feed) implements Write<Boolean> {
        @Override
        public Set<Feed> feeds() {
            return Set.of(feed);
        }

        @Override
        public Set<IdempotencyKey> keys() {
            return Set.of(key);
        }

        @Override
        public int bytes() {
            return data.length();
        }

        @Override
        public Boolean decide(Group group) {
            if (group.answer(key) != null) {
                return false;
            }
            Event event = LogStoreFixture.append(group, data, feed);
            group.remember(new Answer(key, new byte[0], null, event.seq(), event.atMillis()));
            return true;
        }
    }
}
