package io.bellwire.device.net;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A JSON value as its sender wrote it. The text of a part is cut out of the text of the whole, so that an application
 * gets numbers, escapes, white space and the order of members as they are. Methods throw an {@link IOException} if the
 * JSON is malformed or is not what they read. Immutable.
 *
 * @param text empty for a value that is missing
 */
record RawJson(String text) {
    private static final RawJson MISSING = new RawJson("");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");
    /** The server decides how deep and how long its JSON is: a limit here would stop a device at such a change. */
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(BoundedHttpClient.BODY_BYTES_MAX)
                    .maxNameLength(BoundedHttpClient.BODY_BYTES_MAX)
                    .maxNumberLength(BoundedHttpClient.BODY_BYTES_MAX)
                    .maxStringLength(BoundedHttpClient.BODY_BYTES_MAX)
                    .build())
            .build();

    /** The one JSON value that {@code document} is, in UTF-8. */
    static RawJson of(byte[] document) throws IOException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(document))
                .toString();
        RawJson value;
        try (JsonParser parser = JSON.createParser(text.toCharArray())) {
            if (parser.nextToken() == null) {
                throw new IOException("not JSON: nothing but white space");
            }
            value = cut(parser, text);
            if (parser.nextToken() != null) {
                throw new IOException("more than one JSON value");
            }
        }
        return value;
    }

    /** The elements of an array. */
    List<RawJson> elements() throws IOException {
        List<RawJson> elements = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(text.toCharArray())) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new IOException("not an array");
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                elements.add(cut(parser, text));
            }
        }
        return elements;
    }

    /** The members of an object; of two with the same name the last. */
    Members members() throws IOException {
        Map<String, RawJson> members = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(text.toCharArray())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not an object");
            }
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                parser.nextToken();
                members.put(name, cut(parser, text));
            }
        }
        return new Members(members);
    }

    private static RawJson cut(JsonParser parser, String text) throws IOException {
        int from = (int) parser.currentTokenLocation().getCharOffset();
        if (parser.currentToken().isStructStart()) {
            parser.skipChildren();
        } else {
            parser.finishToken();
        }
        int to = (int) parser.currentLocation().getCharOffset();
        return new RawJson(text.substring(from, to).strip());
    }

    boolean isString() {
        return text.startsWith("\"");
    }

    /** The text of a string. */
    String string() throws IOException {
        try (JsonParser parser = JSON.createParser(text.toCharArray())) {
            if (!isString() || parser.nextToken() != JsonToken.VALUE_STRING) {
                throw new IOException("not a string");
            }
            return parser.getText();
        }
    }

    /** A number from 0, written without point and exponent, of at most 18 digits. */
    long wholeNumber() throws IOException {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw new IOException("not a whole number from 0");
        }
        return Long.parseLong(text);
    }

    /** The members of an object by their names. Immutable. */
    record Members(Map<String, RawJson> byName) {
        boolean has(String name) {
            return byName.containsKey(name);
        }

        /** The member's value; empty if there is none. */
        RawJson get(String name) {
            return byName.getOrDefault(name, MISSING);
        }

        /** The member's text; empty unless it is a string. */
        String string(String name) throws IOException {
            RawJson value = get(name);
            return value.isString() ? value.string() : "";
        }

        long wholeNumber(String name) throws IOException {
            try {
                return get(name).wholeNumber();
            } catch (IOException wrong) {
                throw new IOException(name + ": " + wrong.getMessage(), wrong);
            }
        }
    }
}
