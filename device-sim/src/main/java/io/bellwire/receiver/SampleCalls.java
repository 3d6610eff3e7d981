package io.bellwire.receiver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** Makes the calls of one run, as Bellwire makes them; no two have the same id. Not thread-safe. */
final class SampleCalls {
    static final String FEED = "/v1/partners/certify/feed";
    private static final String ONE = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final int NAME_LENGTH = 10;

    private final CallSigner signer;
    private final RandomGenerator random;
    private final Clock clock;
    private final String epoch;
    private long revision;

    SampleCalls(CallSigner signer, RandomGenerator random, Clock clock) {
        this.signer = signer;
        this.random = random;
        this.clock = clock;
        this.epoch = name();
    }

    /** Random lower-case letters. */
    String name() {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < NAME_LENGTH; i++) {
            name.append((char) ('a' + random.nextInt(26)));
        }
        return name.toString();
    }

    /** The next change: an order is created. */
    ObjectNode change(String orderId) {
        ObjectNode change = thinChange(orderId);
        change.put("datacontenttype", "application/json");
        change.putObject("data")
                .put("id", orderId)
                .put("device_id", "certify")
                .put("status", "new")
                .put("version", 1);
        return change;
    }

    /** The same without data. */
    ObjectNode thinChange(String orderId) {
        revision++;
        return event("io.bellwire.order.created", epoch + "." + revision + "." + "0000000")
                .put("subject", orderId)
                .put("revision", revision);
    }

    ObjectNode event(String type, String id) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("specversion", "1.0")
                .put("id", id)
                .put("source", FEED)
                .put("type", type)
                .put("time", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** One change, with data. */
    SampleCall full(String orderId) {
        return full(change(orderId));
    }

    SampleCall full(ObjectNode change) {
        return signed(changeId(change), "full", ONE, change.toString());
    }

    SampleCall thin(ObjectNode change) {
        return signed(changeId(change), "event", ONE, change.toString());
    }

    /** A call whose timestamp is this long after now, and which is signed so. */
    SampleCall full(String orderId, Duration after) {
        ObjectNode change = change(orderId);
        return signed(
                changeId(change),
                "full",
                ONE,
                change.toString(),
                clock.instant().plus(after));
    }

    SampleCall batch(List<ObjectNode> changes) {
        long last = revision;
        long first = last - changes.size() + 1;
        String body = changes.stream().map(ObjectNode::toString).collect(Collectors.joining(",", "[", "]"));
        return signed(epoch + "-" + first + "-" + last, "full", BATCH, body);
    }

    SampleCall signal() {
        String cursor = epoch + "." + revision + ".0000000";
        ObjectNode event = event("io.bellwire.feed.signal", cursor);
        event.putObject("data").put("pending", 1).put("cursor", cursor);
        return signed(epoch + "-" + revision + "-signal", "signal", ONE, event.toString());
    }

    SampleCall challenge(String value) {
        String id = "challenge-" + name();
        ObjectNode event = event("io.bellwire.endpoint.challenge", id);
        event.putObject("data").put("challenge", value);
        return signed(id, "challenge", ONE, event.toString());
    }

    SampleCall test() {
        String id = "test-" + name();
        return signed(id, "test", ONE, event("io.bellwire.endpoint.test", id).toString());
    }

    /** A signature with another key. */
    String wrongSignature(SampleCall call) {
        return signer.another(random)
                .sign(
                        call.header(SampleCall.ID),
                        Long.parseLong(call.header(SampleCall.TIMESTAMP)),
                        call.body().getBytes(StandardCharsets.UTF_8));
    }

    private String changeId(ObjectNode change) {
        return epoch + "-" + change.path("revision").asLong();
    }

    SampleCall signed(String id, String payload, String contentType, String body) {
        return signed(id, payload, contentType, body, clock.instant());
    }

    private SampleCall signed(String id, String payload, String contentType, String body, Instant at) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", contentType);
        headers.put("User-Agent", "Bellwire-Webhooks/1");
        headers.put("Bellwire-Payload", payload);
        headers.put(SampleCall.ID, id);
        headers.put(SampleCall.TIMESTAMP, Long.toString(at.getEpochSecond()));
        headers.put(SampleCall.SIGNATURE, signer.sign(id, at.getEpochSecond(), body.getBytes(StandardCharsets.UTF_8)));
        return new SampleCall(headers, body);
    }
}
