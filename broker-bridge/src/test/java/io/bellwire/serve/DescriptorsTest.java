package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that may open only a few files and sockets. */
class DescriptorsTest {
    private static final int DESCRIPTORS = 500;

    @TempDir
    Path folder;

    private Process start(Class<?> main, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "sh",
                "-c",
                "ulimit -n " + DESCRIPTORS + "; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                "--http-port=0",
                "--mqtt-port=0",
                "--data-dir=" + folder.resolve("data")));
        command.addAll(List.of(args));
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("log").toFile())
                .start();
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    @Test
    void limitsAreLoweredToWhatTheProcessMayOpen() throws Exception {
        Process process = start(Serve.class);
        try (ChildServer server = ChildServer.readyIn(process)) {
            assertEquals(
                    1,
                    log().lines()
                            .filter(line -> line.contains("--mqtt-connections-max is 180"))
                            .count(),
                    log());
            String metrics = server.operator().metrics();
            assertTrue(metrics.contains("process_files_max_files " + DESCRIPTORS), metrics);
            assertTrue(metrics.contains("process_files_open_files "), metrics);
        }
    }

    @Test
    void limitsThatWereSetAndDoNotFitAreOneLine() throws Exception {
        Process process = start(Serve.class, "--http-connections-max=400", "--mqtt-connections-max=400");
        assertEquals(2, ChildServer.exitCode(process));
        assertEquals(1, log().lines().count(), log());
        assertTrue(log().contains("--http-connections-max 400"), log());
    }

    @Test
    void guarantee6ServerWithoutDescriptorsServesItsConnectionsAndHealsByItself() throws Exception {
        Process process = start(HungryServer.class);
        try (ChildServer server = ChildServer.readyIn(process)) {
            TestOperator kept = server.operator();
            kept.register("grill");
            // classes in folders, as here, need descriptors when they are loaded; a jar is open already
            kept.order("grill");
            assertEquals(200, kept.status("/readyz"));
            try (Socket http = request(server.http);
                    Socket mqtt = ping(server.mqtt)) {
                assertServed(http, mqtt);
            }
            steer(process, 't');
            await().until(() -> log().contains("taken"));
            try (Socket http = request(server.http);
                    Socket mqtt = ping(server.mqtt)) {
                // each accept loop has failed, and has paused before it tries again
                await().until(() -> failures() >= 4);
                kept.order("grill");
                assertEquals(200, kept.status("/healthz"));
                double begun = System.nanoTime() / 1e9;
                int before = failures();
                await().until(() -> failures() > before + 2);
                double perSecond = (failures() - before) / (System.nanoTime() / 1e9 - begun);
                assertTrue(perSecond < 50, perSecond + " failures a second: a loop spins");

                steer(process, 'g');

                assertServed(http, mqtt);
            }
            assertEquals(200, server.operator().status("/readyz"));
        }
    }

    private int failures() throws IOException {
        return (int) log().lines()
                .filter(line -> line.contains("Too many open files") && !line.startsWith("\tat "))
                .count();
    }

    private static Socket connected(URI address) throws IOException {
        Socket socket = new Socket(address.getHost(), address.getPort());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static Socket request(URI http) throws IOException {
        Socket socket = connected(http);
        socket.getOutputStream()
                .write("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Sends what must follow a CONNECT, which is answered by closing. */
    private static Socket ping(URI mqtt) throws IOException {
        Socket socket = connected(mqtt);
        socket.getOutputStream().write(new byte[] {(byte) 0xC0, 0});
        return socket;
    }

    private static void assertServed(Socket http, Socket mqtt) throws IOException {
        String answer = new String(http.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        try {
            assertEquals(-1, mqtt.getInputStream().read());
        } catch (SocketException reset) {
            assertTrue(mqtt.isConnected(), "closed as well");
        }
    }

    private static void steer(Process process, char command) throws IOException {
        process.getOutputStream().write(command);
        process.getOutputStream().flush();
    }

    /** A server that takes all descriptors that are left, and gives them back, as its standard input says. */
    static final class HungryServer {
        private HungryServer() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            Thread server = new Thread(() -> Serve.main(args));
            server.start();
            List<InputStream> taken = new ArrayList<>();
            boolean isHungry = false;
            while (true) {
                if (System.in.available() > 0) {
                    isHungry = System.in.read() == 't';
                }
                if (isHungry) {
                    boolean isFirst = taken.isEmpty();
                    take(taken);
                    if (isFirst) {
                        System.err.println("taken");
                    }
                } else {
                    for (InputStream file : taken) {
                        file.close();
                    }
                    taken.clear();
                }
                Thread.sleep(5); // what others close in between is taken in the next turn
            }
        }

        private static void take(List<InputStream> taken) {
            try {
                while (true) {
                    taken.add(new FileInputStream("/dev/null"));
                }
            } catch (IOException none) {
                // all are taken
            }
        }
    }
}
