package io.bellwire.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PostgresClaimTest {
    private static final long LOOK_MILLIS = 20;
    private static final String OWNER =
            "SELECT pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database AND d.datname = current_database()"
                    + " WHERE l.locktype = 'advisory' AND l.granted";

    private final PostgresFixture postgres = PostgresFixture.freshDatabase();

    private PostgresClaim take() {
        return PostgresClaim.take(postgres.url(), "postgres", "", LOOK_MILLIS);
    }

    @Test
    void databaseIsClaimedByOneAtATime() {
        try (PostgresClaim first = take()) {
            UncheckedIOException refused = assertThrows(UncheckedIOException.class, this::take);

            assertTrue(String.valueOf(refused.getMessage()).contains("another Bellwire server"), refused::getMessage);
            assertEquals(Optional.empty(), first.problem());
        }
        take().close();
    }

    @Test
    void otherDatabaseOfTheSameServerIsFree() {
        PostgresFixture other = PostgresFixture.freshDatabase();
        try (PostgresClaim first = take();
                PostgresClaim second = PostgresClaim.take(other.url(), "postgres", "")) {
            assertEquals(first.problem(), second.problem());
        }
    }

    @Test
    void lockIsTakenAgainWhenItsConnectionBreaks() throws SQLException {
        try (PostgresClaim claim = take()) {
            int before = owner();
            execute("SELECT pg_terminate_backend(" + before + ")");

            await().until(() -> owner() != 0 && owner() != before);
            await().until(() -> claim.problem().isEmpty());
        }
    }

    @Test
    void claimTellsOfAnotherWhoWasFasterUntilThatOneHasGone() throws SQLException {
        try (PostgresClaim claim = take();
                Connection other = DriverManager.getConnection(postgres.url(), "postgres", "");
                Statement statement = other.createStatement()) {
            CompletableFuture<Boolean> next = CompletableFuture.supplyAsync(() -> {
                try {
                    return statement.execute("SELECT pg_advisory_lock(" + PostgresClaim.KEY + ")");
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            await().until(() ->
                    number("SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == 1);
            execute("SELECT pg_terminate_backend(" + owner() + ")");
            next.join();
            await().until(() -> claim.problem()
                    .filter(problem -> problem.contains("another Bellwire server"))
                    .isPresent());

            statement.execute("SELECT pg_advisory_unlock_all()");
            await().until(() -> claim.problem().isEmpty());
        }
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
