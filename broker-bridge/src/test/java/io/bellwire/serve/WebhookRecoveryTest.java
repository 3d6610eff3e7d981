package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.delivery.DeliveryOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A partner of a whole server finds out what became of its calls, and has itself called again. */
@Timeout(120)
class WebhookRecoveryTest {
    private static final WebhookOptions LOOPBACK = new WebhookOptions(
            WebhookSink.REACHABLE,
            DeliveryOptions.DEFAULT.withRetries(Collections.nCopies(20, Duration.ofMillis(200)), 5));

    @TempDir
    Path folder;

    private Bellwire bellwire;
    private WebhookSink sink;
    private WebhookPartner bakery;

    @BeforeEach
    void start() throws Exception {
        bellwire = Bellwire.start(BellwireOptions.inFolder(folder).withWebhooks(LOOPBACK));
        sink = new WebhookSink();
        bakery = new WebhookPartner(bellwire, "bakery");
        bakery.set("main", sink.url(), ",\"types\":[\"io.bellwire.order.*\"],\"payload\":\"full\"");
        await().until(() -> !bakery.endpoint("main").path("url").isNull());
    }

    @AfterEach
    void stop() {
        bellwire.close();
        sink.close();
    }

    private List<String> subjects() {
        return sink.calls().stream()
                .map(call -> call.json().path("subject").asText())
                .toList();
    }

    private String replayState() throws Exception {
        return bakery.call("GET", "/endpoints/main/replay", "").path("state").asText();
    }

    @Test
    void partnerThatLosesItsDataIsCalledAgainWithEverythingSinceATime() throws Exception {
        List<String> orders = new ArrayList<>(bakery.order(3));
        await().until(() -> sink.calls().size() == 3);
        List<String> ids =
                sink.calls().stream().map(call -> call.header("Webhook-id")).toList();
        assertNull(sink.calls().get(0).headers().get("Bellwire-replay"));
        await().until(() -> bakery.health("main").path("pending").asInt() == 0);

        // it loses all that it had, and is asked to be called again; a restart comes in between
        sink.calls().clear();
        String hourAgo = Instant.now().minus(Duration.ofHours(1)).toString();
        bakery.call("POST", "/endpoints/main/replay", "{\"from_time\":\"" + hourAgo + "\",\"rate_per_s\":1}");
        await().until(() -> !sink.calls().isEmpty());
        bellwire.close();
        bellwire = Bellwire.start(BellwireOptions.inFolder(folder).withWebhooks(LOOPBACK));
        bakery.movedTo(bellwire);

        await().until(() -> subjects().containsAll(orders));
        await().until(() -> replayState().equals("done"));
        assertEquals(
                ids,
                sink.calls().stream()
                        .map(call -> call.header("Webhook-id"))
                        .distinct()
                        .toList());
        sink.calls().forEach(call -> assertEquals("true", call.header("Bellwire-replay")));
        List<String> events = StreamSupport.stream(
                        bakery.call("GET", "/feed", "").spliterator(), false)
                .map(change -> change.path("type").asText().replace("io.bellwire.endpoint.", ""))
                .toList();
        assertTrue(events.containsAll(List.of("replay-started", "replay-ended")), events.toString());
    }

    @Test
    void partnerSeesItsFailuresAndHasOneSentAgain() throws Exception {
        sink.status = 500;
        bakery.order(1);
        await().until(() -> sink.calls().size() >= 2);
        sink.status = 204;
        await().until(() -> bakery.health("main").path("pending").asInt() == 0);

        JsonNode deliveries =
                bakery.call("GET", "/endpoints/main/deliveries", "").path("deliveries");
        assertEquals(204, deliveries.path(0).path("status").asInt());
        assertEquals(500, deliveries.path(1).path("status").asInt());
        assertEquals(
                "challenge", deliveries.path(deliveries.size() - 1).path("kind").asText());
        String id = deliveries.path(0).path("id").asText();
        sink.calls().clear();
        bakery.call("POST", "/endpoints/main/deliveries/" + id + "/again", "");
        await().until(() -> sink.calls().size() == 1);
        assertEquals(id, sink.calls().get(0).header("Webhook-id"));
    }

    @Test
    void testTellsAtOnceWhatTheEndpointAnswers() throws Exception {
        sink.status = 503;
        JsonNode tested = bakery.call("POST", "/endpoints/main/test", "");

        assertEquals(503, tested.path("status").asInt());
        assertEquals("failed", tested.path("result").asText());
        assertEquals(tested.path("id").asText(), sink.calls().get(0).header("Webhook-id"));
        assertEquals("test", sink.calls().get(0).header("Bellwire-payload"));
    }
}
