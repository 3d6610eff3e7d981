package io.bellwire.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint answers. Immutable.
 *
 * @param contentType empty if there is no body
 * @param stream writes the body over time, in place of {@code body}; null for an answer that is complete
 */
record ApiResponse(
        int status,
        String contentType,
        ResponseContent body,
        Map<String, String> headers,
        @Nullable Stream stream) {
    static final String JSON = "application/json";

    /** Writes a body of unknown length after the headers. */
    interface Stream {
        /** Writes to {@code response}, now and later, without blocking; completes {@code done} after the last byte. */
        void start(Response response, Callback done);
    }

    ApiResponse(int status, String contentType, ResponseContent body, Map<String, String> headers) {
        this(status, contentType, body, headers, null);
    }

    ApiResponse(int status, String contentType, byte[] body, Map<String, String> headers) {
        this(status, contentType, ResponseContent.of(body), headers);
    }

    static ApiResponse json(int status, JsonNode body) {
        try {
            return new ApiResponse(status, JSON, Json.MAPPER.writeValueAsBytes(body), Map.of());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    static ApiResponse empty(int status) {
        return new ApiResponse(status, "", ResponseContent.NONE, Map.of());
    }

    ApiResponse with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new ApiResponse(status, contentType, body, Map.copyOf(more), stream);
    }

    /** A copy whose body {@code bodyStream} writes. */
    ApiResponse streaming(Stream bodyStream) {
        return new ApiResponse(status, contentType, body, headers, bodyStream);
    }
}
