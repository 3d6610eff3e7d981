package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpFields;

/** Parsers of what clients send, each with valid input and with what holds for any input. */
enum FuzzedParser {
    /** A cursor is refused, or written as it was read. */
    CURSOR(
            new Cursor(Epoch.draw(new Random(1)), new Revision(17), 12_345).toString(),
            new Cursor(Epoch.draw(new Random(2)), new Revision(Position.REVISION_MAX), -1).toString(),
            "") {
        @Override
        void parse(byte[] input) {
            String text = text(input);
            Cursor.parse(text).ifPresent(cursor -> assertEquals(text, cursor.toString()));
        }
    },
    /** JSON is refused, or kept with its characters and its numbers; what is not UTF-8 is refused. */
    JSON(
            "{\"device_id\":\"grill-1\",\"data\":{\"a\":[1.50,true,null,\"K\u00e4se \ud83d\ude00\"]}}",
            "{\"a\":\"\\ud83d\\ude00\"}",
            "[[[[[]]]]]") {
        @Override
        void parse(byte[] input) {
            JsonNode json = Json.parse(input);
            assertArrayEquals(input, text(input).getBytes(StandardCharsets.UTF_8), "taken, though it is not UTF-8");
            requireKept(json);
        }
    },
    /** An event in JSON is refused, or what a feed keeps of it can be read. */
    STRUCTURED_EVENT(
            "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/shop\",\"type\":\"t\",\"deviceid\":\"grill-1\","
                    + "\"data\":{\"a\":1.50}}",
            "{\"specversion\":\"1.0\",\"id\":\"\\ud83d\\ude00\",\"source\":\"urn:a:b\",\"type\":\"t\",\"group\":"
                    + "\"stores/17\",\"time\":\"2026-01-31T23:59:59.999999999Z\",\"data_base64\":\"AAECAw==\","
                    + "\"datacontenttype\":\"image/png\",\"flag\":true,\"count\":3}") {
        @Override
        void parse(byte[] input) {
            requireReadable(ReceivedEvent.structured(Json.parse(input), ""));
        }
    },
    /** An event in headers, one a line, and a body after an empty line. */
    BINARY_EVENT(
            "ce-specversion: 1.0\nce-id: K%C3%A4se\nce-source: /shop\nce-type: t\nce-deviceid: grill-1\n"
                    + "content-type: application/json\n\n{\"a\":1}",
            "ce-specversion: 1.0\nce-id: 1\nce-source: /shop\nce-type: t\nce-group: stores/17\n"
                    + "ce-time: 2026-01-31T10:00:00.123+02:00\ncontent-type: text/plain\n\nK\u00e4se") {
        @Override
        void parse(byte[] input) {
            String text = new String(input, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\n\n");
            HttpFields.Mutable headers = HttpFields.build();
            for (String line : (end < 0 ? text : text.substring(0, end)).lines().toList()) {
                int colon = line.indexOf(':');
                String name = line.substring(0, Math.max(colon, 0)).replaceAll("[^a-zA-Z0-9-]", "");
                if (!name.isEmpty()) {
                    headers.add(name, line.substring(colon + 1).trim().replaceAll("[\\r\\x00]", ""));
                }
            }
            byte[] body = end < 0 ? new byte[0] : Arrays.copyOfRange(input, end + 2, input.length);
            requireReadable(ReceivedEvent.binary(headers, body));
        }
    },
    /** Percent-encoding is refused, or decoded without replacing anything. */
    PERCENT_ENCODING("K%C3%A4se", "%F0%9F%98%80", "a+b") {
        @Override
        void parse(byte[] input) {
            String text = text(input);
            String decoded = StrictText.percentDecode("ce-subject", text);
            if (!text.contains("\ufffd") && !text.toUpperCase(Locale.ROOT).contains("%EF%BF%BD")) {
                assertFalse(decoded.contains("\ufffd"), decoded);
            }
        }
    },
    /** The query of a request is parsed, or left to the general decoder. */
    QUERY("cursor=a.1.b&limit=10", "a=b") {
        @Override
        void parse(byte[] input) {
            var unused = PlainQuery.parse(text(input));
        }
    },
    /** The {@code Accept} of a request is refused, or allows the type or does not. */
    ACCEPT("application/json;q=0.5, */*;q=0", "text/html") {
        @Override
        void parse(byte[] input) {
            String text = new String(input, StandardCharsets.ISO_8859_1).replaceAll("[\\r\\n\\x00]", "");
            boolean unused = AcceptHeader.allows(HttpFields.build().put("Accept", text), "application/json");
        }
    };

    @SuppressWarnings("ImmutableEnumChecker") // by agreement
    private final List<byte[]> valid;

    FuzzedParser(String... valid) {
        this.valid = Stream.of(valid)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }

    /** Valid input. */
    List<byte[]> valid() {
        return valid;
    }

    abstract void parse(byte[] input);

    /** Throws unless {@code input} is parsed rightly, or refused as the client's mistake. */
    void check(byte[] input) {
        try {
            parse(input);
        } catch (ProblemException refused) {
            int status = refused.problem().status();
            if (status != 400 && status != 413) {
                throw new AssertionError("refused with " + status, refused);
            }
        }
    }

    private static void requireKept(JsonNode json) {
        byte[] stored = json.toString().getBytes(StandardCharsets.UTF_8);
        assertEquals(json, Json.parse(stored), "what is stored is what was read");
    }

    private static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    private static void requireReadable(ReceivedEvent event) {
        var unusedDevice = event.device();
        var unusedGroup = event.group();
        ObjectNode json = event.feedJson();
        requireKept(json);
    }
}
