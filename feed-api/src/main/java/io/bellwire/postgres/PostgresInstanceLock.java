package io.bellwire.postgres;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ensures that only one server works on a PostgreSQL database: an advisory lock on a connection of its own. PostgreSQL
 * releases it when that connection ends: for a killed process at once, for a machine that has vanished after less than
 * half a minute. If the connection breaks, it is opened again and the lock taken again, unless another server holds it
 * by then, or has held it meanwhile. Until then {@link Database#requireWriter} ensures that only one server writes;
 * this lock keeps a second server from replacing one that works.
 */
final class PostgresInstanceLock implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostgresInstanceLock.class);
    private static final long LOOK_MILLIS = 2_000;
    private static final int ANSWER_SECONDS = 5;
    /** PostgreSQL may take a moment to notice that the previous server was killed. */
    private static final int ATTEMPTS = 30;

    private static final long RETRY_MILLIS = 100;
    /** Any number that no other program uses for its locks; the second half is derived from the schema. */
    static final String KEY = 0x62656c6c + ", hashtext(current_schema())";

    /** What a server reports that was replaced by another one. */
    static final String REPLACED =
            "another Bellwire server has taken this database: this one writes nothing more until it is started again";

    private static final String TAKEN = "another Bellwire server is working on this database";

    private final String url;
    private final Properties properties = new Properties();
    private final long checkMillis;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "database-claim");
    private @Nullable Connection connection;
    private volatile long writer;
    private boolean isReplaced;
    private volatile @Nullable String problem;

    private PostgresInstanceLock(String url, String user, String password, long checkMillis) {
        this.url = url;
        this.checkMillis = checkMillis;
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", Integer.toString(ANSWER_SECONDS));
        properties.setProperty("socketTimeout", Integer.toString(ANSWER_SECONDS));
    }

    /**
     * Takes the lock. Throws {@link UncheckedIOException} if another server holds it or the database cannot be reached.
     */
    static PostgresInstanceLock take(String url, String user, String password) {
        return take(url, user, password, LOOK_MILLIS);
    }

    /** @param checkMillis how often to check that the lock is still held */
    static PostgresInstanceLock take(String url, String user, String password, long checkMillis) {
        PostgresInstanceLock claim = new PostgresInstanceLock(url, user, password, checkMillis);
        try {
            if (!claim.lockInTime()) {
                throw new UncheckedIOException(TAKEN, new IOException(TAKEN));
            }
        } catch (SQLException e) {
            throw new UncheckedIOException("cannot open the database: " + e.getMessage(), new IOException(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException("interrupted while waiting for the database", new InterruptedIOException());
        }
        claim.thread.setDaemon(true);
        claim.thread.start();
        return claim;
    }

    /**
     * From now on the lock is taken again only while {@code number} is that of the server that took the database last.
     */
    void holdFor(long number) {
        writer = number;
    }

    /** Why the lock is not held; empty while it is. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private void run() {
        try {
            // a replaced server does not come back, and must not block the next one
            while (!closed.await(checkMillis, TimeUnit.MILLISECONDS) && !isReplaced) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        disconnect();
    }

    private void look() {
        String found = null;
        try {
            if ((connection == null || !connection.isValid(ANSWER_SECONDS)) && !lock()) {
                found = isReplaced ? REPLACED : TAKEN;
            }
        } catch (SQLException | RuntimeException e) { // the next check may succeed; until then the problem is reported
            found = "the database cannot be reached: " + e.getMessage();
        }
        if (found != null && !found.equals(problem)) {
            log.error("the database is no longer held by this server alone: {}", found);
        }
        problem = found;
    }

    private boolean lockInTime() throws SQLException, InterruptedException {
        for (int attempt = 1; !lock(); attempt++) {
            if (attempt == ATTEMPTS || closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS)) {
                return false;
            }
        }
        return true;
    }

    private boolean lock() throws SQLException {
        disconnect();
        Connection fresh = DriverManager.getConnection(url, properties);
        boolean held = false;
        try (Statement statement = fresh.createStatement()) {
            // detects a machine that has vanished
            statement.execute("SET tcp_keepalives_idle = 10");
            statement.execute("SET tcp_keepalives_interval = 5");
            statement.execute("SET tcp_keepalives_count = 3");
            try (ResultSet row = statement.executeQuery("SELECT pg_try_advisory_lock(" + KEY + ")")) {
                held = row.next() && row.getBoolean(1);
            }
            if (held && writer != 0 && lastWriter(statement) != writer) {
                isReplaced = true;
                held = false;
            }
        } finally {
            if (held) {
                connection = fresh;
            } else {
                fresh.close();
            }
        }
        return held;
    }

    private static long lastWriter(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT number FROM writer WHERE one = 1")) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    private void disconnect() {
        Connection old = connection;
        connection = null;
        try {
            if (old != null) {
                try (old;
                        Statement statement = old.createStatement()) {
                    statement.execute(
                            "SELECT pg_advisory_unlock_all()"); // PostgreSQL notices the end of a connection only later
                }
            }
        } catch (SQLException e) {
            log.debug("the connection of the database's lock had ended: {}", e.toString());
        }
    }

    /** Releases the lock. */
    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
