package io.bellwire.sim;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.admission.Network;
import io.bellwire.certify.AuthenticatorApp;
import io.bellwire.delivery.DeliveryOptions;
import io.bellwire.outbound.AddressRules;
import io.bellwire.outbound.OutboundOptions;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireOptions;
import io.bellwire.serve.WebhookOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code sim partner --replay} on a real server: it loses its state file, and has itself called again. */
@Timeout(120)
class PartnerReplayTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PARTNER = "/v1/partners/acme";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private PartnerProcesses receivers;
    private Bellwire bellwire;

    @BeforeEach
    void start() throws Exception {
        receivers = new PartnerProcesses(folder);
        OutboundOptions reachable = OutboundOptions.DEFAULT.toBuilder()
                .httpAllowed(true)
                .addresses(new AddressRules(List.of(Network.of("127.0.0.0/8"))))
                .build();
        bellwire = Bellwire.start(BellwireOptions.inMemory()
                .withWebhooks(new WebhookOptions(
                        reachable,
                        DeliveryOptions.DEFAULT.withRetries(Collections.nCopies(50, Duration.ofMillis(200)), 5))));
    }

    @AfterEach
    void endAll() throws Exception {
        receivers.endAll();
        bellwire.close();
    }

    private JsonNode call(String method, String path, String token, String code, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(bellwire.http().resolve(path))
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        if (!code.isEmpty()) {
            request.header("Bellwire-Code", code);
        }
        HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(2, answer.statusCode() / 100, answer::body);
        return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
    }

    /** Runs the receiver with an empty state, and returns its process. It need not know the key. */
    private Process receiver(String port) throws IOException {
        Files.deleteIfExists(receivers.state());
        return receivers.start(
                "--no-signature-check",
                "--port",
                port,
                "--partner",
                "acme",
                "--http",
                bellwire.http().toString(),
                "--token-file",
                folder.resolve("token").toString(),
                "--replay",
                "main",
                "--replay-rate",
                "50");
    }

    private List<String> orders() throws IOException {
        return receivers.lines().stream()
                .filter(line -> line.path("type").asText().equals("io.bellwire.order.created"))
                .map(line -> line.path("subject").asText())
                .toList();
    }

    @Test
    void receiverWithoutItsStateFileHasItselfCalledAgain() throws Exception {
        // given: a partner whose receiver has three orders
        String operator = bellwire.operatorToken();
        String secret = call("PUT", PARTNER, operator, "", "").path("secret").asText();
        Files.writeString(folder.resolve("token"), secret);
        Process first = receiver("0");
        URI url = receivers.url();
        AuthenticatorApp app = new AuthenticatorApp(
                call("POST", PARTNER + "/second-factor", secret, "", "")
                        .path("secret")
                        .asText(),
                Clock.systemUTC());
        call("POST", PARTNER + "/second-factor/confirm", secret, "", "{\"code\":\"" + app.nextCode() + "\"}");
        call(
                "PUT",
                PARTNER + "/endpoints/main",
                secret,
                app.nextCode(),
                "{\"payload\":\"full\",\"url\":\"" + url + "\"}");
        call("PUT", "/v1/devices/grill", operator, "", "");
        for (int i = 0; i < 3; i++) {
            call("POST", "/v1/orders", operator, "", "{\"device_id\":\"grill\",\"partner_id\":\"acme\"}");
        }
        await().until(() -> orders().size() == 3);
        List<String> before = orders();

        // when: it is killed, and its state is lost
        first.destroyForcibly().waitFor();
        Process second = receiver(Integer.toString(url.getPort()));

        // then: a replay brings all of it, and its feed is not read
        await().until(() -> orders().size() == 3);
        assertEquals(before, orders());
        List<String> replaysAfter = receivers.lines().stream()
                .filter(line -> line.path("type").asText().equals("replay"))
                .map(line -> line.path("after").asText())
                .toList();
        assertEquals(List.of(""), replaysAfter);
        second.destroy();
        second.waitFor();
        JsonNode totals = receivers.lines().get(receivers.lines().size() - 1);
        assertEquals(1, totals.path("replays").asInt(), totals::toString);
        assertEquals(0, totals.path("changes").path("read").asInt(), totals::toString);
        assertTrue(totals.path("changes").path("replayed").asInt() >= 3, totals::toString);
    }
}
