package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** How the protocol writes times. */
final class Times {
    private static final Pattern FORM = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");

    private Times() {}

    /** RFC 3339, UTC, in milliseconds. */
    static boolean isTime(JsonNode node) {
        return node.isTextual() && FORM.matcher(node.textValue()).matches();
    }
}
