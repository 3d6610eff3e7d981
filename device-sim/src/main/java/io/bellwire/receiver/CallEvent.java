package io.bellwire.receiver;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * One CloudEvent of a call, or of a page of the feed. Immutable by agreement: callers do not change {@link #json}.
 *
 * @param source the feed that it is of, for example {@code /v1/partners/p1/feed}
 * @param id a change's cursor
 * @param subject the order's id; empty if there is none
 * @param json the whole event
 */
public record CallEvent(String source, String id, String type, String subject, JsonNode json) {
    static final String CHALLENGE = "io.bellwire.endpoint.challenge";
    static final String TEST = "io.bellwire.endpoint.test";
    static final String PROBE = "io.bellwire.endpoint.probe";
    static final String SIGNAL = "io.bellwire.feed.signal";

    private static final String ORDERS = "io.bellwire.order.";
    /** Numbers stay as they were written. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /**
     * The events of a body, which is one event or an array of them, oldest first.
     *
     * @throws IOException if the body is neither; its message is for the sender
     */
    static List<CallEvent> parse(byte[] body) throws IOException {
        JsonNode root = JSON.readTree(body);
        List<CallEvent> events = new ArrayList<>();
        if (root.isArray()) {
            for (JsonNode one : root) {
                events.add(of(one));
            }
        } else {
            events.add(of(root));
        }
        return events;
    }

    private static CallEvent of(JsonNode json) throws IOException {
        for (String name : List.of("source", "id", "type")) {
            if (json.path(name).asText().isEmpty()) {
                throw new IOException("an event without " + name);
            }
        }
        return new CallEvent(
                json.path("source").asText(),
                json.path("id").asText(),
                json.path("type").asText(),
                json.path("subject").asText(),
                json);
    }

    /** Whether it belongs to a feed. The others concern the endpoint. */
    boolean isChange() {
        return switch (type) {
            case CHALLENGE, TEST, PROBE, SIGNAL -> false;
            default -> true;
        };
    }

    /** Whether it carries what has changed; without it the feed has to be read. */
    boolean hasData() {
        return json.has("data") || json.has("data_base64");
    }

    /** The order's version as of this change; 0 if it is not about an order, or has no data. */
    long orderVersion() {
        return type.startsWith(ORDERS) ? json.path("data").path("version").asLong() : 0;
    }

    AppliedChange toApplied() {
        return new AppliedChange(source, id, type.startsWith(ORDERS) ? subject : "", orderVersion());
    }
}
