package io.bellwire.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.LogCheck;
import io.bellwire.segment.SegmentStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that are killed in the middle of writing. */
class KilledProcessTest {
    private static final int ROUNDS = 20;
    private static final long SEED = 20_261_120;
    private static final int ACKNOWLEDGED_MAX = 1_200;

    @TempDir
    Path folder;

    /** What a process has reported as durable: ids by feed and revision. */
    private final Map<FeedId, Map<Long, String>> acknowledged = new HashMap<>();

    @Test
    void guarantee1NothingAcknowledgedIsLostWhenTheProcessIsKilled() throws Exception {
        Random random = new Random(SEED);
        for (int round = 0; round < ROUNDS; round++) {
            int killAfter = 1 + random.nextInt(ACKNOWLEDGED_MAX);
            String where =
                    "seed " + SEED + ", round " + round + ", " + durability(round) + ", killed after " + killAfter;

            appendAndKill(start(round), killAfter, where);

            requireAllAcknowledged(round, where);
        }
        LogCheck.Report report = LogCheck.run(new DiskFolder(folder), line -> {});
        assertEquals(List.of(), report.problems());
        assertTrue(report.segments() > ROUNDS, "so many segments: " + report.segments());
    }

    private static Durability durability(int round) {
        return round % 2 == 0 ? Durability.SYNC : Durability.PROCESS;
    }

    private Process start(int round) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AppendingProcess.class.getName(),
                        folder.toString(),
                        durability(round).name(),
                        "round-" + round)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void appendAndKill(Process process, int killAfter, String where) throws IOException, InterruptedException {
        int lines = 0;
        try (BufferedReader out = process.inputReader(StandardCharsets.US_ASCII)) {
            StringBuilder line = new StringBuilder();
            for (int c = out.read(); c >= 0; c = out.read()) {
                if (c != '\n') {
                    line.append((char) c);
                    continue;
                }
                String[] parts = line.toString().split(" ", 3);
                acknowledged
                        .computeIfAbsent(new FeedId(parts[0]), feed -> new HashMap<>())
                        .put(Long.parseLong(parts[1]), parts[2]);
                line.setLength(0);
                if (++lines == killAfter) {
                    process.toHandle().destroyForcibly(); // what it has printed by then is still read to its end
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertTrue(process.waitFor(20, TimeUnit.SECONDS), where);
        assertTrue(lines >= killAfter, where + ": it ended by itself after " + lines);
    }

    private void requireAllAcknowledged(int round, String where) {
        try (SegmentStore store = AppendingProcess.open(folder, Durability.SYNC, new Random(SEED + round))) {
            for (FeedId id : List.of(LogStoreFixture.GRILL, LogStoreFixture.FRYER, FeedId.ORDERS)) {
                Feed feed = store.feeds(List.of(id)).get(0);
                Map<Long, String> found = new HashMap<>();
                Set<String> ids = new HashSet<>();
                for (Change change : store.read(
                        feed, Revision.NONE, feed.head(), Integer.MAX_VALUE, LogStoreFixture.NO_BYTES_LIMIT)) {
                    String data = LogStoreFixture.data(change.event());
                    assertEquals(new Revision(found.size() + 1), change.revision(), where + ": a gap in " + id);
                    assertTrue(ids.add(data), where + ": " + data + " is twice in " + id);
                    found.put(change.revision().value(), data);
                }
                assertEquals(feed.head(), new Revision(found.size()), where);
                acknowledged
                        .getOrDefault(id, Map.of())
                        .forEach((revision, data) ->
                                assertEquals(data, found.get(revision), where + ": " + id + " " + revision));
            }
        }
    }
}
