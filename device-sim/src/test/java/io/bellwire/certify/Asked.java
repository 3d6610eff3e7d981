package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** A request on its way through {@link BreakingProxy}: path and query in one; header names without regard to case. */
record Asked(String method, String path, Map<String, String> headers, String body) {
    Asked {
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

    Asked withPath(String other) {
        return new Asked(method, other, headers, body);
    }

    Asked withHeader(String name, String value) {
        Asked copy = new Asked(method, path, headers, body);
        copy.headers.put(name, value);
        return copy;
    }

    Asked withoutHeader(String name) {
        Asked copy = new Asked(method, path, headers, body);
        copy.headers.remove(name);
        return copy;
    }

    Asked withToken(String token) {
        return withHeader("Authorization", "Bearer " + token);
    }

    Asked withBody(JsonNode json) {
        return new Asked(method, path, headers, json.toString());
    }
}
