package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledAtAnyWriteTest {
    private static final String FILE = "bellwire.mv.db";
    private static final int CONNECTIONS = 3;
    private static final int ORDERS = 150;
    private static final int LOOKED_AT = 40;
    private static final int SUBSETS = 8;
    private static final int ROWS = 3_500;
    /** All rows together take more memory than H2 by itself keeps of what is not in its file. */
    private static final int ROW_BYTES = 8_000;

    @TempDir
    Path folder;

    @TempDir
    Path copies;

    @BeforeAll
    static void useAFileSystemThatKeepsWrites() {
        PowerCutFileSystem.register();
    }

    @Test
    void guarantee1LargeTransactionIsThereWholeOrNotAtAll() throws Exception {
        Path before = Files.createDirectory(copies.resolve("before"));
        List<PowerCutFileSystem.Write> writes;
        try (Database database = Database.h2FileThatReusesSpace(PowerCutFileSystem.SCHEME, folder, CONNECTIONS)) {
            Files.copy(folder.resolve(FILE), before.resolve(FILE));
            writes = PowerCutFileSystem.writesOf(() -> database.commit(KilledAtAnyWriteTest::fill));
        }

        Set<Long> found = new HashSet<>();
        for (int survived = 0; survived <= writes.size(); survived++) {
            found.add(rowsAfter(before, writes.subList(0, survived)));
        }

        assertTrue(writes.size() > 0);
        assertEquals(Set.of(0L, 2L * ROWS), found);
    }

    /**
     * A kill may also come in the middle of a write. In the last of these commits space in the file has been used again many
     * times over. Each makes an order and tells two feeds of it.
     */
    @Test
    void guarantee1AcknowledgedOrdersAreThereWholeWhereverTheKillCame() throws Exception {
        Trace trace = trace(LogStoreFixture::makeOrder);
        List<PowerCutFileSystem.Write> writes = trace.writes();

        for (int survived = trace.atOrder().get(ORDERS - LOOKED_AT); survived <= writes.size(); survived++) {
            int kill = survived;
            long acknowledged = trace.ordersIn(kill);
            List<PowerCutFileSystem.Write> whole = writes.subList(0, survived);
            List<PowerCutFileSystem.Write> andHalf = new ArrayList<>(whole);
            writes.stream().skip(survived).limit(1).forEach(next -> andHalf.add(next.half()));
            for (List<PowerCutFileSystem.Write> left : List.of(whole, andHalf)) {
                long found = ordersAfter(trace.before(), left);
                assertTrue(
                        found == acknowledged || found == acknowledged + 1,
                        () -> "killed after write " + kill + ": " + found + " orders of " + acknowledged);
            }
        }
    }

    /**
     * A disk may have written any of what it was not yet forced to keep. Nobody syncs here but the store itself, before it
     * commits once more.
     */
    @Test
    void guarantee1OrdersOnDiskSurviveAPowerCutWhateverElseTheDiskHadWrittenByThen() throws Exception {
        Trace trace = trace(LogStoreFixture::commitOrder);
        List<PowerCutFileSystem.Write> writes = trace.writes();

        Random random = new Random(3);
        int forced = 0;
        int looks = 0;
        for (int i = 0; i < writes.size(); i++) {
            if (!writes.get(i).isForced()) {
                continue;
            }
            List<PowerCutFileSystem.Write> later = writes.subList(forced, i);
            int onDisk = forced;
            forced = i + 1;
            if (i < trace.atOrder().get(ORDERS - LOOKED_AT)) {
                continue;
            }
            long acknowledged = trace.ordersIn(onDisk);
            for (int subset = 0; subset < SUBSETS; subset++, looks++) {
                List<PowerCutFileSystem.Write> left = new ArrayList<>(writes.subList(0, onDisk));
                later.stream().filter(write -> random.nextBoolean()).forEach(left::add);
                long found = ordersAfter(trace.before(), left);
                assertTrue(
                        found >= acknowledged,
                        () -> "power cut after write " + onDisk + ": " + found + " orders of " + acknowledged);
            }
        }
        assertTrue(looks >= LOOKED_AT, "it was synced often enough for this to mean something: " + looks);
    }

    /** The file as it was, what was written to it since, and how many of these writes there were after each order. */
    private record Trace(Path before, List<PowerCutFileSystem.Write> writes, List<Integer> atOrder) {
        /** How many orders are in the file with so many of the writes. */
        long ordersIn(int written) {
            return atOrder.stream().filter(at -> at <= written).count();
        }
    }

    private interface Order {
        void write(LogStoreFixture fixture, Instant at, String data, Feed... feeds);
    }

    private Trace trace(Order order) throws IOException {
        Path before = Files.createDirectory(copies.resolve("before"));
        List<PowerCutFileSystem.Write> writes = new ArrayList<>();
        List<Integer> atOrder = new ArrayList<>();
        Database database = Database.h2FileThatReusesSpace(PowerCutFileSystem.SCHEME, folder, CONNECTIONS);
        try (SqlStore store = SqlStore.open(database, Durability.SYNC, new Random(1), false)) {
            LogStoreFixture fixture = new LogStoreFixture(store);
            Feed grill = fixture.grill();
            Feed orders = fixture.orders();
            Files.copy(folder.resolve(FILE), before.resolve(FILE));
            for (int i = 1; i <= ORDERS; i++) {
                String data = i + "x".repeat(200 * (i % 30));
                writes.addAll(PowerCutFileSystem.writesOf(
                        () -> order.write(fixture, LogStoreFixture.MORNING, data, grill, orders)));
                atOrder.add(writes.size());
            }
        }
        return new Trace(before, writes, atOrder);
    }

    /** The orders that are there, which must be the first ones, whole. */
    private long ordersAfter(Path before, List<PowerCutFileSystem.Write> writes) throws IOException {
        Path after = killed(before, writes);
        try (SqlStore store =
                SqlStore.open(Database.h2File(after, CONNECTIONS), Durability.SYNC, new Random(2), false)) {
            LogStoreFixture fixture = new LogStoreFixture(store);
            Feed grill = fixture.grill();
            List<String> told = fixture.read(grill, 0, ORDERS);
            assertEquals(grill.head(), told.size(), "revisions without a gap");
            for (int i = 0; i < told.size(); i++) {
                assertTrue(told.get(i).matches((i + 1) + "=" + (i + 1) + "x*"), told.get(i));
            }
            assertEquals(told, fixture.read(fixture.orders(), 0, ORDERS), "in both feeds or in none");
            assertEquals(
                    told.size(), store.ordersOf(grill, null, ORDERS).size(), "each order that was told of is there");
            return told.size();
        }
    }

    private static int fill(Handle handle) throws SQLException {
        insert(
                handle,
                "INSERT INTO events (seq, at_millis, data_offset, checksum, tail)"
                        + " SELECT u.seq, 0, 0, 0, REPEAT('00', " + ROW_BYTES + ") FROM UNNEST(?) AS u(seq)");
        return insert(
                handle,
                "INSERT INTO entries (feed_no, revision, seq, n, chain, end_chain)"
                        + " SELECT 1, u.seq, u.seq, 1, 0, 0 FROM UNNEST(?) AS u(seq)");
    }

    private static int insert(Handle handle, String sql) throws SQLException {
        Object[] seqs = LongStream.rangeClosed(1, ROWS).boxed().toArray();
        try (PreparedStatement statement = handle.getConnection().prepareStatement(sql)) {
            statement.setArray(1, handle.getConnection().createArrayOf("BIGINT", seqs));
            return statement.executeUpdate();
        }
    }

    /** The rows of both tables when the file of {@code before}, and these writes, are what a kill left. */
    private long rowsAfter(Path before, List<PowerCutFileSystem.Write> writes) throws IOException {
        try (Database database = Database.h2File(killed(before, writes), CONNECTIONS)) {
            return database.with(handle -> handle.createQuery(
                            "SELECT (SELECT COUNT(*) FROM events) + (SELECT COUNT(*) FROM entries)")
                    .mapTo(Long.class)
                    .one());
        }
    }

    /** A folder with the file of {@code before} and these writes, which a kill has left. */
    private Path killed(Path before, List<PowerCutFileSystem.Write> writes) throws IOException {
        Path after = Files.createDirectories(copies.resolve("after"));
        Files.deleteIfExists(after.resolve(FILE));
        Files.copy(before.resolve(FILE), after.resolve(FILE));
        PowerCutFileSystem.repeat(writes, after);
        return after;
    }
}
