package io.bellwire.receiver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Calls as Bellwire makes them, at one moment. */
final class CallFixture {
    static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");
    static final String SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=";
    static final String OTHER_SECRET = "whsec_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    static final String FEED = "/v1/partners/acme/feed";

    private CallFixture() {}

    static String cursor(long revision) {
        return "k3v9x2m4qd." + revision + ".0k3f9x2";
    }

    /** The creation of {@code order-REVISION}. */
    static ObjectNode change(long revision) {
        ObjectNode change = thin(revision);
        change.put("datacontenttype", "application/json");
        change.putObject("data")
                .put("id", "order-" + revision)
                .put("version", 1)
                .put("status", "new");
        return change;
    }

    /** The same without data. */
    static ObjectNode thin(long revision) {
        ObjectNode change = event("io.bellwire.order.created", cursor(revision));
        change.put("source", FEED).put("subject", "order-" + revision).put("revision", revision);
        return change;
    }

    static ObjectNode event(String type, String id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("specversion", "1.0")
                .put("id", id)
                .put("source", FEED)
                .put("type", type)
                .put("time", "2026-11-22T08:00:00.000Z");
    }

    static ObjectNode challenge(String value) {
        ObjectNode event = event("io.bellwire.endpoint.challenge", "challenge-1");
        event.putObject("data").put("challenge", value);
        return event;
    }

    static String batch(ObjectNode... changes) {
        return List.of(changes).stream().map(Object::toString).collect(Collectors.joining(",", "[", "]"));
    }

    /** The one call that carries this change. */
    static ReceivedRequest callOf(long revision) {
        return signed("k3v9x2m4qd-" + revision, change(revision).toString());
    }

    static ReceivedRequest signed(String id, String body) {
        return request(headers(SECRET, id, NOW, body), body);
    }

    static ReceivedRequest request(Map<String, String> headers, String body) {
        return new ReceivedRequest("POST", headers, body.getBytes(StandardCharsets.UTF_8));
    }

    static Map<String, String> headers(String secret, String id, Instant at, String body) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Webhook-Id", id);
        headers.put("Webhook-Timestamp", Long.toString(at.getEpochSecond()));
        headers.put(
                "Webhook-Signature",
                new CallSigner(secret).sign(id, at.getEpochSecond(), body.getBytes(StandardCharsets.UTF_8)));
        return headers;
    }
}
