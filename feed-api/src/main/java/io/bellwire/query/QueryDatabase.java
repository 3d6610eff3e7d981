package io.bellwire.query;

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
 * The database that orders are searched in: H2 in a file of its own, or in memory. All that it holds is derived from the log,
 * so a file that cannot be opened, has another version of the schema, or was in use when the operating system ended (whose
 * power may have been cut, and H2 does not notice blocks that are missing) is deleted and made again. Thread-safe; one thread
 * opens, makes again and closes.
 */
final class QueryDatabase implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(QueryDatabase.class);

    /** To be raised with every change of the schema below, and of what is folded into it. */
    private static final int SCHEMA_VERSION = 1;

    private static final String NAME = "query";
    private static final String SUFFIX = ".mv.db";

    /** The file in the folder. */
    static final String FILE_NAME = NAME + SUFFIX;
    /** For how long a thread waits until others have given back a connection. */
    private static final int CONNECTION_SECONDS_MAX = 10;

    /**
     * The sort columns of an index are descending where pages are read newest first: H2 reads an index in its own order only.
     * There is no status in the indexes by device and by partner, so that a step of an order leaves them as they are. See
     * {@link CreationSlices} for what these begin with.
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
    private final String machineStart;
    private volatile @Nullable Open open;

    /** What there is while the database is open. */
    private record Open(JdbcConnectionPool pool, Jdbi jdbi) {}

    private QueryDatabase(Optional<Path> folder, String url, int connectionsMax, String machineStart) {
        this.folder = folder;
        this.url = url;
        this.connectionsMax = connectionsMax;
        this.machineStart = machineStart;
    }

    /**
     * In {@link #FILE_NAME} in {@code folder}. {@code WRITE_DELAY=0} has H2 write on the thread that commits and not on
     * threads of its own, so that the work is counted, and write only what is committed, so that a kill finds each transaction
     * whole. Nothing is forced to disk.
     *
     * @param machineStart an id of this run of the operating system; empty if it is not known
     */
    static QueryDatabase inFile(Path folder, int connectionsMax, String machineStart) {
        return inFile("file", folder, connectionsMax, machineStart);
    }

    /** The same for tests, on a file system of H2's by this name. */
    static QueryDatabase inFile(String fileSystem, Path folder, int connectionsMax, String machineStart) {
        return new QueryDatabase(
                Optional.of(folder),
                "jdbc:h2:" + fileSystem + ":" + folder.toAbsolutePath().resolve(NAME)
                        + ";WRITE_DELAY=0;CACHE_SIZE=16384;TRACE_LEVEL_FILE=0;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
                connectionsMax,
                machineStart);
    }

    /** In memory, gone when closed; {@code name} tells databases of one process apart. */
    static QueryDatabase inMemory(String name, int connectionsMax) {
        return new QueryDatabase(Optional.empty(), "jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1", connectionsMax, "");
    }

    boolean isOpen() {
        return open != null;
    }

    /** Opens the database, and makes it, again if need be. Blocks; {@link QueryDatabaseException} if that is not possible. */
    void open() {
        boolean isThere = folder.isPresent() && Files.exists(file(SUFFIX));
        String reason;
        try {
            openAsItIs();
            reason = isThere ? use().orElse("") : make();
        } catch (QueryDatabaseException e) {
            reason = String.valueOf(e.getMessage());
        }
        if (!reason.isEmpty()) {
            makeAgain(reason);
        }
    }

    /** Deletes what there is, and makes the database again, empty. Blocks; {@link QueryDatabaseException} if it cannot. */
    void makeAgain(String reason) {
        log.warn("the order search's database is made again from the log: {}", reason);
        shutDown(true);
        delete();
        openAsItIs();
        String problem = make();
        if (!problem.isEmpty()) {
            throw new QueryDatabaseException(problem);
        }
    }

    private void openAsItIs() {
        JdbcConnectionPool pool = JdbcConnectionPool.create(url, "sa", "");
        pool.setMaxConnections(connectionsMax);
        pool.setLoginTimeout(CONNECTION_SECONDS_MAX);
        Jdbi jdbi = Jdbi.create(pool);
        open = new Open(pool, jdbi);
        boolean unused = read(handle -> handle.getConnection().isValid(0));
    }

    /** Takes a database that is there into use; returns why it cannot be used, if so. */
    private Optional<String> use() {
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
                mark(handle, true);
            }
            return problem;
        });
    }

    private Optional<String> problem(int version, String lastStart, boolean wasInUse) {
        if (version != SCHEMA_VERSION) {
            return Optional.of("its schema has the version " + version + " and not " + SCHEMA_VERSION);
        }
        return wasInUse && !lastStart.equals(machineStart)
                ? Optional.of("it was in use when the operating system ended")
                : Optional.empty();
    }

    private void mark(Handle handle, boolean isInUse) {
        handle.createUpdate("UPDATE meta SET machine_start = :start, in_use = :use WHERE one = 1")
                .bind("start", machineStart)
                .bind("use", isInUse)
                .execute();
    }

    /** Makes the tables; their version comes last, so that a kill in between is noticed. */
    private String make() {
        return commit(handle -> {
            SCHEMA.forEach(handle::execute);
            handle.execute(
                    "INSERT INTO meta (one, version, machine_start, in_use) VALUES (1, ?, ?, TRUE)",
                    SCHEMA_VERSION,
                    machineStart);
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
        Open now = open;
        if (now == null) {
            throw new QueryDatabaseException("the order search's database is not open");
        }
        try {
            return work.on(now.jdbi);
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

    /** @param isAtOnce whether what H2 has in memory is not worth writing */
    private void shutDown(boolean isAtOnce) {
        Open last = open;
        open = null;
        if (last == null) {
            return;
        }
        try {
            last.jdbi.useHandle(handle -> {
                if (!isAtOnce) {
                    mark(handle, false);
                }
                last.pool.dispose(); // first, so that nobody opens the file again by asking for one more connection
                handle.execute(isAtOnce ? "SHUTDOWN IMMEDIATELY" : "SHUTDOWN");
            });
        } catch (RuntimeException e) { // what is closed already cannot be closed again
            log.debug("the order search's database was closed already", e);
        }
        last.pool.dispose();
    }

    @Override
    public void close() {
        shutDown(false);
    }
}
