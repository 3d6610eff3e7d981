package io.bellwire.escalation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.document.Document;
import io.bellwire.log.FeedId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.Set;

/** An {@link EscalationState} as a document of the log. */
final class EscalationDocuments {
    static final String PREFIX = "escalation/";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PROBLEM = "problem";
    private static final String LASTED = "lasted_ms";
    private static final String TAKEN = "taken_ms";
    private static final String IN_FORCE = "in_force";
    private static final String TOLD = "told";
    private static final String IS_TOLD = "is_told";
    private static final String EXPIRY_TOLD = "expiry_told";

    private EscalationDocuments() {}

    static String key(FeedId feed) {
        return PREFIX + feed.path();
    }

    static FeedId feedOf(Document document) {
        return new FeedId(document.key().substring(PREFIX.length()));
    }

    static Document write(FeedId feed, EscalationState state) {
        ObjectNode json = MAPPER.createObjectNode();
        json.put(PROBLEM, state.problem());
        json.put(LASTED, state.lastedMillis());
        json.put(TAKEN, state.takenMillis());
        json.put(IN_FORCE, state.isInForce());
        ArrayNode told = json.putArray(TOLD);
        state.told().stream().sorted().map(Audience::text).forEach(told::add);
        json.put(IS_TOLD, state.isTold());
        json.put(EXPIRY_TOLD, state.isExpiryTold());
        try {
            return new Document(key(feed), MAPPER.writeValueAsBytes(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    static EscalationState read(Document document) {
        JsonNode json;
        try {
            json = MAPPER.readTree(document.json());
        } catch (IOException e) {
            throw new UncheckedIOException(document + " is not JSON", e);
        }
        Set<Audience> told = EnumSet.noneOf(Audience.class);
        json.path(TOLD).forEach(one -> Audience.of(one.asText()).ifPresent(told::add));
        return new EscalationState(
                json.path(PROBLEM).asText(),
                json.path(LASTED).asLong(),
                json.path(TAKEN).asLong(EscalationState.NO_STEP),
                json.path(IN_FORCE).asBoolean(),
                told,
                json.path(IS_TOLD).asBoolean(),
                json.path(EXPIRY_TOLD).asBoolean());
    }
}
