package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses text that cannot be stored as it was sent: half of a surrogate pair, and what is not UTF-8. Java would store a
 * question mark, or the replacement character, in its place.
 */
final class StrictText {
    private static final int LEAD_OF_SURROGATES = 0xED;
    private static final int HEX_DIGITS = 2;
    private static final int HEX = 16;

    private StrictText() {}

    /** Throws a {@link ProblemException} (400) if a name or a text of the value has half of a surrogate pair. */
    static void requireWholeCharacters(byte[] body, JsonNode json) {
        if (mayHaveSurrogates(body)) {
            requireWholeCharacters(json);
        }
    }

    /** Whether the JSON has an escaped surrogate, or one in UTF-8; without either it needs no closer look. */
    private static boolean mayHaveSurrogates(byte[] body) {
        for (int i = 0; i < body.length; i++) {
            if ((body[i] & 0xFF) == LEAD_OF_SURROGATES
                    || (body[i] == '\\' && i + 2 < body.length && body[i + 1] == 'u' && (body[i + 2] | 0x20) == 'd')) {
                return true;
            }
        }
        return false;
    }

    private static void requireWholeCharacters(JsonNode json) {
        if (json.isTextual()) {
            requireWholeCharacters(json.textValue());
        }
        if (json.isObject()) {
            for (Iterator<Map.Entry<String, JsonNode>> fields = json.fields(); fields.hasNext(); ) {
                Map.Entry<String, JsonNode> field = fields.next();
                requireWholeCharacters(field.getKey());
                requireWholeCharacters(field.getValue());
            }
        } else {
            json.forEach(StrictText::requireWholeCharacters);
        }
    }

    private static void requireWholeCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new ProblemException(Problem.invalidRequest(
                        String.format("a text has \\u%04x, half of a surrogate pair, which is no character", (int) c)));
            }
        }
    }

    /** The text that {@code bytes} are in UTF-8; throws a {@link ProblemException} (400) if they are not UTF-8. */
    static String decode(String name, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ProblemException(Problem.invalidRequest(name + " is not UTF-8"));
        }
    }

    /**
     * Decodes percent-encoding, as CloudEvents over HTTP has it; throws a {@link ProblemException} (400) if an escape is
     * malformed, or if the result is not UTF-8.
     */
    static String percentDecode(String name, String value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length());
        for (int i = 0; i < value.length(); ) {
            if (value.charAt(i) == '%') {
                bytes.write(octet(name, value, i + 1));
                i += 1 + HEX_DIGITS;
            } else {
                int next = value.codePointAt(i);
                bytes.writeBytes(Character.toString(next).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(next);
            }
        }
        return decode(name, bytes.toByteArray());
    }

    private static int octet(String name, String value, int from) {
        @Nullable String digits = from + HEX_DIGITS <= value.length() ? value.substring(from, from + HEX_DIGITS) : null;
        if (digits == null || !digits.chars().allMatch(digit -> Character.digit(digit, HEX) >= 0 && digit < 0x80)) {
            throw new ProblemException(Problem.invalidRequest(name + " has a malformed percent-encoding"));
        }
        return Integer.parseInt(digits, HEX);
    }
}
