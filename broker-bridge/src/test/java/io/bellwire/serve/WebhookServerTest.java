package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.standardwebhooks.Webhook;
import io.bellwire.delivery.DeliveryOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole server calls the endpoint of a partner on the loopback interface, which is allowed for the test. */
@Timeout(120)
class WebhookServerTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
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
        bellwire = start(LOOPBACK);
        sink = new WebhookSink();
        bakery = new WebhookPartner(bellwire, "bakery");
    }

    private Bellwire start(WebhookOptions webhooks) {
        return Bellwire.start(BellwireOptions.inFolder(folder).withWebhooks(webhooks));
    }

    @AfterEach
    void stop() {
        bellwire.close();
        sink.close();
    }

    /** Sets the endpoint, waits until its URL is in use, and returns its secret. */
    private String set(String settings) throws Exception {
        HttpResponse<String> made = bakery.set("main", sink.url(), ",\"types\":[\"io.bellwire.order.*\"]" + settings);
        assertEquals(201, made.statusCode(), made.body());
        await().until(() -> !bakery.endpoint("main").path("url").isNull());
        return MAPPER.readTree(made.body()).path("secret").asText();
    }

    private List<String> subjects() {
        return sink.calls().stream()
                .map(call -> call.json().path("subject").asText())
                .toList();
    }

    private static void verify(String secret, WebhookSink.Call call) {
        assertDoesNotThrow(
                () -> new Webhook(secret).verify(call.body(), HttpHeaders.of(call.headers(), (name, value) -> true)));
    }

    @Test
    void ordersReachTheEndpointInOrderAndSignedAcrossARestart() throws Exception {
        String secret = set(",\"payload\":\"full\",\"headers\":{\"X-Key\":\"confidential-7\"}");
        List<String> orders = new ArrayList<>(bakery.order(20));
        await().until(() -> sink.calls().size() == 20);
        await().until(() -> bakery.health("main").path("pending").asInt() == 0);

        bellwire.close();
        bellwire = start(LOOPBACK);
        bakery.movedTo(bellwire);
        orders.addAll(bakery.order(20));

        await().until(() -> sink.calls().size() >= 40);
        assertEquals(orders, subjects(), "a clean stop saves the position, so nothing is repeated");
        for (WebhookSink.Call call : sink.calls()) {
            verify(secret, call);
            assertEquals("confidential-7", call.header("X-key"));
            assertEquals("application/cloudevents+json", call.header("Content-type"));
            assertEquals("full", call.header("Bellwire-payload"));
        }
        assertEquals(
                40,
                sink.calls().stream()
                        .map(call -> call.header("Webhook-id"))
                        .distinct()
                        .count());
    }

    @Test
    void failedCallsAreRepeatedWithTheSameIdAndLaterOnesWait() throws Exception {
        set(",\"payload\":\"event\"");
        sink.status = 500;
        List<String> orders = bakery.order(2);
        await().until(() -> sink.calls().size() >= 3);
        assertEquals(
                "500", bakery.health("main").path("last_error").path("what").asText());

        sink.status = 204;

        await().until(() -> subjects().contains(orders.get(1)));
        List<String> subjects = subjects();
        assertEquals(subjects.size() - 1, subjects.indexOf(orders.get(1)), "after all calls of the first order");
        assertEquals(
                1,
                sink.calls().subList(0, subjects.size() - 1).stream()
                        .map(call -> call.header("Webhook-id"))
                        .distinct()
                        .count());
        assertTrue(sink.calls().get(0).json().path("data").isMissingNode());
    }

    @Test
    void secretBeforeARotationSignsTooUntilItsEnd() throws Exception {
        String old = set(",\"payload\":\"full\",\"signatures\":[\"v1\",\"v1a\"]");
        String present = bakery.rotate("main").path("secret").asText();
        bakery.order(1);
        await().until(() -> sink.calls().size() == 1);

        assertNotEquals(old, present);
        verify(old, sink.calls().get(0));
        verify(present, sink.calls().get(0));
        assertEquals(4, sink.calls().get(0).header("Webhook-signature").split(" ", -1).length);
    }

    @Test
    void goneEndpointIsDisabledAndGoesOnWhereItWas() throws Exception {
        set(",\"payload\":\"full\"");
        sink.status = 410;
        List<String> orders = bakery.order(3);
        await().until(() ->
                bakery.endpoint("main").path("disabled_reason").asText().equals("gone"));
        assertEquals(List.of(orders.get(0)), subjects());

        sink.status = 200;
        bakery.call("PATCH", "/endpoints/main", "{\"enabled\":true}");

        await().until(() -> sink.calls().size() == 4);
        assertEquals(List.of(orders.get(0), orders.get(0), orders.get(1), orders.get(2)), subjects());
    }

    @Test
    void signalSaysHowMuchIsPendingAndCarriesNoData() throws Exception {
        set("");
        bakery.order(1);
        await().until(() -> !sink.calls().isEmpty());

        WebhookSink.Call call = sink.calls().get(0);
        assertEquals("io.bellwire.feed.signal", call.json().path("type").asText());
        assertTrue(call.json().path("data").path("pending").asInt() >= 1);
        assertTrue(call.header("Webhook-id").endsWith("-signal"));
    }

    @Test
    void newUrlThatDoesNotAnswerItsChallengeIsNotCalled() throws Exception {
        try (WebhookSink thief = new WebhookSink()) {
            thief.answersChallenges = false;
            set(",\"payload\":\"full\"");
            bakery.set("main", thief.url(), ",\"payload\":\"full\"");
            List<String> orders = bakery.order(2);

            await().until(() -> subjects().containsAll(orders));
            assertEquals(List.of(), thief.calls());
            assertEquals(
                    sink.url().toString(), bakery.endpoint("main").path("url").asText());
        }
    }

    @Test
    void serverNeverCallsItselfAndNothingThatIsNotAllowed() throws Exception {
        URI own = bellwire.http().resolve("/healthz");
        assertEquals(201, bakery.set("main", own, "").statusCode());
        await().until(() -> bellwireCalls("forbidden-address") > 0);
        assertTrue(bakery.endpoint("main").path("url").isNull());

        bellwire.close();
        bellwire = start(WebhookOptions.DEFAULT);
        bakery.movedTo(bellwire);
        for (String url : List.of(
                "http://partner.example/",
                "https://127.0.0.1/",
                "https://169.254.169.254/latest/meta-data/",
                "https://user:password@partner.example/")) {
            HttpResponse<String> refused = bakery.set("other", URI.create(url), "");
            assertEquals(400, refused.statusCode(), url);
            assertTrue(refused.body().contains("url: the URL"), refused.body());
        }
    }

    private double bellwireCalls(String result) throws Exception {
        String metrics = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(bellwire.http().resolve("/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        try (Stream<String> lines = metrics.lines()) {
            return lines.filter(line -> line.startsWith("bellwire_outbound_calls_seconds_count"))
                    .filter(line -> line.contains(result.replace('-', '_')) || line.contains(result))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }
}
