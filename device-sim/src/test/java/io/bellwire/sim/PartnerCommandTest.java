package io.bellwire.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.receiver.CallSigner;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sim partner} as a process: its ready line, its output, and that a kill loses nothing that it has answered. */
@Timeout(120)
class PartnerCommandTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private PartnerProcesses receivers;

    @BeforeEach
    void prepare() {
        receivers = new PartnerProcesses(folder);
    }

    @AfterEach
    void endAll() throws Exception {
        receivers.endAll();
    }

    private Process start() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
        return receivers.start("--secret-file", secret.toString());
    }

    private int post(URI url, int number) throws Exception {
        String id = "k3v9x2m4qd-" + number;
        String body = JSON.createObjectNode()
                .put("id", "k3v9x2m4qd." + number)
                .put("source", "/v1/partners/acme/feed")
                .put("type", "io.bellwire.order.created")
                .put("subject", "order-" + number)
                .toString();
        long now = Instant.now().getEpochSecond();
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("webhook-id", id)
                .header("webhook-timestamp", Long.toString(now))
                .header(
                        "webhook-signature",
                        new CallSigner(SECRET).sign(id, now, body.getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    @Test
    void killLosesNothingThatWasAnsweredAndNothingIsAppliedTwice() throws Exception {
        Process first = start();
        URI url = receivers.url();
        for (int i = 1; i <= 20; i++) {
            assertEquals(204, post(url, i));
        }
        first.destroyForcibly().waitFor();

        Process second = start();
        url = receivers.url();
        for (int i = 11; i <= 30; i++) {
            assertEquals(204, post(url, i));
        }
        second.destroy();
        second.waitFor();

        List<JsonNode> lines = receivers.lines();
        JsonNode totals = lines.get(lines.size() - 1);
        assertEquals(10, totals.path("calls").path("repeated").asInt(), totals::toString);
        assertEquals(10, totals.path("changes").path("applied").asInt(), totals::toString);
        assertEquals(
                IntStream.rangeClosed(21, 30).mapToObj(i -> "order-" + i).toList(),
                lines.subList(1, lines.size() - 1).stream()
                        .map(line -> line.path("subject").asText())
                        .toList());
        TreeSet<String> kept = new TreeSet<>();
        for (String line : Files.readAllLines(receivers.state())) {
            assertTrue(kept.add(JSON.readTree(line).path("call").asText()), line);
        }
        assertEquals(30, kept.size());
        assertEquals("", receivers.errors());
    }
}
