package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A response that passes through {@link BreakingProxy}; header names ignore case. */
record ProxiedResponse(int status, Map<String, String> headers, String body) {
    ProxiedResponse {
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = copy;
    }

    JsonNode json() throws IOException {
        return HttpReply.JSON.readTree(body);
    }

    ProxiedResponse withStatus(int other) {
        return new ProxiedResponse(other, headers, body);
    }

    ProxiedResponse withHeader(String name, String value) {
        ProxiedResponse copy = new ProxiedResponse(status, headers, body);
        copy.headers.put(name, value);
        return copy;
    }

    ProxiedResponse with(JsonNode json) {
        return new ProxiedResponse(status, headers, json.toString());
    }

    /** The response with each match of the pattern replaced in its body. */
    ProxiedResponse with(String pattern, String replacement) {
        return new ProxiedResponse(status, headers, body.replaceAll(pattern, replacement));
    }

    /** The response with the page's changes edited; unchanged if this is not a page. */
    ProxiedResponse withChanges(Consumer<ArrayNode> edit) throws IOException {
        if (status != 200 || !(json() instanceof ArrayNode page)) {
            return this;
        }
        edit.accept(page);
        return with(page);
    }

    /** The response with its JSON object edited; unchanged if it has another status. */
    ProxiedResponse withObject(int wanted, Consumer<ObjectNode> edit) throws IOException {
        if (status != wanted || !(json() instanceof ObjectNode object)) {
            return this;
        }
        edit.accept(object);
        return with(object);
    }
}
