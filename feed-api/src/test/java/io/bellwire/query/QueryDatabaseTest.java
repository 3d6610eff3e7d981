package io.bellwire.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryDatabaseTest {
    private static final int BLOCK_BYTES = 4_096;

    @TempDir
    Path folder;

    private static int positions(QueryDatabase database) {
        return database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM folded")
                .mapTo(Integer.class)
                .one());
    }

    @Test
    void databaseIsMadeAgainWhileOthersReadItAndItsFileIsClosedInTheEnd() throws Exception {
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicInteger read = new AtomicInteger();
        AtomicInteger unforeseen = new AtomicInteger();
        List<Thread> readers = new ArrayList<>();
        try (QueryDatabase database = QueryDatabase.inFile(folder, 3, "")) {
            database.open();
            for (int i = 0; i < 2; i++) {
                Thread reader = new Thread(() -> {
                    while (!isOver.get()) {
                        try {
                            int unused = positions(database);
                            read.incrementAndGet();
                        } catch (QueryDatabaseException e) {
                            Thread.onSpinWait(); // as long as there is no database
                        } catch (RuntimeException e) {
                            unforeseen.incrementAndGet();
                        }
                    }
                });
                reader.start();
                readers.add(reader);
            }
            for (int i = 0; i < 10; i++) {
                int before = read.get();
                while (read.get() == before) {
                    Thread.onSpinWait();
                }
                database.recreate("a test asks for it");
            }
            assertEquals(0, positions(database));
        }
        isOver.set(true);
        for (Thread reader : readers) {
            reader.join();
        }

        assertEquals(0, unforeseen.get());
        try (FileChannel file = FileChannel.open(folder.resolve(QueryDatabase.FILE_NAME), StandardOpenOption.WRITE);
                FileLock lock = file.tryLock()) {
            assertTrue(lock.isValid(), "nobody has the file open");
        }
    }

    @Test
    void databaseThatIsNotOpenCannotBeRead() {
        QueryDatabase database = QueryDatabase.inFile(folder, 2, "");
        assertFalse(database.isOpen());
        assertThrows(QueryDatabaseException.class, () -> positions(database));
        database.close();
        database.open();
        assertTrue(database.isOpen());
        database.close();
        database.close();
        assertThrows(QueryDatabaseException.class, () -> positions(database));
    }

    @Test
    void nothingButTheFileIsLeft() throws IOException {
        try (QueryDatabase database = QueryDatabase.inFile(folder, 2, "")) {
            database.open();
            database.recreate("a test asks for it");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(QueryDatabase.FILE_NAME),
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }

    /**
     * Damage in a block that H2 needs for opening ends in a new database; damage in the others is noticed when they are
     * read.
     */
    @Test
    void readOfADamagedBlockFailsWithDamage() throws IOException {
        QueryDatabase database = QueryDatabase.inFile(folder, 2, "");
        database.open();
        database.commit(handle -> handle.execute("INSERT INTO slices SELECT x FROM SYSTEM_RANGE(1, 20000)"));
        database.close();
        Path file = folder.resolve(QueryDatabase.FILE_NAME);
        byte[] sound = Files.readAllBytes(file);
        int noticed = 0;
        for (int block = 0; block < sound.length; block += BLOCK_BYTES) {
            byte[] damaged = sound.clone();
            for (int i = block; i < Math.min(damaged.length, block + BLOCK_BYTES); i++) {
                damaged[i] ^= 0x55;
            }
            Files.write(file, damaged);
            database.open();
            try {
                int unused = slices(database);
            } catch (QueryDatabaseException e) {
                assertTrue(e.isDamage(), () -> "not taken for damage: " + e.getMessage());
                noticed++;
            }
            database.close();
        }
        assertTrue(noticed > 0, "no read has met a damaged block");
    }

    private static int slices(QueryDatabase database) {
        return database.read(handle -> handle.createQuery("SELECT first_created FROM slices")
                .mapTo(Long.class)
                .list()
                .size());
    }

    @Test
    void failureOfAStatementIsNoDamage() {
        try (QueryDatabase database = QueryDatabase.inFile(folder, 2, "")) {
            database.open();
            QueryDatabaseException failure = assertThrows(
                    QueryDatabaseException.class,
                    () -> database.commit(
                            handle -> handle.execute("INSERT INTO slices (first_created) VALUES (1), (1)")));
            assertFalse(failure.isDamage());
        }
    }
}
