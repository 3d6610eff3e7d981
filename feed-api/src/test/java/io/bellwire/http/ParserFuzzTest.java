package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;

/**
 * Parsers of what clients send, fed with mutations of valid input: each result is right or a problem of the client's,
 * and nothing else is thrown. {@code -Dbellwire.fuzz.seconds} makes it longer, {@code -Dbellwire.fuzz.seed} repeats it.
 * Seeded, and without Jazzer: its agent would instrument all tests that run in the same JVM.
 */
class ParserFuzzTest {
    private static final long SEED = Long.getLong("bellwire.fuzz.seed", System.nanoTime());
    private static final int ROUNDS = 10_000 * Integer.getInteger("bellwire.fuzz.seconds", 2);
    private static final String[] PIECES = {
        "\u0000",
        "\ud800",
        "\udc00",
        "\ufffd",
        "\u00e9",
        "\ud83d\ude00",
        "\"",
        "\\",
        "\\u",
        "\\ud83d",
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        ".",
        "%",
        "%4",
        "%zz",
        "0",
        "-",
        "1e999",
        "9999999999999999999",
        " ",
        "\n",
        "null"
    };

    private final Random random = new Random(SEED);

    private void mutate(List<String> valid, Consumer<String> parser) {
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder(valid.get(random.nextInt(valid.size())));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(text.length() + 1);
                switch (random.nextInt(4)) {
                    case 0 -> text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                    case 1 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(4)));
                    case 2 -> text.insert(at, text.substring(random.nextInt(at + 1), at));
                    default ->
                        text.replace(at, Math.min(text.length(), at + 1), String.valueOf((char) random.nextInt(256)));
                }
            }
            try {
                parser.accept(text.toString());
            } catch (ProblemException refused) {
                assertEquals(400, refused.problem().status());
            } catch (RuntimeException | StackOverflowError bug) {
                throw new AssertionError("seed " + SEED + ": " + text, bug);
            }
        }
    }

    @Test
    void cursorIsRefusedOrWrittenAsItWasRead() {
        String valid = new Cursor(Epoch.draw(random), new Revision(17), 12_345).toString();
        String largest = new Cursor(Epoch.draw(random), new Revision(Position.REVISION_MAX), -1).toString();
        mutate(List.of(valid, largest, ""), text -> Cursor.parse(text)
                .ifPresent(cursor -> assertEquals(text, cursor.toString())));
    }

    @Test
    void jsonIsRefusedOrKeptWithItsCharacters() {
        List<String> valid = List.of(
                "{\"device_id\":\"grill-1\",\"data\":{\"a\":[1.50,true,null,\"K\u00e4se \ud83d\ude00\"]}}",
                "{\"specversion\":\"1.0\",\"id\":\"e\",\"source\":\"/s\",\"type\":\"t\",\"data\":\"\\ud83d\\ude00\"}",
                "[[[[[]]]]]");
        mutate(valid, text -> {
            JsonNode json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
            byte[] written = json.toString().getBytes(StandardCharsets.UTF_8);
            assertEquals(json, Json.parse(written), "what is stored is what was read");
        });
    }

    @Test
    void bytesThatAreNoUtf8AreRefusedAsJson() {
        mutate(List.of("{\"a\":\"b\u00c3\u00a4\u00f0\u009f\u0098\u0080c\"}"), text -> {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            JsonNode json = Json.parse(bytes);
            String decoded = new String(bytes, StandardCharsets.UTF_8);
            assertTrue(isUtf8(decoded, bytes), decoded + " was taken as " + json);
        });
    }

    private static boolean isUtf8(String decoded, byte[] bytes) {
        return Arrays.equals(decoded.getBytes(StandardCharsets.UTF_8), bytes);
    }

    @Test
    void percentEncodingIsRefusedOrDecodedStrictly() {
        mutate(List.of("K%C3%A4se", "%F0%9F%98%80", "a+b"), text -> {
            if (text.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
                String decoded = StrictText.percentDecode("ce-subject", text);
                assertTrue(
                        decoded.indexOf('\ufffd') < 0 || text.contains("\ufffd") || text.contains("%EF%BF%BD"),
                        decoded);
            }
        });
    }

    @Test
    void queriesAndAcceptAreParsedOrLeftToTheGeneralDecoder() {
        mutate(List.of("cursor=a.1.b&limit=10", "a=b"), text -> {
            var unused = PlainQuery.parse(text);
        });
        mutate(List.of("application/json;q=0.5, */*;q=0", "text/html"), text -> {
            boolean unused = AcceptHeader.allows(
                    HttpFields.build().put("Accept", text.replaceAll("[\\r\\n\\x00]", "")), "application/json");
        });
    }
}
