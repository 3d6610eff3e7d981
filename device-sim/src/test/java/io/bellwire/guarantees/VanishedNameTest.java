package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.fleet.ServerProcess;
import io.bellwire.fleet.ServerUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The server's name cannot be resolved: not at the device's start, and not again after a connection has ended. A hosts
 * file of its own stands for DNS.
 */
@Timeout(180)
class VanishedNameTest {
    private static final Duration LONGEST = Duration.ofSeconds(80);
    private static final String NAME = "kitchen.bellwire.test";

    @TempDir
    Path folder;

    private void nameIs(String line) throws IOException {
        Path next = Files.writeString(folder.resolve("hosts.new"), line + "\n");
        Files.move(next, folder.resolve("hosts"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private Process device(ServerUnderTest server, DeviceCredentials grill, String client) throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djdk.net.hosts.file=" + folder.resolve("hosts"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        NamedServerDevice.class.getName(),
                        "http://" + NAME + ":"
                                + server.address().endpoints().http().getPort(),
                        NAME,
                        String.valueOf(server.address().endpoints().mqtt().getPort()),
                        client,
                        grill.secret(),
                        folder.resolve("state.json").toString()))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("device.log").toFile())
                .start();
    }

    private long lines(String beginning) {
        try {
            return Files.readAllLines(folder.resolve("device.log")).stream()
                    .filter(line -> line.startsWith(beginning))
                    .count();
        } catch (IOException e) {
            return 0;
        }
    }

    private boolean hasApplied(String order) throws IOException {
        Path state = folder.resolve("state.json");
        return Files.exists(state)
                && new ObjectMapper().readTree(state.toFile()).toString().contains(order);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hivemq", "paho"})
    void deviceTriesAgainUntilTheNameIsThere(String client) throws Exception {
        nameIs("127.0.0.1 localhost");
        try (ServerProcess process = new ServerProcess(
                ServeCommand.in(folder.resolve("data")), folder.resolve("server.log"), ServerProcess.Extras.NONE)) {
            ServerUnderTest server = ServerUnderTest.owned(process, process.start());
            BlockingOperator operator = new BlockingOperator(
                    server.address().endpoints().http(),
                    Files.readString(server.address().tokenFile()).strip());
            DeviceCredentials grill = operator.register("grill");
            String first = operator.order(grill);
            Process device = device(server, grill, client);
            try {
                await().atMost(LONGEST).until(() -> lines("disconnected") >= 2);
                assertTrue(device.isAlive());

                nameIs("127.0.0.1 " + NAME);

                await().atMost(LONGEST).until(() -> hasApplied(first));
                nameIs("127.0.0.1 localhost");
                long failures = lines("disconnected");
                server.killAndStart();
                await().atMost(LONGEST).until(() -> lines("disconnected") >= failures + 2);
                String second = operator.order(grill);
                nameIs("127.0.0.1 " + NAME);
                await().atMost(LONGEST).until(() -> hasApplied(second));
                assertTrue(device.isAlive());
            } finally {
                device.destroyForcibly().waitFor();
            }
        }
    }
}
