package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.feedapi.LogMaintenance;
import io.bellwire.log.LogLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server on a disk of 24 MB that something else fills: once up to what the server keeps free, once completely. Needs
 * the right to mount a file system; {@code FullDiskRoomTest} and {@code SegmentCrashTest} do without.
 */
class DiskFullTest {
    private static final int KEPT_FREE_BYTES = 4 << 20;

    @TempDir
    Path folder;

    @BeforeEach
    void mountSmallDisk() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=24m", "none", folder.toString()) == 0, "no right to mount");
    }

    @AfterEach
    void unmount() throws Exception {
        int unused = run("umount", "-l", folder.toString());
    }

    private static int run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "mount takes too long");
        return process.exitValue();
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path filling() {
        return folder.resolve("something-else");
    }

    private Bellwire start() {
        return Bellwire.start(BellwireOptions.inMemory()
                .withFeed(FeedApiOptions.DEFAULT
                        .withDataFolder(data())
                        .withLimits(LogLimits.DEFAULT.withDiskFreeBytesMin(KEPT_FREE_BYTES))));
    }

    /** Writes until no more than {@code bytes} are free. */
    private void fillUpTo(long bytes) throws IOException {
        byte[] block = new byte[64 << 10];
        try (OutputStream out = Files.newOutputStream(filling())) {
            while (folder.toFile().getUsableSpace() > bytes) {
                out.write(block);
            }
        } catch (IOException e) {
            assertEquals(0, bytes, e::toString); // completely full
        }
    }

    @Test
    void writesAreRefusedAndReadsAndSignalsGoOnAndAllHealsWhenThereIsRoom() throws Exception {
        String secret;
        String cursor;
        try (Bellwire bellwire = start()) {
            TestOperator operator = new TestOperator(bellwire);
            secret = operator.register("grill");
            operator.order("grill");
            operator.order("grill");
            for (long left : List.of(KEPT_FREE_BYTES - (64L << 10), 0L)) {
                int orders = operator.feed("grill", secret, "").size();
                fillUpTo(left);

                String refusal = operator.refusalOfOrder("grill");

                assertTrue(refusal.startsWith("503 ") && refusal.contains("the server's disk is full"), refusal);
                assertEquals(503, operator.status("/readyz"));
                assertTrue(
                        operator.body("/readyz").contains("is full: less than " + KEPT_FREE_BYTES), "readyz says so");
                assertTrue(free(operator) <= left, "the metric");
                assertEquals(orders, operator.feed("grill", secret, "").size(), "reads go on");
                try (SignalledDevice grill = new SignalledDevice(bellwire.mqtt(), "grill", secret)) {
                    await().until(() -> grill.revisions().contains((long) orders)); // signals too
                    Files.delete(filling());
                    await().until(() -> operator.status("/readyz") == 200);
                    operator.order("grill");
                    await().until(() -> grill.revisions().contains(orders + 1L));
                }
                assertEquals(orders + 1, operator.feed("grill", secret, "").size(), "nothing lost, nothing twice");
            }
            Awaitility.await().atMost(70, TimeUnit.SECONDS).until(() -> operator.body("/v1/orders/counts")
                    .contains("\"total\":4"));
            cursor = operator.cursor("grill", secret);
        }
        fillUpTo(0);
        try (Bellwire bellwire = start()) { // and a start on a full disk
            TestOperator operator = new TestOperator(bellwire);
            assertEquals(200, operator.feedStatus("grill", secret, cursor));
            assertTrue(operator.refusalOfOrder("grill").startsWith("503 "));
            Files.delete(filling());
            await().until(() -> operator.refusalOfOrder("grill").isEmpty());
        }
        assertEquals(List.of(), LogMaintenance.check(data(), line -> {}).problems());
    }

    private static long free(TestOperator operator) {
        return operator.metrics()
                .lines()
                .filter(line -> line.startsWith("disk_free_bytes{"))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }
}
