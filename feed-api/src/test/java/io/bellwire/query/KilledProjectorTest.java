package io.bellwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Kills the process between any two writes to the order search's file, and in the middle of each write. The file then
 * has rows, counts, indexes and position of the same batch, or it is made again.
 */
class KilledProjectorTest {
    private static final String FILE = OrderSearch.DATABASE_FILE;

    @TempDir
    Path folder;

    @TempDir
    Path copies;

    private final Random random = new Random(3);

    @BeforeAll
    static void useAFileSystemThatKeepsWrites() {
        RecordingFileSystem.register();
    }

    @ParameterizedTest
    @CsvSource({"12, 40", "3, " + OrderFolding.BATCH_CHANGES_MAX})
    void killAtAnyWriteLeavesRowsAndPositionOfTheSameBatch(int batches, int changes) throws IOException {
        Path before = Files.createDirectory(copies.resolve("before"));
        List<RecordingFileSystem.Write> writes = new ArrayList<>();
        Map<Revision, List<String>> ordersAt = new HashMap<>();
        try (OrdersInMemory orders = OrdersInMemory.ofSeed(1, random);
                QueryDatabase database = QueryDatabase.inFile(RecordingFileSystem.SCHEME, folder, 2, "start-1")) {
            OrderFolder projector = orders.projector(database);
            orders.foldAll(projector);
            Files.copy(folder.resolve(FILE), before.resolve(FILE));
            ordersAt.put(Revision.NONE, orders.ordersInLog());
            for (int i = 0; i < batches; i++) {
                orders.createAndChange(random, changes);
                writes.addAll(RecordingFileSystem.writesOf(() -> orders.foldAll(projector)));
                ordersAt.put(orders.log.getOrCreateFeed(FeedId.ORDERS).head(), orders.ordersInLog());
            }
        }

        int found = 0;
        for (int survived = 0; survived <= writes.size(); survived++) {
            List<RecordingFileSystem.Write> whole = writes.subList(0, survived);
            List<RecordingFileSystem.Write> andHalf = new ArrayList<>(whole);
            writes.stream().skip(survived).limit(1).forEach(next -> andHalf.add(next.half()));
            for (List<RecordingFileSystem.Write> left : List.of(whole, andHalf)) {
                found += isAsAfterABatch(before, left, ordersAt) ? 1 : 0;
            }
        }
        assertTrue(writes.size() >= batches, "" + writes.size());
        assertTrue(found > writes.size(), "most kills must leave a file that is not made again: " + found);
    }

    /**
     * Checks that the file after these writes is as after a batch; false if it has no position, and would be made
     * again.
     */
    private boolean isAsAfterABatch(
            Path before, List<RecordingFileSystem.Write> writes, Map<Revision, List<String>> ordersAt)
            throws IOException {
        Path after = Files.createDirectories(copies.resolve("after"));
        Files.copy(before.resolve(FILE), after.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        RecordingFileSystem.repeat(writes, after);
        try (QueryDatabase database = QueryDatabase.inFile(after, 2, "start-1")) {
            database.open();
            FoldedPosition position = new OrderTableWriter(database).position().orElse(null);
            if (position == null) {
                return false;
            }
            assertEquals(ordersAt.get(position.revision()), OrdersInMemory.ordersInDatabase(database));
            return true;
        }
    }
}
