package io.bellwire.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.bellwire.log.StoreUnreachableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL database of a log, brought to the current schema when it is opened. Thread-safe. */
public final class Database implements AutoCloseable {
    /**
     * As for the connection of the instance lock: work of a machine that has vanished ends after less than half a
     * minute.
     */
    private static final String KEEP_ALIVE =
            "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

    /** The wait for a connection, which takes milliseconds unless the server is gone. */
    private static final int CONNECTION_MILLIS_MAX = 3_000;
    /** The time that a connection without recent use has to show that it works. */
    private static final int VALIDATION_MILLIS_MAX = 2_000;

    /**
     * The wait for a statement. Every statement takes less; without this limit, a statement whose server vanishes would
     * be waited for until this process is started again.
     */
    private static final Duration ANSWER_MAX = Duration.ofMinutes(1);

    private final Reachability reachability = new Reachability();
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    /** Null if other servers may write too. */
    private @Nullable PostgresInstanceLock claim;
    /** The number of this server among those that have taken the database one after the other; 0 if any may write. */
    private long writer;
    /** Whether another server has taken the database since; this one then writes nothing more. */
    private volatile boolean isReplaced;

    private Database(String url, String user, String password, int connectionsMax, Duration answerMax) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(connectionsMax);
        config.setMinimumIdle(1);
        config.setPoolName("log");
        config.setConnectionTimeout(CONNECTION_MILLIS_MAX);
        config.setValidationTimeout(VALIDATION_MILLIS_MAX);
        config.setConnectionInitSql(KEEP_ALIVE);
        config.addDataSourceProperty("socketTimeout", Long.toString(answerMax.toSeconds()));
        try {
            this.pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw new UncheckedIOException("cannot open the database: " + rootMessage(e), new IOException(e));
        }
        this.jdbi = Jdbi.create(pool);
        try {
            migrate();
        } catch (RuntimeException e) {
            pool.close();
            throw new UncheckedIOException(
                    "cannot bring the database to this version's schema: " + rootMessage(e), new IOException(e));
        }
    }

    /** Opens PostgreSQL 14 or newer at a JDBC address. */
    public static Database postgres(String url, String user, String password, int connectionsMax) {
        return postgres(url, user, password, connectionsMax, ANSWER_MAX);
    }

    /** @param answerMax the longest wait for a statement, in whole seconds */
    static Database postgres(String url, String user, String password, int connectionsMax, Duration answerMax) {
        return new Database(url, user, password, connectionsMax, answerMax);
    }

    /**
     * Opens the database for a server that must be the only one. Throws {@link UncheckedIOException} if there is
     * another one: what this server holds in memory about feeds would be wrong if another one wrote to them.
     */
    public static Database postgresForOneServer(String url, String user, String password, int connectionsMax) {
        return postgresForOneServer(
                PostgresInstanceLock.take(url, user, password), url, user, password, connectionsMax);
    }

    /** The same with a claim that is taken already. */
    static Database postgresForOneServer(
            PostgresInstanceLock claim, String url, String user, String password, int connectionsMax) {
        Database database = null;
        try {
            database = postgres(url, user, password, connectionsMax);
            database.claim = claim;
            database.writer = database.with(Database::nextWriter);
            claim.holdFor(database.writer);
            return database;
        } catch (RuntimeException e) {
            if (database != null) {
                database.pool.close();
            }
            claim.close();
            throw e;
        }
    }

    /**
     * Takes the next number. Waits for transactions of the previous server, which lock the row ({@link
     * #requireWriter}); once this is committed, no other server can commit a transaction.
     */
    private static long nextWriter(Handle handle) {
        return handle.inTransaction(same -> {
            same.execute("SET LOCAL lock_timeout = '30s'");
            return same.createQuery("UPDATE writer SET number = number + 1 WHERE one = 1 RETURNING number")
                    .mapTo(Long.class)
                    .one();
        });
    }

    /**
     * Throws {@link UncheckedIOException} if another server has taken the database since this one did; otherwise none
     * can do so before the transaction of {@code handle} ends. Every transaction that writes begins with this.
     */
    void requireWriter(Handle handle) {
        if (writer == 0) {
            return;
        }
        boolean isNewest = !isReplaced
                && handle.createQuery("SELECT number FROM writer WHERE one = 1 AND number = :mine FOR SHARE")
                        .bind("mine", writer)
                        .mapTo(Long.class)
                        .findOne()
                        .isPresent();
        if (!isNewest) {
            isReplaced = true; // for good: what this server has in memory is out of date
            throw new UncheckedIOException(
                    PostgresInstanceLock.REPLACED, new IOException(PostgresInstanceLock.REPLACED));
        }
    }

    /** Why this server may no longer be the only one; empty while it is. */
    public Optional<String> problem() {
        PostgresInstanceLock held = claim;
        if (isReplaced) {
            return Optional.of(PostgresInstanceLock.REPLACED);
        }
        return held == null ? Optional.empty() : held.problem();
    }

    private void migrate() {
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(pool)
                .locations("classpath:db/postgresql")
                .load()
                .migrate();
    }

    /**
     * Runs {@code work} on one connection. Failures of the database are {@link UncheckedIOException}, or {@link
     * StoreUnreachableException} if there is no connection.
     */
    <T> T with(HandleCallback<T, SQLException> work) {
        return reachability.run(() -> onConnection(handle -> {
            reachability.reached();
            return work.withHandle(handle);
        }));
    }

    private <T> T onConnection(HandleCallback<T, SQLException> work) {
        try {
            return jdbi.withHandle(work);
        } catch (ConnectionException e) {
            throw new StoreUnreachableException("the database cannot be reached: " + rootMessage(e), e);
        } catch (SQLException | RuntimeException e) {
            if (isOfLostConnection(e)) {
                endConnections(); // the others have most likely ended too, and would fail one after the other
            }
            if (e instanceof RuntimeException other && !(e instanceof JdbiException)) {
                throw other;
            }
            throw failure(e);
        }
    }

    private static boolean isOfLostConnection(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof SQLException sql && isLost(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the connection is lost: a connection exception of the SQL standard, one of the states in which PostgreSQL
     * ends the connection, or a failure of the pool, which has no state.
     */
    private static boolean isLost(@Nullable String sqlState) {
        return sqlState == null || sqlState.startsWith("08") || sqlState.startsWith("57P");
    }

    /** Runs {@code work} in one transaction that is durable when this returns. */
    <T> T commit(HandleCallback<T, SQLException> work) {
        return with(handle -> transaction(handle, work));
    }

    /** The same on the connection of {@code handle}, on which no transaction has begun. */
    <T, X extends Exception> T transaction(Handle handle, HandleCallback<T, X> work) throws X {
        return handle.inTransaction(same -> {
            requireWriter(same);
            return work.withHandle(same);
        });
    }

    /** Closes the idle connections now, and the others when they are given back. */
    void endConnections() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    static UncheckedIOException failure(Exception e) {
        return new UncheckedIOException("the database failed: " + rootMessage(e), new IOException(e));
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    /** A SQL array of longs. */
    Argument longs(Long... values) {
        return array("int8", values);
    }

    Argument ints(Integer... values) {
        return array("int4", values);
    }

    Argument bytes(byte[]... values) {
        return array("bytea", values);
    }

    /** A SQL array of UUIDs, of which some may be null. */
    Argument uuids(@Nullable UUID... values) {
        return array("uuid", values);
    }

    Argument uuids(Collection<UUID> values) {
        return uuids(values.toArray(UUID[]::new));
    }

    Argument texts(String... values) {
        return array("text", values);
    }

    /** A SQL array of one column of {@code rows}. */
    <T> Argument longs(Collection<T> rows, Function<T, Long> column) {
        return longs(rows.stream().map(column).toArray(Long[]::new));
    }

    <T> Argument ints(Collection<T> rows, Function<T, Integer> column) {
        return ints(rows.stream().map(column).toArray(Integer[]::new));
    }

    <T> Argument bytes(Collection<T> rows, Function<T, byte[]> column) {
        return bytes(rows.stream().map(column).toArray(byte[][]::new));
    }

    <T> Argument uuids(Collection<T> rows, Function<T, @Nullable UUID> column) {
        return uuids(rows.stream().map(column).toArray(UUID[]::new));
    }

    private static Argument array(String type, @Nullable Object[] values) {
        return (position, statement, context) ->
                statement.setArray(position, statement.getConnection().createArrayOf(type, values));
    }

    @Override
    public void close() {
        pool.close();
        if (claim != null) {
            claim.close();
        }
    }
}
