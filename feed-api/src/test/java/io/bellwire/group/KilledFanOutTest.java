package io.bellwire.group;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.EventNumber;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.LogCheck;
import io.bellwire.segment.SegmentStore;
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

/** Real processes are killed while events are on their way to members of groups. */
class KilledFanOutTest {
    private static final int ROUNDS = 8;
    private static final long SEED = 20_261_121;
    private static final int ACKNOWLEDGED_MAX = 60;

    @TempDir
    Path folder;

    @Test
    void membersHaveEachEventOnceAndInOrderWhereverTheProcessIsKilled() throws Exception {
        Random random = new Random(SEED);
        int unfinished = 0;
        for (int round = 0; round < ROUNDS; round++) {
            readLinesAndKill(start(round), 1 + random.nextInt(ACKNOWLEDGED_MAX), "seed " + SEED + ", round " + round);
            try (SegmentStore store = open(round)) {
                unfinished +=
                        store.deviceGroups().fanOuts(EventNumber.NONE, 100).isEmpty() ? 0 : 1;
            }
        }
        assertTrue(unfinished > ROUNDS / 2, "events must have been on their way when it was killed");

        try (GroupsInMemory server = new GroupsInMemory(open(ROUNDS), GroupEventProcess.LIMITS)) {
            server.fanOuts.start();
            await().atMost(Duration.ofMinutes(2)).until(server::isIdle);

            ExpectedDeliveries expected =
                    new ExpectedDeliveries(server.store, List.of(GroupEventProcess.LARGE, GroupEventProcess.SMALL));
            expected.requireDelivered(GroupEventProcess.DEVICES, "seed " + SEED);
            assertTrue(expected.events() > ROUNDS, "so many events: " + expected.events());
        }
        LogCheck.Report report = LogCheck.run(new DiskFolder(folder), line -> {});
        assertEquals(List.of(), report.problems());
        assertTrue(report.segments() > ROUNDS, "so many segments: " + report.segments());
    }

    private SegmentStore open(int round) {
        return GroupEventProcess.open(folder, new Random(SEED + round));
    }

    private Process start(int round) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        GroupEventProcess.class.getName(),
                        folder.toString(),
                        "round-" + round)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void readLinesAndKill(Process process, int killAfter, String where) throws Exception {
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
