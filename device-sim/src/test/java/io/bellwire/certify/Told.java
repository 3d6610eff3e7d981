package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** An answer on its way through {@link BreakingProxy}; header names without regard to case. */
record Told(int status, Map<String, String> headers, String body) {
    Told {
        Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(headers);
        headers = copy;
    }

    JsonNode json() throws IOException {
        return HttpReply.JSON.readTree(body);
    }

    Told withStatus(int other) {
        return new Told(other, headers, body);
    }

    Told withHeader(String name, String value) {
        Told copy = new Told(status, headers, body);
        copy.headers.put(name, value);
        return copy;
    }

    Told with(JsonNode json) {
        return new Told(status, headers, json.toString());
    }

    /** With the text replaced by a pattern. */
    Told with(String pattern, String replacement) {
        return new Told(status, headers, body.replaceAll(pattern, replacement));
    }

    /** With the page's changes edited, unless this is no page. */
    Told withChanges(Consumer<ArrayNode> edit) throws IOException {
        if (status != 200 || !(json() instanceof ArrayNode page)) {
            return this;
        }
        edit.accept(page);
        return with(page);
    }

    /** With the object edited, unless this has another status. */
    Told withObject(int wanted, Consumer<ObjectNode> edit) throws IOException {
        if (status != wanted || !(json() instanceof ObjectNode object)) {
            return this;
        }
        edit.accept(object);
        return with(object);
    }
}
