package io.bellwire.postgres;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Append;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.LogLimits;
import io.bellwire.log.LogStoreFixture;
import io.bellwire.log.PostgresFixture;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PostgresInstanceLockTest {
    private static final long LOOK_MILLIS = 20;
    private static final String OWNER =
            "SELECT pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()"
                    + " WHERE l.locktype = 'advisory' AND l.granted";

    private static final long NEVER_MILLIS = 3_600_000;

    private final List<Database> databases = new CopyOnWriteArrayList<>();
    private final PostgresFixture postgres = PostgresFixture.freshDatabase();

    private PostgresInstanceLock take() {
        return PostgresInstanceLock.take(postgres.url(), "postgres", "", LOOK_MILLIS);
    }

    @Test
    void databaseIsClaimedByOneAtATime() {
        try (PostgresInstanceLock first = take()) {
            UncheckedIOException refused = assertThrows(UncheckedIOException.class, this::take);

            assertTrue(String.valueOf(refused.getMessage()).contains("another Bellwire server"), refused::getMessage);
            assertEquals(Optional.empty(), first.problem());
        }
        take().close();
    }

    @Test
    void otherDatabaseOfTheSameServerIsFree() {
        PostgresFixture other = PostgresFixture.freshDatabase();
        try (PostgresInstanceLock first = take();
                PostgresInstanceLock second = PostgresInstanceLock.take(other.url(), "postgres", "")) {
            assertEquals(first.problem(), second.problem());
        }
    }

    @Test
    void lockIsTakenAgainWhenItsConnectionBreaks() throws SQLException {
        try (PostgresInstanceLock claim = take()) {
            int before = owner();
            execute(end(before));

            await().until(() -> owner() != 0 && owner() != before);
            await().until(() -> claim.problem().isEmpty());
        }
    }

    @Test
    void claimTellsOfAnotherWhoWasFasterUntilThatOneHasGone() throws SQLException {
        try (PostgresInstanceLock claim = take();
                Connection other = DriverManager.getConnection(postgres.url(), "postgres", "");
                Statement statement = other.createStatement()) {
            CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> {
                try {
                    return statement.execute("SELECT pg_advisory_lock(" + PostgresInstanceLock.KEY + ")");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() ->
                    number("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 1);
            execute(end(owner()));
            next.join();
            await().until(() -> claim.problem()
                    .filter(problem -> problem.contains("another Bellwire server"))
                    .isPresent());

            statement.execute("SELECT pg_advisory_unlock_all()");
            await().until(() -> claim.problem().isEmpty());
        }
    }

    @Test
    void serverThatWasReplacedWritesNothingMore() throws SQLException {
        try (EventLog first = server(NEVER_MILLIS)) {
            Feed grill = first.getOrCreateFeed(LogStoreFixture.GRILL);
            first.submit(new Append("first", grill)).join();
            execute(end(owner()));
            try (EventLog second = server(LOOK_MILLIS)) {
                expectReplaced(first, grill);
                Feed same = second.getOrCreateFeed(LogStoreFixture.GRILL);
                assertEquals(
                        List.of(2L), second.submit(new Append("second", same)).join());
                expectReplaced(first, grill);
                assertThrows(UncheckedIOException.class, () -> first.getOrCreateFeed(LogStoreFixture.FRYER));
                assertThrows(
                        UncheckedIOException.class, () -> first.expire(Long.MAX_VALUE, Duration.ZERO, Duration.ZERO));
                assertEquals(List.of("1=first", "2=second"), changes(second, same));
            }
            expectReplaced(first, grill); // also without another server: what it has in memory is out of date
        }
    }

    @Test
    void serverThatWasReplacedLeavesTheLockToTheNext() throws SQLException {
        try (EventLog first = server(LOOK_MILLIS);
                Connection other = DriverManager.getConnection(postgres.url(), "postgres", "");
                Statement statement = other.createStatement()) {
            statement.execute("UPDATE writer SET number = number + 1");
            execute(end(owner()));
            await().until(() -> databases
                    .get(0)
                    .problem()
                    .filter(PostgresInstanceLock.REPLACED::equals)
                    .isPresent());

            server(LOOK_MILLIS).close();
            assertEquals(
                    Optional.of(PostgresInstanceLock.REPLACED), first.problem(), "though it has not tried to write");
        }
    }

    @Test
    void nobodyTakesOverInTheMiddleOfAWrite() throws Exception {
        try (EventLog first = server(NEVER_MILLIS)) {
            Feed grill = first.getOrCreateFeed(LogStoreFixture.GRILL);
            CountDownLatch mayGoOn = new CountDownLatch(1);
            CountDownLatch isWriting = new CountDownLatch(1);
            CompletableFuture<List<Long>> write = first.submit(new Append("first", grill) {
                @Override
                public List<Long> decide(WriteBatch batch) {
                    isWriting.countDown();
                    assertDoesNotThrow(() -> mayGoOn.await());
                    return super.decide(batch);
                }
            });
            isWriting.await();
            execute(end(owner()));
            CompletableFuture<EventLog> takeover = CompletableFuture.supplyAsync(() -> server(LOOK_MILLIS));
            await().until(() -> number("SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND wait_event_type = 'Lock' AND query LIKE 'UPDATE writer%'")
                    == 1);

            mayGoOn.countDown();

            assertEquals(List.of(1L), write.join());
            try (EventLog second = takeover.join()) {
                Feed same = second.getOrCreateFeed(LogStoreFixture.GRILL);
                assertEquals(List.of("1=first"), changes(second, same));
                expectReplaced(first, grill);
                assertEquals(List.of("1=first"), changes(second, same));
            }
        }
    }

    @Test
    void serverOutlivesTheEndOfAllItsConnections() throws SQLException {
        try (EventLog log = server(LOOK_MILLIS)) {
            Feed grill = log.getOrCreateFeed(LogStoreFixture.GRILL);
            for (int i = 1; i <= 3; i++) {
                execute("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
                // the write that meets a connection that has just ended may fail; the one after it does not
                if (!isWritten(log, grill)) {
                    assertTrue(isWritten(log, grill), "write " + i);
                }
                assertEquals(
                        i,
                        log.store()
                                .read(grill, Revision.NONE, grill.head(), 10, Long.MAX_VALUE)
                                .size());
            }
            await().until(() -> log.problem().isEmpty());
            await().until(() -> databases.get(0).problem().isEmpty());
        }
    }

    private static boolean isWritten(EventLog log, Feed feed) {
        try {
            log.submit(new Append("written", feed)).join();
            return true;
        } catch (CompletionException refused) {
            return false;
        }
    }

    /** A server's log that checks its lock this often. */
    private EventLog server(long checkMillis) {
        PostgresInstanceLock claim = PostgresInstanceLock.take(postgres.url(), "postgres", "", checkMillis);
        Database database = Database.postgresForOneServer(claim, postgres.url(), "postgres", "", 3);
        databases.add(database);
        SqlStore store = SqlStore.open(database, new Random(1), false, () -> 0);
        return new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
    }

    private void expectReplaced(EventLog log, Feed feed) {
        CompletionException failed = assertThrows(CompletionException.class, () -> log.submit(new Append("lost", feed))
                .join());
        assertEquals(PostgresInstanceLock.REPLACED, failed.getCause().getMessage());
        assertEquals(Optional.of(PostgresInstanceLock.REPLACED), log.problem());
        assertEquals(
                Optional.of(PostgresInstanceLock.REPLACED), databases.get(0).problem());
    }

    private static List<String> changes(EventLog log, Feed feed) {
        return log.store().read(feed, Revision.NONE, feed.head(), 10, Long.MAX_VALUE).stream()
                .map(LogStoreFixture::text)
                .toList();
    }

    /** Ends the connection, and waits until it has ended. */
    private static String end(int connection) {
        return "SELECT pg_terminate_backend(" + connection + ", 10000)";
    }

    private int owner() throws SQLException {
        return number(OWNER);
    }

    private int number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url(), "postgres", "");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getInt(1) : 0;
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(postgres.url(), "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
