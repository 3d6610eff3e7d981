package io.bellwire.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.serve.Serve;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs each end-to-end benchmark with small sizes: each must end, with no order lost or applied twice. */
@Timeout(240)
class BenchTest {
    private static final BenchPlan SMALL = new BenchPlan(1, 20, 100, 0.5, 1, 0.3, 3, 40, 5, 40, 0.2, 0.2, 20);

    @TempDir
    Path folder;

    private EndToEnd endToEnd(Optional<Path> profiles) {
        Path javaHome = Path.of(System.getProperty("java.home"));
        List<String> serve = List.of(
                javaHome.resolve("bin").resolve("java").toString(),
                "-XX:TieredStopAtLevel=1", // the run is too short for the second compiler
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Serve.class.getName());
        return new EndToEnd(new BenchServers(serve, javaHome), SMALL, new ProgressLines(), profiles);
    }

    private EndToEnd endToEnd() {
        return endToEnd(Optional.empty());
    }

    private static void assertMeasured(List<Row> rows) {
        assertTrue(rows.stream().allMatch(row -> row.value() >= 0 && row.reference() >= 0), rows::toString);
    }

    @Test
    void steadyOrdersAreMeasuredAndProfiled() throws Exception {
        List<Row> rows = new SteadyBench(endToEnd(Optional.of(folder))).run();

        assertEquals(8, rows.size());
        assertMeasured(rows);
        assertTrue(Files.size(folder.resolve("steady.jfr")) > 0);
        assertTrue(Files.readString(folder.resolve("steady.svg")).endsWith("</svg>\n"));
    }

    @Test
    void highestRateIsFound() throws Exception {
        assertMeasured(new SaturateBench(endToEnd()).run());
    }

    @Test
    void devicesReturnToWhatTheyHaveMissed() throws Exception {
        assertMeasured(new StormBench(endToEnd()).run());
    }

    @Test
    void memoryOfIdleDevicesIsMeasured() throws Exception {
        assertEquals(1, new IdleBench(endToEnd()).run().size());
    }

    @Test
    void killedServerIsBackWithAllThatItAcknowledged() throws Exception {
        assertMeasured(new KillBench(endToEnd()).run());
    }

    @Test
    void coldServerIsMeasured() throws Exception {
        assertEquals(2, new StartBench(endToEnd()).run().size());
    }

    @Test
    void callsToEndpointsAreMeasuredAndNoneIsLost() throws Exception {
        assertEquals(6, new WebhookBench(endToEnd()).run().size());
    }
}
