package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** The protocol's format of times. */
final class Times {
    private static final Pattern FORM = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

    private Times() {}

    /** Whether the node is a time as in RFC 3339, in UTC, with milliseconds. */
    static boolean isTime(JsonNode node) {
        return node.isTextual() && FORM.matcher(node.textValue()).matches();
    }
}
