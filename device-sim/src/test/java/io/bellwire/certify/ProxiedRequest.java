package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** A request that passes through {@link BreakingProxy}; {@code path} includes the query; header names ignore case. */
record ProxiedRequest(String method, String path, Map<String, String> headers, String body) {
    ProxiedRequest {
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = copy;
    }

    boolean is(String wanted, String pattern) {
        return method.equals(wanted) && path.matches(pattern);
    }

    boolean isFeed() {
        return is("GET", ".*/feed(\\?.*)?");
    }

    boolean isSnapshot() {
        return is("GET", "/v1/devices/[^/]+/orders(\\?.*)?");
    }

    boolean isStream() {
        return is("GET", ".*/signals(\\?.*)?");
    }

    boolean isPresence() {
        return is("GET", "/v1/(devices|operations/feed)(\\?.*)?");
    }

    boolean isNewOrder() {
        return is("POST", "/v1/orders");
    }

    JsonNode json() throws IOException {
        return HttpReply.JSON.readTree(body);
    }

    ProxiedRequest withPath(String other) {
        return new ProxiedRequest(method, other, headers, body);
    }

    ProxiedRequest withHeader(String name, String value) {
        ProxiedRequest copy = new ProxiedRequest(method, path, headers, body);
        copy.headers.put(name, value);
        return copy;
    }

    ProxiedRequest withoutHeader(String name) {
        ProxiedRequest copy = new ProxiedRequest(method, path, headers, body);
        copy.headers.remove(name);
        return copy;
    }

    ProxiedRequest withToken(String token) {
        return withHeader("Authorization", "Bearer " + token);
    }

    ProxiedRequest withBody(JsonNode json) {
        return new ProxiedRequest(method, path, headers, json.toString());
    }
}
