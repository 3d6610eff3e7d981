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
    @TempDir
    Path folder;

    private static int positions(QueryDatabase database) {
        return database.read(handle -> handle.createQuery("SELECT COUNT(*) FROM folded")
                .mapTo(Integer.class)
                .one());
    }

    @Test
    void databaseIsMadeAgainWhileOthersReadItAndItsFileIsLetGoOfInTheEnd() throws Exception {
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
                            Thread.onSpinWait(); // as long as there is none
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
                database.makeAgain("a test asks for it");
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
    void databaseThatIsNotOpenSaysSo() {
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
            database.makeAgain("a test asks for it");
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(
                    List.of(QueryDatabase.FILE_NAME),
                    files.map(file -> file.getFileName().toString()).toList());
        }
    }
}
