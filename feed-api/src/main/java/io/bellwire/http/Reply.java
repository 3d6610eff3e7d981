package io.bellwire.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;

/**
 * A response. Immutable.
 *
 * @param contentType empty if there is no body
 */
record Reply(int status, String contentType, Content body, Map<String, String> headers) {
    static final String JSON = "application/json";

    Reply(int status, String contentType, byte[] body, Map<String, String> headers) {
        this(status, contentType, Content.of(body), headers);
    }

    static Reply json(int status, JsonNode body) {
        try {
            return new Reply(status, JSON, Json.MAPPER.writeValueAsBytes(body), Map.of());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    static Reply empty(int status) {
        return new Reply(status, "", Content.NONE, Map.of());
    }

    Reply with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Reply(status, contentType, body, Map.copyOf(more));
    }
}
