package io.bellwire.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * A response. Immutable.
 *
 * @param contentType empty if there is no body
 * @param stream writes the body bit by bit, and {@code body} is not used; null if the body is all there is
 */
record Reply(
        int status,
        String contentType,
        Content body,
        Map<String, String> headers,
        @Nullable Stream stream) {
    static final String JSON = "application/json";

    /** What goes on writing after an answer's headers. */
    interface Stream {
        /** Writes to {@code response}, now and later, without blocking; completes {@code done} once there is no more. */
        void start(Response response, Callback done);
    }

    Reply(int status, String contentType, Content body, Map<String, String> headers) {
        this(status, contentType, body, headers, null);
    }

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
        return new Reply(status, contentType, body, Map.copyOf(more), stream);
    }

    /** This with a body that {@code writer} writes. */
    Reply streaming(Stream writer) {
        return new Reply(status, contentType, body, headers, writer);
    }
}
