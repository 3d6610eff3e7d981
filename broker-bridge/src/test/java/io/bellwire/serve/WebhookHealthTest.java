package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import io.bellwire.delivery.DeliveryOptions;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A whole server finds out what the answers of a receiver do not say. */
@Timeout(120)
class WebhookHealthTest {
    private static final WebhookOptions QUICK = new WebhookOptions(
            WebhookSink.REACHABLE, DeliveryOptions.DEFAULT.withWatch(Duration.ofMillis(300), Duration.ofMillis(100)));

    private final Bellwire bellwire = Bellwire.start(BellwireOptions.inMemory().withWebhooks(QUICK));
    private final WebhookSink sink;
    private final WebhookPartner bakery;

    WebhookHealthTest() throws Exception {
        sink = new WebhookSink();
        bakery = new WebhookPartner(bellwire, "bakery");
    }

    private String secret = "";

    @BeforeEach
    void set() throws Exception {
        String settings = ",\"types\":[\"io.bellwire.order.*\"],\"payload\":\"event\"";
        secret = new ObjectMapper()
                .readTree(bakery.set("main", sink.url(), settings).body())
                .path("secret")
                .asText();
        await().until(() -> !bakery.endpoint("main").path("url").isNull());
    }

    @AfterEach
    void stop() {
        bellwire.close();
        sink.close();
    }

    /** The changes of the partner's feed with this type, which is an endpoint's event. */
    private List<JsonNode> events(String kind) throws Exception {
        return StreamSupport.stream(bakery.call("GET", "/feed", "").spliterator(), false)
                .filter(change -> change.path("type").asText().equals("io.bellwire.endpoint." + kind))
                .toList();
    }

    @Test
    void receiverThatLosesWhatItGetsIsSuspiciousUntilItsPartnerAcknowledges() throws Exception {
        bakery.order(2);
        await().until(() -> bakery.health("main").path("suspicious").asBoolean());
        await().until(() -> !events("suspicious").isEmpty());
        JsonNode data = events("suspicious").get(0).path("data");
        assertEquals("bakery", data.path("partner_id").asText());
        assertEquals(0, data.path("processed_revision").asInt());
        assertTrue(data.path("received_revision").asInt() > 0, data.toString());

        JsonNode feed = bakery.call("GET", "/feed", "");
        String head = feed.get(feed.size() - 1).path("id").asText();
        bakery.call("POST", "/acks", "{\"processed\":\"" + head + "\"}");

        await().until(() -> !bakery.health("main").path("suspicious").asBoolean());
        await().until(() -> !events("trusted").isEmpty());
    }

    @Test
    void receiverThatTakesEveryCallIsFoundOut() throws Exception {
        await().until(() -> {
            bakery.order(1);
            return bakery.health("main").path("signature_check").asText().equals("not-checked");
        });
        await().until(() -> !events("signature-not-checked").isEmpty());

        WebhookSink.Call probe = sink.calls().stream()
                .filter(call -> call.header("Bellwire-payload").equals("probe"))
                .findFirst()
                .orElseThrow();
        assertEquals("io.bellwire.endpoint.probe", probe.json().path("type").asText());
        assertTrue(
                probe.header("Webhook-signature").matches("v1,[A-Za-z0-9+/]{43}="), probe.header("Webhook-signature"));
        assertThrows(WebhookVerificationException.class, () -> new Webhook(secret)
                .verify(probe.body(), HttpHeaders.of(probe.headers(), (name, value) -> true)));
    }
}
