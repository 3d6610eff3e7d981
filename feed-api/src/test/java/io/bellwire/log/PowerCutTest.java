package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerCutTest {
    private static final int CONNECTIONS = 3;
    private static final int CUTS = 5;
    private static final int WRITES_BETWEEN_CUTS = 40;
    private static final int WRITES_UNDER_WAY = 6;

    @TempDir
    Path temporary;

    @BeforeAll
    static void useAFileSystemThatForgets() {
        PowerCutFileSystem.register();
    }

    @Test
    void guarantee1AcknowledgedWriteSurvivesAPowerCut() throws Exception {
        for (int cut = 1; cut <= CUTS; cut++) {
            // whatever was acknowledged when the power went is there when it comes back
            assertEquals(3L * cut, changesLeftByAPowerCut(Durability.SYNC, 3 * cut));
        }
    }

    @Test
    void durabilityOfTheProcessAloneDoesNot() throws Exception {
        // this shows that the test above would notice
        assertTrue(changesLeftByAPowerCut(Durability.PROCESS, 9) < 9);
    }

    @Test
    void guarantee1AcknowledgedWriteSurvivesAPowerCutWhileOthersAreUnderWay() throws Exception {
        Path before = Files.createTempDirectory(temporary, "before");
        Database database = Database.h2FileThatReusesSpace(PowerCutFileSystem.SCHEME, before, CONNECTIONS);
        SqlStore store = SqlStore.open(database, Durability.SYNC, new Random(1), false);
        try (EventLog log = new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry())) {
            Feed grill = log.makeFeed(LogStoreFixture.GRILL);
            AtomicLong acknowledged = new AtomicLong();
            Semaphore room = new Semaphore(WRITES_UNDER_WAY);
            for (int cut = 1; cut <= CUTS; cut++) {
                for (int i = 0; i < WRITES_BETWEEN_CUTS; i++) {
                    room.acquire();
                    var unused = log.submit(new Append("order", grill)).whenComplete((revisions, failure) -> {
                        acknowledged.accumulateAndGet(revisions.get(0), Math::max);
                        room.release();
                    });
                }
                long known = acknowledged.get();
                Path after = Files.createTempDirectory(temporary, "after");
                PowerCutFileSystem.cutPower(before, after);
                assertTrue(known > 0);
                assertTrue(headIn(after) >= known, "what was acknowledged before the power went is there");
            }
        }
    }

    /** A page that could not be written counts as written from then on: the next sync would succeed without it. */
    @Test
    void guarantee1NothingIsAcknowledgedOnceTheDiskHasFailedUntilTheServerStartsAgain() throws Exception {
        Path folder = Files.createTempDirectory(temporary, "broken");
        try (EventLog sql = inFile(folder)) {
            Feed fryer = sql.makeFeed(LogStoreFixture.FRYER);
            assertEquals(List.of(1L), sql.submit(new Append("a", fryer)).join());

            PowerCutFileSystem.breakDisk(true);
            try {
                assertInstanceOf(CommitInDoubtException.class, failure(sql.submit(new Append("in doubt", fryer))));
            } finally {
                PowerCutFileSystem.breakDisk(false);
            }

            assertFalse(failure(sql.submit(new Append("refused", fryer))) instanceof CommitInDoubtException);
            assertEquals(1, fryer.head());
            assertTrue(sql.problem().orElseThrow().contains("could not be forced to disk"), sql.problem()::toString);
        }
        try (EventLog sql = inFile(folder)) {
            Feed fryer = sql.makeFeed(LogStoreFixture.FRYER);
            assertEquals(List.of(3L), sql.submit(new Append("c", fryer)).join());
            List<String> stored = sql.store().read(fryer, 0, 3, 10, LogStoreFixture.NO_BYTES_LIMIT).stream()
                    .map(LogStoreFixture::text)
                    .toList();
            assertEquals(List.of("1=a", "2=in doubt", "3=c"), stored);
        }
    }

    private static EventLog inFile(Path folder) {
        Database database = Database.h2FileThatReusesSpace(PowerCutFileSystem.SCHEME, folder, 3);
        SqlStore store = SqlStore.open(database, Durability.SYNC, new Random(1), false);
        return new EventLog(store, LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry());
    }

    private static Throwable failure(CompletableFuture<?> future) {
        return assertThrows(CompletionException.class, future::join).getCause();
    }

    private static long headIn(Path folder) {
        try (SqlStore store =
                SqlStore.open(Database.h2File(folder, CONNECTIONS), Durability.SYNC, new Random(2), false)) {
            return new LogStoreFixture(store).grill().head();
        }
    }

    private long changesLeftByAPowerCut(Durability durability, int changes) throws Exception {
        Path before = Files.createTempDirectory(temporary, "before");
        Path after = Files.createTempDirectory(temporary, "after");
        Database database = Database.h2FileThatReusesSpace(PowerCutFileSystem.SCHEME, before, CONNECTIONS);
        try (SqlStore store = SqlStore.open(database, durability, new Random(1), false)) {
            LogStoreFixture fixture = new LogStoreFixture(store);
            Feed grill = fixture.grill();
            for (int i = 0; i < changes; i++) {
                fixture.append("{\"order\":" + i + "}", grill);
            }
            PowerCutFileSystem.cutPower(before, after);
        }
        return headIn(after);
    }
}
