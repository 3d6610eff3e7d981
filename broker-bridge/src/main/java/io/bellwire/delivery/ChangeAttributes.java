package io.bellwire.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.bellwire.log.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Attributes of an event, read from the JSON that the log keeps. */
final class ChangeAttributes {
    private static final JsonFactory JSON = new JsonFactory();
    /** What the JSON of nearly all events begins with. */
    private static final byte[] BEFORE_TYPE = "\"type\":\"".getBytes(StandardCharsets.US_ASCII);

    private ChangeAttributes() {}

    /** The CloudEvents type. */
    static String type(Event event) {
        byte[] json = event.json().bytes();
        if (Arrays.equals(json, 0, Math.min(json.length, BEFORE_TYPE.length), BEFORE_TYPE, 0, BEFORE_TYPE.length)) {
            for (int at = BEFORE_TYPE.length; at < json.length && json[at] != '\\'; at++) {
                if (json[at] == '"') {
                    return new String(json, BEFORE_TYPE.length, at - BEFORE_TYPE.length, StandardCharsets.UTF_8);
                }
            }
        }
        return attribute(event, "type");
    }

    /** The CloudEvents subject; empty if there is none. */
    static String subject(Event event) {
        return event.subject() == null
                ? attribute(event, "subject")
                : event.subject().toString();
    }

    private static String attribute(Event event, String name) {
        try (JsonParser json = JSON.createParser(event.json().object())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isFound = json.currentName().equals(name);
                JsonToken value = json.nextToken();
                if (isFound && value == JsonToken.VALUE_STRING) {
                    return json.getText();
                }
                json.skipChildren();
            }
        } catch (IOException broken) {
            return ""; // one broken event must not hold up all that follow it
        }
        return "";
    }
}
