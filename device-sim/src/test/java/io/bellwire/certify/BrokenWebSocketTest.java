package io.bellwire.certify;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.net.Endpoints;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireExtension;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Shows that a server that breaks a rule over WebSocket fails the case, and for that reason. */
@ExtendWith(BellwireExtension.class)
class BrokenWebSocketTest {
    private static final long CASE_MILLIS_MAX = 9_000;

    @Test
    void serverWithoutWebSocketFails(Bellwire bellwire) throws Exception {
        URI http = URI.create(bellwire.http().toString().replace("http:", "ws:") + "/mqtt");

        assertFails(bellwire, http, "a WebSocket at");
    }

    @Test
    void serverWhoseSignalsSayNoRevisionFails(Bellwire bellwire) throws Exception {
        assertBrokenFails(bellwire, text -> text.replace("\"revision\":", "\"previous\":"), "revision at first 1");
    }

    @Test
    void serverThatNamesAnotherTopicFails(Bellwire bellwire) throws Exception {
        assertBrokenFails(bellwire, text -> text.replace("/signal", "/signol"), "topic");
    }

    @Test
    void serverThatBreaksNothingPasses(Bellwire bellwire) throws Exception {
        try (Relay relay = new Relay(bellwire.ws().orElseThrow(), text -> text)) {
            CaseOutcome outcome = certify(bellwire, relay.address());

            assertTrue(outcome.passed(), () -> Certificate.line(outcome));
        }
    }

    private static void assertBrokenFails(Bellwire bellwire, UnaryOperator<String> edit, String failure)
            throws Exception {
        try (Relay relay = new Relay(bellwire.ws().orElseThrow(), edit)) {
            assertFails(bellwire, relay.address(), failure);
        }
    }

    private static void assertFails(Bellwire bellwire, URI webSocket, String failure) throws Exception {
        CaseOutcome outcome = certify(bellwire, webSocket);

        assertFalse(outcome.passed(), "the case has passed");
        assertTrue(String.valueOf(outcome.failure()).contains(failure), outcome.toString());
    }

    private static CaseOutcome certify(Bellwire bellwire, URI webSocket) throws InterruptedException {
        try (Certifier certifier = new Certifier(
                new Endpoints(bellwire.http(), bellwire.mqtt()),
                Optional.of(webSocket),
                bellwire.operatorToken(),
                CASE_MILLIS_MAX,
                new SecureRandom(),
                System::nanoTime)) {
            return certifier
                    .run(List.of("websocket-same-rules"), outcome -> {})
                    .outcomes()
                    .get(0);
        }
    }

    /**
     * Passes bytes on in both directions, and edits those of the server as text, which is possible as a server does not
     * mask its frames.
     */
    private static final class Relay implements AutoCloseable {
        private final URI server;
        private final UnaryOperator<String> edit;
        private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final ExecutorService threads = Executors.newCachedThreadPool();

        private Relay(URI server, UnaryOperator<String> edit) throws IOException {
            this.server = server;
            this.edit = edit;
            threads.execute(this::accept);
        }

        private URI address() {
            return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/mqtt");
        }

        private void accept() {
            try {
                while (true) {
                    Socket device = listener.accept();
                    Socket upstream = new Socket(server.getHost(), server.getPort());
                    threads.execute(() -> pump(device, upstream, text -> text));
                    threads.execute(() -> pump(upstream, device, edit));
                }
            } catch (IOException closed) {
                threads.shutdownNow();
            }
        }

        private static void pump(Socket from, Socket to, UnaryOperator<String> edit) {
            byte[] buffer = new byte[16_384];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    String text = new String(buffer, 0, read, StandardCharsets.ISO_8859_1);
                    out.write(edit.apply(text).getBytes(StandardCharsets.ISO_8859_1));
                    out.flush();
                }
            } catch (IOException ended) {
                return;
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
            threads.shutdownNow();
        }
    }
}
