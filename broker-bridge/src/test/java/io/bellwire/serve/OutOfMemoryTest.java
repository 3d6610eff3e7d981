package io.bellwire.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client fills the memory of a server whose limits are switched off: the process ends by itself, says so, and starts
 * again with all that it has acknowledged.
 */
class OutOfMemoryTest {
    /** As {@code scripts/serve} has them, with a small heap. */
    private static final List<String> JVM_FLAGS =
            List.of("-Xmx40m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr");

    private static final String[] UNLIMITED = {
        "--http-unread-per-caller-max=2000000000",
        "--http-unread-max=2000000000",
        "--http-unread-after=10m",
        "--recent-bytes-max=1048576",
        "--order-search=off"
    };
    private static final int ORDERS = 12;
    private static final int READERS = 200;

    @TempDir
    Path folder;

    @Test
    void scriptHasTheFlagsThatThisTestReliesOn() throws IOException {
        String script = Files.readString(Path.of("..", "scripts", "serve"));
        for (String flag : JVM_FLAGS.subList(2, JVM_FLAGS.size())) {
            assertTrue(script.contains(flag), flag);
        }
    }

    @Test
    void serverThatAClientHasFilledEndsWithOneLineAndStartsAgainWithoutLoss() throws Exception {
        String secret;
        try (ChildServer server = ChildServer.ready(JVM_FLAGS, folder, UNLIMITED)) {
            secret = server.operator().register("grill");
            for (int i = 0; i < ORDERS; i++) {
                server.operator().largeOrder("grill", 60_000);
            }
            List<Socket> unread = new ArrayList<>();
            for (int i = 0; i < READERS && server.process.isAlive(); i++) {
                unread.add(unread(server.http, secret));
            }
            String log = new String(server.process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(3, ChildServer.exitCode(server.process), log);
            List<String> lines = Arrays.asList(log.split("\n"));
            assertEquals("Terminating due to java.lang.OutOfMemoryError: Java heap space", lines.get(lines.size() - 1));
            for (Socket socket : unread) {
                socket.close();
            }
        }
        try (Bellwire again = Bellwire.start(BellwireOptions.inFolder(folder))) {
            assertEquals(
                    ORDERS, new TestOperator(again).feed("grill", secret, "").size());
        }
    }

    /** Asks for all changes, and reads nothing of the answer. */
    private static Socket unread(URI http, String secret) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(4 << 10);
        try {
            socket.connect(new InetSocketAddress(http.getHost(), http.getPort()));
            socket.getOutputStream()
                    .write(("GET /v1/devices/grill/feed?limit=1000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                    + secret + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        } catch (IOException ended) {
            return socket; // the server has ended
        }
        return socket;
    }
}
