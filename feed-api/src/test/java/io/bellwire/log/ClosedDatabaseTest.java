package io.bellwire.log;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a log whose connections, or whose file, have ended while nobody wrote. */
class ClosedDatabaseTest {
    private static final int CONNECTIONS = 3;

    @TempDir
    Path folder;

    private Database database;
    private EventLog log;
    private Feed grill;

    @BeforeEach
    void open() {
        database = Database.h2File(folder, CONNECTIONS);
        SqlStore store = SqlStore.open(database, Durability.SYNC, new Random(1), false);
        log = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
        grill = log.makeFeed(LogStoreFixture.GRILL);
        assertEquals(List.of(1L), log.submit(new Append("before", grill)).join());
    }

    @AfterEach
    void close() {
        log.close();
    }

    private List<String> changes() {
        return log.store().read(grill, 0, grill.head(), 10, Long.MAX_VALUE).stream()
                .map(LogStoreFixture::text)
                .toList();
    }

    @Test
    void writesGoOnWhenEveryConnectionHasEnded() {
        for (int i = 0; i < 3; i++) {
            database.endConnections();
            assertEquals(List.of(2L + i), log.submit(new Append("after", grill)).join());
        }
        assertEquals(List.of("1=before", "2=after", "3=after", "4=after"), changes());
        assertTrue(log.problem().isEmpty());
    }

    @Test
    void fileThatWasClosedIsOpenedAgain() {
        database.closeFile();
        // the write that finds it closed may fail; one after it does not, and nothing is lost or given twice
        await().until(() -> {
            try {
                log.submit(new Append("after", grill)).join();
                return true;
            } catch (CompletionException refused) {
                return false;
            }
        });
        assertEquals(List.of("1=before", "2=after"), changes());
        assertTrue(log.problem().isEmpty());
    }
}
