package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Random;
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
