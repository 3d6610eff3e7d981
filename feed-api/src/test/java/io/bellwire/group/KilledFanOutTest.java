package io.bellwire.group;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.Database;
import io.bellwire.log.Durability;
import io.bellwire.log.SqlStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that are killed while events are on their way to members of groups. */
class KilledFanOutTest {
    private static final int ROUNDS = 8;
    private static final long SEED = 20_261_121;
    private static final int ACKNOWLEDGED_MAX = 60;

    @TempDir
    Path folder;

    @Test
    void membersHaveEachEventOnceAndInOrderWhereverTheProcessIsKilled() throws Exception {
        Random random = new Random(SEED);
        Process next = start(0);
        int unfinished = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Process process = next;
            if (round + 1 < ROUNDS) {
                next = start(round + 1); // costs a second to come up, so it does that meanwhile
            }
            tellAndKill(process, 1 + random.nextInt(ACKNOWLEDGED_MAX), "seed " + SEED + ", round " + round);
            try (SqlStore store = open()) {
                unfinished += store.deviceGroups().fanOuts(0, 100).isEmpty() ? 0 : 1;
            }
        }
        assertTrue(unfinished > ROUNDS / 2, "events must have been on their way when it was killed");

        try (GroupsInMemory server = new GroupsInMemory(open(), TellingProcess.LIMITS)) {
            server.fanOuts.start();
            await().atMost(Duration.ofMinutes(2)).until(server::isIdle);

            ToldMembers told = new ToldMembers(server.log.store(), List.of(TellingProcess.LARGE, TellingProcess.SMALL));
            told.requireTold(TellingProcess.DEVICES, "seed " + SEED);
            assertTrue(told.events() > ROUNDS, "so many events: " + told.events());
        }
    }

    private SqlStore open() {
        return SqlStore.open(Database.h2File(folder, 8, 16 << 20), Durability.PROCESS, new Random(7), false);
    }

    /** A process that opens the log when it is told to. */
    private Process start(int round) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TellingProcess.class.getName(),
                        folder.toString(),
                        "round-" + round)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void tellAndKill(Process process, int killAfter, String where) throws Exception {
        process.outputWriter().append('\n').flush();
        int lines = 0;
        try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
            while (lines < killAfter && out.readLine() != null) {
                lines++;
            }
        } finally {
            process.destroyForcibly();
        }
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), where);
        assertTrue(lines == killAfter, where + ": it ended by itself after " + lines);
    }
}
