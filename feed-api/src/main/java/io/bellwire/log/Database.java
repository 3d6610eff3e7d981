package io.bellwire.log;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.argument.Argument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SQL database behind the log: H2 in a file, H2 in memory, or PostgreSQL, brought to the current schema when it is
 * opened. Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Database.class);
    private static final int SCHEMA_VERSION_H2 = 4;
    private static final long SMALL_CACHE_BYTES = 16 << 20;
    /** As the claim's connection: what a machine that is gone has begun ends after less than half a minute. */
    private static final String POSTGRES_KEEP_ALIVE =
            "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";

    private final Dialect dialect;
    private final HikariDataSource pool;
    private final Jdbi jdbi;
    /** Null where there is none to care for. */
    private volatile @Nullable H2Store h2Store;
    /** Null where nobody else can come. */
    private @Nullable PostgresClaim claim;
    /** This server's number among those that have taken the database one after the other; 0 where any may write. */
    private long writer;
    /** Another server has taken the database since: this one writes nothing any more. */
    private volatile boolean isReplaced;
    /** On H2 one transaction writes at a time: what one commits, the other need not have half of in the file. */
    private final ReentrantLock writing = new ReentrantLock();
    /** How many commits there were at most, and how many of them are on disk at least. */
    private final AtomicLong written = new AtomicLong();

    private final AtomicLong synced = new AtomicLong();
    private volatile boolean ordersOnDisk;

    private Database(Dialect dialect, boolean inFile, String url, String user, String password, int connectionsMax) {
        this.dialect = dialect;
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(connectionsMax);
        config.setMinimumIdle(1);
        config.setPoolName("log");
        if (dialect == Dialect.H2) {
            config.setMaxLifetime(0); // there is no network between that could cut an old connection
        } else {
            config.setConnectionInitSql(POSTGRES_KEEP_ALIVE);
        }
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
        this.h2Store = inFile ? with(H2Store::of) : null;
    }

    /**
     * H2 in {@code folder}. {@code WRITE_DELAY=0} hands every commit to the operating system before it returns: with H2's
     * default a kill of the process loses acknowledged commits. {@code DB_CLOSE_DELAY=-1} keeps the file open when the last
     * connection ends, as it does whenever the pool replaces the only one of a server that nobody uses.
     *
     * @param cacheBytesMax memory for what has been read from the file or written to it
     */
    public static Database h2File(Path folder, int connectionsMax, long cacheBytesMax) {
        return h2File("file", folder, connectionsMax, ";CACHE_SIZE=" + (cacheBytesMax >> 10));
    }

    /** The same with little memory. */
    static Database h2File(Path folder, int connectionsMax) {
        return h2File(folder, connectionsMax, SMALL_CACHE_BYTES);
    }

    /**
     * The same for tests: on a file system of H2's by this name, which may forget what was not forced to disk, and with
     * space in the file used again as soon as it is free, not after 45 seconds.
     */
    static Database h2FileThatReusesSpace(String fileSystem, Path folder, int connectionsMax) {
        return h2File(fileSystem, folder, connectionsMax, ";RETENTION_TIME=0");
    }

    private static Database h2File(String fileSystem, Path folder, int connectionsMax, String settings) {
        return new Database(
                Dialect.H2,
                true,
                "jdbc:h2:" + fileSystem + ":" + folder.toAbsolutePath().resolve("bellwire")
                        + ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE" + settings,
                "sa",
                "",
                connectionsMax);
    }

    /** H2 in memory, gone when closed; {@code name} tells databases of one process apart. */
    public static Database h2Memory(String name, int connectionsMax) {
        return new Database(Dialect.H2, false, "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1", "sa", "", connectionsMax);
    }

    /** PostgreSQL 14 or newer at a JDBC address. */
    public static Database postgres(String url, String user, String password, int connectionsMax) {
        return new Database(Dialect.POSTGRESQL, false, url, user, password, connectionsMax);
    }

    /**
     * The same for a server, which must be the only one: {@link UncheckedIOException} if another one is there. What it
     * remembers of the feeds would not hold if others wrote to them.
     */
    public static Database postgresForOneServer(String url, String user, String password, int connectionsMax) {
        return postgresForOneServer(PostgresClaim.take(url, user, password), url, user, password, connectionsMax);
    }

    /** The same with a claim that is taken already. */
    static Database postgresForOneServer(
            PostgresClaim claim, String url, String user, String password, int connectionsMax) {
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
     * Takes the next number. It waits for transactions of the server before, which hold the row ({@link #requireWriter}): once
     * this is committed, no transaction of any other server can be.
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
     * Throws {@link UncheckedIOException} if another server has taken the database since this one did; else none can before
     * the transaction of {@code handle} ends. Each transaction that writes begins with this.
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
            isReplaced = true; // for good: what this server remembers of the log is not true any more
            throw new UncheckedIOException(PostgresClaim.REPLACED, new IOException(PostgresClaim.REPLACED));
        }
    }

    /** Why this server may no longer be the only one; empty while it is. */
    public Optional<String> problem() {
        PostgresClaim held = claim;
        if (isReplaced) {
            return Optional.of(PostgresClaim.REPLACED);
        }
        return held == null ? Optional.empty() : held.problem();
    }

    private void migrate() {
        // Flyway costs half a second of class loading: not on every start after a crash
        if (dialect == Dialect.H2 && isCurrent()) {
            return;
        }
        String[] locations = dialect == Dialect.H2
                ? new String[] {"classpath:db/migration"}
                : new String[] {"classpath:db/migration", "classpath:db/postgresql"};
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(pool)
                .locations(locations)
                .placeholders(Map.of("bytes", dialect.bytesType))
                .load()
                .migrate();
    }

    private boolean isCurrent() {
        return jdbi.withHandle(handle -> {
            boolean migrated = handle.createQuery(
                                    "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'flyway_schema_history'")
                            .mapTo(Integer.class)
                            .one()
                    > 0;
            return migrated
                    && handle.createQuery(
                                            "SELECT COUNT(*) FROM \"flyway_schema_history\" WHERE \"version\" = :version AND \"success\"")
                                    .bind("version", Integer.toString(SCHEMA_VERSION_H2))
                                    .mapTo(Integer.class)
                                    .one()
                            > 0;
        });
    }

    Dialect dialect() {
        return dialect;
    }

    /** Runs {@code work} on one connection; failures of the database are {@link UncheckedIOException}. */
    <T> T with(HandleCallback<T, SQLException> work) {
        try {
            return jdbi.withHandle(work);
        } catch (SQLException | RuntimeException e) {
            if (dialect.isShared() && isOfLostConnection(e)) {
                endConnections(); // the others have most likely ended with it, and would fail one after the other
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
     * A connection exception of the SQL standard, one of PostgreSQL's that say that the server ends the connection, or one of the
     * pool's, which have no state.
     */
    private static boolean isLost(@Nullable String sqlState) {
        return sqlState == null || sqlState.startsWith("08") || sqlState.startsWith("57P");
    }

    /** Runs {@code work} in one transaction that is durable when this returns. */
    <T> T commit(HandleCallback<T, SQLException> work) {
        return writing(handle -> {
            beforeCommit();
            T result = handle.inTransaction(same -> {
                requireWriter(same);
                return work.withHandle(same);
            });
            committed();
            sync();
            return result;
        });
    }

    /**
     * Runs {@code work}, which writes, on one connection; on H2 while nobody else writes. Its transaction begins with {@link
     * #requireWriter}. It calls {@link #beforeCommit} right before it commits and {@link #committed} right after.
     */
    <T> T writing(HandleCallback<T, SQLException> work) {
        requireSoundDisk();
        return locked(() -> {
            try {
                return with(work);
            } catch (RuntimeException e) {
                written.incrementAndGet(); // it may have been committed
                throw e;
            }
        });
    }

    /** Runs one statement of {@code handle}, which no transaction has begun on, in one of its own, on H2 while nobody else writes. */
    <T> T alone(Handle handle, Supplier<T> statement) {
        return locked(() -> {
            beforeCommit();
            try {
                return dialect.isShared()
                        ? handle.inTransaction(same -> {
                            requireWriter(same);
                            return statement.get();
                        })
                        : statement.get();
            } finally {
                written.incrementAndGet();
            }
        });
    }

    private <T> T locked(Supplier<T> work) {
        if (dialect.isShared()) {
            return work.get();
        }
        writing.lock();
        try {
            reopenIfClosed();
            return work.get();
        } finally {
            writing.unlock();
        }
    }

    private void requireSoundDisk() {
        H2Store file = h2Store;
        if (file != null) {
            file.requireSoundDisk();
        }
    }

    /** H2 closes its file by itself after a write that failed, as on a full disk: who writes next opens it again. */
    private void reopenIfClosed() {
        H2Store file = h2Store;
        if (file != null && file.isClosed()) {
            endConnections();
            synchronized (synced) {
                h2Store = with(H2Store::of); // syncs what it finds
                synced.set(written.get());
            }
        }
    }

    /** Ends the connections that nobody uses at this moment, and the others when they are given back. */
    void endConnections() {
        pool.getHikariPoolMXBean().softEvictConnections();
    }

    /** Closes the file at once, as H2 does when it cannot write; for tests. */
    void closeFile() {
        H2Store file = h2Store;
        if (file != null) {
            file.close();
        }
    }

    /** Lets nothing be committed from now on before all that was committed earlier is on disk. */
    void keepOrderOnDisk() {
        ordersOnDisk = h2Store != null;
    }

    /**
     * Waits until whatever was committed is on disk. H2 uses space again that a commit has freed, and its header names one
     * commit: what a power cut leaves can be counted on only if at most one commit is under way to the disk.
     */
    void beforeCommit() {
        if (ordersOnDisk) {
            sync();
        }
    }

    /** To be called by whoever {@link #writing writes}, right after the commit and before anybody is told of it. */
    void committed() throws SQLException {
        H2Store file = h2Store;
        if (file != null) {
            file.writeHeader();
            written.incrementAndGet();
        }
    }

    /**
     * Makes what is {@link #committed} survive a power cut. PostgreSQL's commit has done so already. Others may prepare their
     * transactions meanwhile.
     */
    void sync() {
        H2Store file = h2Store;
        if (file != null) {
            synchronized (synced) {
                long now = written.get();
                if (now > synced.get()) {
                    file.sync();
                    synced.set(now);
                }
            }
            file.requireSoundDisk();
        }
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
        return array(dialect.longType, values);
    }

    Argument ints(Integer... values) {
        return array(dialect.intType, values);
    }

    Argument bytes(byte[]... values) {
        return array(dialect.bytesType, values);
    }

    /** A SQL array of UUIDs, of which some may be null. */
    Argument uuids(@Nullable UUID... values) {
        return array("UUID", values);
    }

    Argument uuids(Collection<UUID> values) {
        return uuids(values.toArray(UUID[]::new));
    }

    Argument texts(String... values) {
        return array(dialect.textType, values);
    }

    private static Argument array(String type, @Nullable Object[] values) {
        return (position, statement, context) ->
                statement.setArray(position, statement.getConnection().createArrayOf(type, values));
    }

    @Override
    public void close() {
        String url = pool.getJdbcUrl();
        pool.close();
        if (dialect == Dialect.H2) {
            // not through the pool, which might put another connection in this one's place, and so open the file again
            try (Connection last = DriverManager.getConnection(url, "sa", "");
                    Statement statement = last.createStatement()) {
                statement.execute("SHUTDOWN");
            } catch (SQLException e) {
                log.debug("H2 had closed its file: {}", e.toString());
            }
        }
        if (claim != null) {
            claim.close();
        }
    }
}
