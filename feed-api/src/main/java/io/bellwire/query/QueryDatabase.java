package io.bellwire.query;

import io.bellwire.log.DiskFullException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database in which orders are searched: H2 in a file of its own, or in memory. All that it holds is derived from
 * the log. So a file is deleted and made again if it cannot be opened, has another version of the schema, or was in use
 * when the operating system ended: the power may have been cut then, and H2 does not notice missing blocks.
 * Thread-safe; one thread opens, recreates and closes it.
 */
final class QueryDatabase implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(QueryDatabase.class);

    /** MUST be raised with every change of the schema below, and of what is folded into it. */
    private static final int SCHEMA_VERSION = 1;

    private static final String NAME = "query";
    private static final String SUFFIX = ".mv.db";

    /** The file in the folder. */
    static final String FILE_NAME = NAME + SUFFIX;
    /** For how long a thread waits for a connection. */
    private static final int CONNECTION_WAIT_SECONDS_MAX = 10;

    /**
     * The tables and indexes. The columns of an index are descending where pages are read newest first, since H2 reads
     * an index in its own order only. The indexes by device and by partner have no status, so that a step of an order
     * does not change them; they begin with the slice, see {@link CreationSlices}.
     */
    private static final List<String> SCHEMA = List.of(
            "CREATE TABLE meta (one INT PRIMARY KEY, version INT NOT NULL, machine_start VARCHAR NOT NULL,"
                    + " in_use BOOLEAN NOT NULL)",
            "CREATE TABLE folded (one INT PRIMARY KEY, epoch VARCHAR NOT NULL, revision BIGINT NOT NULL,"
                    + " chain INT NOT NULL, scanned_to UUID)",
            "CREATE TABLE orders (id UUID PRIMARY KEY, device_id VARCHAR NOT NULL, partner_id VARCHAR,"
                    + " status VARCHAR NOT NULL, recipe_id VARCHAR, version BIGINT NOT NULL, updated_at BIGINT NOT NULL,"
                    + " slice BIGINT NOT NULL)",
            "CREATE INDEX by_status ON orders (status DESC, id DESC)",
            "CREATE INDEX by_device ON orders (slice DESC, device_id DESC, id DESC)",
            "CREATE INDEX by_partner ON orders (slice DESC, partner_id DESC, id DESC)",
            "CREATE INDEX by_update ON orders (updated_at, id)",
            "CREATE TABLE slices (first_created BIGINT PRIMARY KEY)",
            // of each partner, and under the name '' of all orders
            "CREATE TABLE counts (partner_id VARCHAR NOT NULL, status VARCHAR NOT NULL, n BIGINT NOT NULL,"
                    + " PRIMARY KEY (partner_id, status))");

    private final Optional<Path> folder;
    private final String url;
    private final int connectionsMax;
    private final String bootId;
    private volatile long freeBytesMin;
    private volatile @Nullable Open open;

    /** The connections while the database is open. */
    private record Open(JdbcConnectionPool pool, Jdbi jdbi) {}

    private QueryDatabase(Optional<Path> folder, String url, int connectionsMax, String bootId) {
        this.folder = folder;
        this.url = url;
        this.connectionsMax = connectionsMax;
        this.bootId = bootId;
    }

    /**
     * A database in {@link #FILE_NAME} in {@code folder}. With {@code WRITE_DELAY=0} H2 writes on the thread that
     * commits and not on threads of its own, so that the work is counted, and it writes only what is committed, so that
     * a kill leaves each transaction whole or not at all. Nothing is forced to disk.
     *
     * @param bootId the id of this run of the operating system; empty if it is not known
     */
    static QueryDatabase inFile(Path folder, int connectionsMax, String bootId) {
        return inFile("file", folder, connectionsMax, bootId);
    }

    /** The same on the H2 file system of this name, for tests. */
    static QueryDatabase inFile(String fileSystem, Path folder, int connectionsMax, String bootId) {
        return new QueryDatabase(
                Optional.of(folder),
                "jdbc:h2:" + fileSystem + ":" + folder.toAbsolutePath().resolve(NAME)
                        + ";WRITE_DELAY=0;CACHE_SIZE=16384;TRACE_LEVEL_FILE=0;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
                connectionsMax,
                bootId);
    }

    /** A database in memory, which ends when it is closed; {@code name} tells the databases of one process apart. */
    static QueryDatabase inMemory(String name, int connectionsMax) {
        return new QueryDatabase(Optional.empty(), "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1", connectionsMax, "");
    }

    /** Sets how many bytes must be free on the disk for {@link #requireFree}. */
    QueryDatabase keepingFree(long bytes) {
        freeBytesMin = bytes;
        return this;
    }

    /**
     * Throws {@link DiskFullException} if the disk has too little room. To be called before anything is written: a
     * write that fails for want of room closes the database, and it would be made again.
     */
    void requireFree() {
        folder.ifPresent(path ->
                DiskFullException.requireFree(path.toString(), path.toFile().getUsableSpace(), freeBytesMin));
    }

    boolean isOpen() {
        return open != null;
    }

    /**
     * Opens the database, or creates it, or recreates it if it cannot be used. Blocks; {@link QueryDatabaseException}
     * if it cannot.
     */
    void open() {
        boolean exists = folder.isPresent() && Files.exists(file(SUFFIX));
        String reason;
        try {
            connect();
            reason = exists ? takeIntoUse().orElse("") : createTables();
        } catch (QueryDatabaseException e) {
            reason = String.valueOf(e.getMessage());
        }
        if (!reason.isEmpty()) {
            recreate(reason);
        }
    }

    /** Deletes the database, and creates an empty one. Blocks; {@link QueryDatabaseException} if it cannot. */
    void recreate(String reason) {
        log.warn("the order search's database is made again from the log: {}", reason);
        shutDown(true);
        delete();
        connect();
        String problem = createTables();
        if (!problem.isEmpty()) {
            throw new QueryDatabaseException(problem);
        }
    }

    private void connect() {
        JdbcConnectionPool pool = JdbcConnectionPool.create(url, "sa", "");
        pool.setMaxConnections(connectionsMax);
        pool.setLoginTimeout(CONNECTION_WAIT_SECONDS_MAX);
        Jdbi jdbi = Jdbi.create(pool);
        open = new Open(pool, jdbi);
        boolean unused = read(handle -> handle.getConnection().isValid(0));
    }

    /** Marks an existing database as in use; returns why it cannot be used, or empty if it can. */
    private Optional<String> takeIntoUse() {
        boolean hasVersion = read(handle -> handle.createQuery(
                                "SELECT COUNT(*) FROM information_schema.tables WHERE table_name = 'META'")
                        .mapTo(Integer.class)
                        .one())
                > 0;
        if (!hasVersion) {
            return Optional.of("its making was not finished");
        }
        return commit(handle -> {
            Optional<String> problem = handle.createQuery(
                            "SELECT version, machine_start, in_use FROM meta WHERE one = 1")
                    .map((row, context) -> problem(row.getInt(1), row.getString(2), row.getBoolean(3)))
                    .findOne()
                    .orElse(Optional.of("its making was not finished"));
            if (problem.isEmpty()) {
                markInUse(handle, true);
            }
            return problem;
        });
    }

    private Optional<String> problem(int version, String lastBootId, boolean wasInUse) {
        if (version != SCHEMA_VERSION) {
            return Optional.of("its schema has the version " + version + " and not " + SCHEMA_VERSION);
        }
        return wasInUse && !lastBootId.equals(bootId)
                ? Optional.of("it was in use when the operating system ended")
                : Optional.empty();
    }

    private void markInUse(Handle handle, boolean isInUse) {
        handle.createUpdate("UPDATE meta SET machine_start = :start, in_use = :use WHERE one = 1")
                .bind("start", bootId)
                .bind("use", isInUse)
                .execute();
    }

    /** Creates the tables; writes their version last, so that the next start notices a kill in between. */
    private String createTables() {
        return commit(handle -> {
            SCHEMA.forEach(handle::execute);
            handle.execute(
                    "INSERT INTO meta (one, version, machine_start, in_use) VALUES (1, ?, ?, TRUE)",
                    SCHEMA_VERSION,
                    bootId);
            return "";
        });
    }

    private Path file(String suffix) {
        return folder.orElseThrow().resolve(NAME + suffix);
    }

    private void delete() {
        if (folder.isEmpty()) {
            return;
        }
        for (String suffix : List.of(SUFFIX, SUFFIX + ".newFile", SUFFIX + ".tempFile", ".trace.db")) {
            try {
                Files.deleteIfExists(file(suffix));
            } catch (IOException e) {
                throw new QueryDatabaseException("cannot delete " + file(suffix) + ": " + e.getMessage(), e);
            }
        }
    }

    /** Runs {@code work} on one connection. */
    <T> T read(HandleCallback<T, SQLException> work) {
        return run(jdbi -> jdbi.withHandle(work));
    }

    /** Runs {@code work} in one transaction. */
    <T> T commit(HandleCallback<T, SQLException> work) {
        return run(jdbi -> jdbi.inTransaction(work));
    }

    private interface Work<T> {
        T on(Jdbi jdbi) throws SQLException;
    }

    private <T> T run(Work<T> work) {
        Open current = open;
        if (current == null) {
            throw new QueryDatabaseException("the order search's database is not open");
        }
        try {
            return work.on(current.jdbi);
        } catch (SQLException | RuntimeException e) { // H2 has runtime exceptions of its own for a broken file
            throw new QueryDatabaseException("the order search's database failed: " + rootMessage(e), e);
        }
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage())
                .lines()
                .findFirst()
                .filter(line -> !line.equals("null"))
                .orElseGet(root::toString);
    }

    /** @param isImmediate whether to drop what H2 has not written yet */
    private void shutDown(boolean isImmediate) {
        Open last = open;
        open = null;
        if (last == null) {
            return;
        }
        try {
            last.jdbi.useHandle(handle -> {
                if (!isImmediate) {
                    markInUse(handle, false);
                }
                last.pool.dispose(); // first, or a new connection of another thread would open the file again
                handle.execute(isImmediate ? "SHUTDOWN IMMEDIATELY" : "SHUTDOWN");
            });
        } catch (RuntimeException e) { // a database that is closed already cannot be closed again
            log.debug("the order search's database was closed already", e);
        }
        last.pool.dispose();
    }

    @Override
    public void close() {
        shutDown(false);
    }
}
