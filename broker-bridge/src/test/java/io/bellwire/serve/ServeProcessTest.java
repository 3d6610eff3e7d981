package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.runtime.OutOfMemory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The program from outside: arguments, two streams, an exit code. */
class ServeProcessTest {
    @TempDir
    Path folder;

    @Test
    void readyServerPrintsOneLineAndSigtermStopsItGracefully() throws Exception {
        String secret;
        try (ChildServer server = ChildServer.ready(folder.resolve("data"))) {
            secret = server.operator().register("grill");
            server.operator().order("grill");
            assertEquals(128 + 15, server.terminate());
            assertEquals(null, server.out.readLine(), "nothing else goes to standard output");
        }
        // everything acknowledged is in the log
        try (Bellwire again = Bellwire.start(BellwireOptions.inFolder(folder.resolve("data")))) {
            assertEquals(1, new TestOperator(again).feed("grill", secret, "").size());
        }
    }

    @Test
    void sighupReloadsTheRoutesWithoutDroppingSessions() throws Exception {
        Path routes = Files.writeString(folder.resolve("routes.yaml"), "routes: []\n");
        try (ChildServer server =
                ChildServer.ready(folder.resolve("data"), "--routes=" + routes, "--ring-again-first=50ms")) {
            TestOperator operator = server.operator();
            String secret = operator.register("grill");
            try (SignalledDevice grill = new SignalledDevice(server.mqtt, "grill", secret)) {
                Files.writeString(routes, "routes: [{name: all, ring: {tier: full}}]\n");
                sendSighup(server.process);
                await().until(() -> operator.metrics().contains("bellwire_routes_reloads_total{result=\"loaded\"} 1"));
                operator.order("grill");
                await().until(() -> grill.tiers().contains("full"));

                Files.writeString(routes, "routes: [{name: all, ring: {tier: fast}}]\n");
                sendSighup(server.process);
                await().until(() -> operator.metrics().contains("bellwire_routes_reloads_total{result=\"refused\"} 1"));
                operator.order("grill");
                await().until(() ->
                        grill.tiers().stream().filter("full"::equals).count() == 2);
                assertTrue(grill.isConnected());
            }
            int unused = server.terminate();
            String log = new String(server.process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(log.contains(routes + ", line 1, column 35: tier must be signal, event or full"), log);
        }
    }

    @Test
    void wrongRoutesAreOneLine() throws Exception {
        Path routes = Files.writeString(folder.resolve("routes.yaml"), "routes:\n- nam: x\n");
        assertRefused(
                "bellwire: routes: " + routes + ", line 2, column 3: unknown key nam in a route",
                "--http-port=0",
                "--mqtt-port=0",
                "--data-dir=" + folder.resolve("data"),
                "--routes=" + routes);
    }

    @Test
    void helpGoesToStandardOutputWithExitCodeZero() throws Exception {
        Process process = ChildServer.run("--help");
        assertTrue(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("--http-port"));
        assertEquals(0, ChildServer.exitCode(process));
    }

    @Test
    void brokenOptionIsOneLine() throws Exception {
        assertRefused("bellwire: Invalid value for option '--http-port': 'x' is not an int", "--http-port=x");
    }

    @Test
    void unknownKeyOfTheFileIsOneLine() throws Exception {
        Path file = Files.writeString(folder.resolve("bellwire.properties"), "colour=red\n");
        assertRefused("bellwire: unknown option in " + file + ": colour", "--config=" + file);
    }

    @Test
    void dataFolderInUseIsOneLine() throws Exception {
        try (Bellwire user = Bellwire.start(BellwireOptions.inFolder(folder))) {
            assertEquals(200, new TestOperator(user).status("/readyz"));
            assertRefused(
                    "bellwire: data folder " + folder + " is in use by another server",
                    "--http-port=0",
                    "--mqtt-port=0",
                    "--data-dir=" + folder);
        }
    }

    @Test
    void takenPortIsOneLine() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            String data = "--data-dir=" + folder.resolve("data");
            assertRefused("127.0.0.1:" + port, "--http-port=0", "--mqtt-port=" + port, data);
            assertRefused("127.0.0.1:" + port, "--http-port=" + port, "--mqtt-port=0", data);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void serverWithoutMemoryEndsWithOneLine(boolean isLogged) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-DisLogged=" + isLogged,
                        "-cp",
                        System.getProperty("java.class.path"),
                        StarvedServer.class.getName(),
                        "--http-port=0",
                        "--mqtt-port=0",
                        "--data-dir=" + folder)
                .start();
        String log = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(3, ChildServer.exitCode(process));
        assertTrue(log.endsWith("bellwire: out of memory (no direct memory is left): the server ends\n"), log);
    }

    /**
     * A server in which one thread reports, or a library logs, an OutOfMemoryError that the JVM itself does not see.
     */
    static final class StarvedServer {
        private StarvedServer() {}

        public static void main(String[] args) throws InterruptedException {
            Thread server = new Thread(() -> Serve.main(args));
            server.start();
            Thread starved = new Thread(() -> {
                while (Thread.getDefaultUncaughtExceptionHandler() == null) {
                    Thread.onSpinWait();
                }
                OutOfMemoryError error = new OutOfMemoryError("no direct memory is left");
                if (Boolean.getBoolean("isLogged")) {
                    LoggerFactory.getLogger("io.netty").debug("a task has failed", new IllegalStateException(error));
                } else {
                    OutOfMemory.report(error);
                }
            });
            starved.start();
            server.join();
        }
    }

    private static void assertRefused(String message, String... args) throws Exception {
        Process process = ChildServer.run(args);
        String line = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(2, ChildServer.exitCode(process));
        assertTrue(line.contains(message), line);
        assertEquals(1, line.lines().count(), line);
        assertEquals(0, process.getInputStream().readAllBytes().length);
    }

    private static void sendSighup(Process process) throws Exception {
        assertEquals(
                0, ChildServer.exitCode(new ProcessBuilder("kill", "-HUP", String.valueOf(process.pid())).start()));
    }
}
