package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.fleet.ServerAddress;
import io.bellwire.fleet.ServerProcess;
import io.bellwire.fleet.ServerUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the README's device in Python against a real server. Both are killed while orders are placed; at the end the device
 * has each order. Skipped where there is no python3 with paho-mqtt 2.
 */
@Timeout(120)
class PythonDeviceTest {
    private static final int LINES_MAX = 60;
    private static final int ORDERS = 60;

    @TempDir
    Path folder;

    private static String script() throws IOException {
        String readme = Files.readString(Path.of("..", "README.md"));
        int start = readme.indexOf("```python\n") + "```python\n".length();
        return readme.substring(start, readme.indexOf("```", start));
    }

    @Test
    void deviceOfTheReadmeIsShort() throws Exception {
        assertTrue(script().lines().count() <= LINES_MAX);
    }

    @Test
    void deviceOfTheReadmeMissesNothingThoughItAndTheServerAreKilled() throws Exception {
        assumeTrue(hasPaho(), "no python3 with paho-mqtt 2");
        try (ServerProcess process = new ServerProcess(
                ServeCommand.in(folder.resolve("data")), folder.resolve("server.log"), ServerProcess.Extras.NONE)) {
            ServerUnderTest server = ServerUnderTest.owned(process, process.start());
            BlockingOperator operator = new BlockingOperator(
                    server.address().endpoints().http(),
                    Files.readString(server.address().tokenFile()).strip());
            DeviceCredentials grill = operator.register("grill");
            Files.writeString(folder.resolve("secret"), grill.secret());
            Set<String> placed = new TreeSet<>();
            Process device = start(server.address());
            try {
                for (int i = 0; i < ORDERS; i++) {
                    placed.add(operator.order(grill));
                    if (i % 20 == 10) {
                        await().atMost(Duration.ofSeconds(60)).until(() -> !orders().isEmpty());
                        device.destroyForcibly().waitFor();
                        device = start(server.address());
                    } else if (i % 20 == 0) {
                        server.killAndStart();
                    }
                }
                await().atMost(Duration.ofSeconds(60)).until(() -> orders().equals(placed));
                await().atMost(Duration.ofSeconds(60)).until(() -> operator.pending(grill) == 0);
            } finally {
                device.destroyForcibly().waitFor();
            }
            assertEquals("", Files.readString(folder.resolve("device.log")));
        }
    }

    private static boolean hasPaho() throws InterruptedException {
        try {
            Process python = new ProcessBuilder(
                            "python3", "-c", "import paho.mqtt.client as m; m.CallbackAPIVersion.VERSION2")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return python.waitFor(30, TimeUnit.SECONDS) && python.exitValue() == 0;
        } catch (IOException noPython) {
            return false;
        }
    }

    private Process start(ServerAddress server) throws IOException {
        Path script = folder.resolve("device.py");
        Files.writeString(script, script());
        return new ProcessBuilder(List.of(
                        "python3",
                        script.toString(),
                        server.endpoints().http().toString(),
                        server.endpoints().mqtt().getHost(),
                        String.valueOf(server.endpoints().mqtt().getPort()),
                        "grill",
                        folder.resolve("secret").toString(),
                        folder.resolve("state.json").toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("device.log").toFile()))
                .start();
    }

    /** The ids of the orders that the device has saved. */
    private Set<String> orders() throws IOException {
        Path state = folder.resolve("state.json");
        Set<String> ids = new TreeSet<>();
        if (Files.exists(state)) {
            JsonNode orders = new ObjectMapper().readTree(state.toFile()).get("orders");
            orders.fieldNames().forEachRemaining(ids::add);
        }
        return ids;
    }
}
