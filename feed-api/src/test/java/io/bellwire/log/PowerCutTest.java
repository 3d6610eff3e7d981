package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerCutTest {
    private static final int CONNECTIONS = 3;
    private static final int CUTS = 5;

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
        try (SqlStore store = SqlStore.open(Database.h2File(after, CONNECTIONS), durability, new Random(2), false)) {
            return new LogStoreFixture(store).grill().head();
        }
    }
}
