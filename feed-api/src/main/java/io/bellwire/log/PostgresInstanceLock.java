package io.bellwire.log;

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
 * Says that one server alone works on a PostgreSQL database: an advisory lock on a connection of its own, which PostgreSQL
 * frees when that connection ends, for a killed process at once, for a machine that is gone after less than half a minute.
 * A connection that breaks is made again, and the lock taken again unless somebody else has it by then, or had it in
 * between. Meanwhile {@link Database#requireWriter} sees to it that only one server writes: this lock keeps a second one from
 * taking over from a server that is well.
 */
final class PostgresInstanceLock implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(PostgresInstanceLock.class);
    private static final long LOOK_MILLIS = 2_000;
    private static final int ANSWER_SECONDS = 5;
    /** PostgreSQL may take a moment to notice that the server before this one has been killed. */
    private static final int ATTEMPTS = 30;

    private static final long RETRY_MILLIS = 100;
    /** Any number will do that no other program takes for its own locks; the second half is the schema's. */
    static final String KEY = 0x62656c6c + ", hashtext(current_schema())";

    /** What a server is told that could not keep the database to itself. */
    static final String REPLACED =
            "another Bellwire server has taken this database: this one writes nothing more until it is started again";

    private static final String TAKEN = "another Bellwire server is working on this database";

    private final String url;
    private final Properties properties = new Properties();
    private final long lookMillis;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "database-claim");
    private @Nullable Connection connection;
    private volatile long writer;
    private boolean isReplaced;
    private volatile @Nullable String problem;

    private PostgresInstanceLock(String url, String user, String password, long lookMillis) {
        this.url = url;
        this.lookMillis = lookMillis;
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", Integer.toString(ANSWER_SECONDS));
        properties.setProperty("socketTimeout", Integer.toString(ANSWER_SECONDS));
    }

    /** Takes the lock, or throws {@link UncheckedIOException} if it is taken or the database cannot be reached. */
    static PostgresInstanceLock take(String url, String user, String password) {
        return take(url, user, password, LOOK_MILLIS);
    }

    /** @param lookMillis how often to see whether the lock is still held */
    static PostgresInstanceLock take(String url, String user, String password, long lookMillis) {
        PostgresInstanceLock claim = new PostgresInstanceLock(url, user, password, lookMillis);
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

    /** Has the lock taken again only while {@code number} is that of the server that took the database last. */
    void holdFor(long number) {
        writer = number;
    }

    /** Why the lock is not held; empty while it is. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    private void run() {
        try {
            // who was replaced does not come back, and must not be in the way of the next one
            while (!closed.await(lookMillis, TimeUnit.MILLISECONDS) && !isReplaced) {
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
        } catch (SQLException | RuntimeException e) { // the next look may go better, and until then it is told
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
            // for the end of a machine that cannot say goodbye
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
                    statement.execute("SELECT pg_advisory_unlock_all()"); // the end of a connection is noticed later
                }
            }
        } catch (SQLException e) {
            log.debug("the connection of the database's lock had ended: {}", e.toString());
        }
    }

    /** Frees the lock. */
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
