package io.bellwire.route;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.bellwire.feedapi.ConfigurationException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Routes files and globs that are mutations of valid ones are read or refused with one line, and nothing else is thrown.
 * {@code -Dbellwire.fuzz.seconds} makes it longer, {@code -Dbellwire.fuzz.seed} repeats it.
 */
class RoutesFuzzTest {
    private static final long SEED = Long.getLong("bellwire.fuzz.seed", System.nanoTime());
    private static final int ROUNDS = 1_000 * Integer.getInteger("bellwire.fuzz.seconds", 2);
    private static final String VALID = """
            routes:
              - name: urgent
                match:
                  type: io.bellwire.order.*
                  source: /v1/*
                  attributes: {priority: high, device_id: "lab-*", data.size: 3}
                feeds: ["stores/{storeid}", boards/main]
                ring:
                  topic: kitchen/{deviceid}/urgent
                  tier: list
                  window: 50ms
            """;
    private static final String[] PIECES = {
        "\t",
        "  ",
        "\n",
        "-",
        ":",
        "{",
        "}",
        "[",
        "]",
        "*",
        "&a",
        "*a",
        "!!java.io.File",
        "\"",
        "'",
        "|",
        "\u0000",
        "\ud800",
        "\ud83d\ude00",
        "#",
        "%",
        "1e9",
        "null",
        "routes:",
        "{storeid",
        "<<: *a",
        "---",
        "?"
    };

    @Test
    void mutatedRoutesAreReadOrRefusedWithOneLine() {
        Random random = new Random(SEED);
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder(VALID);
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(text.length() + 1);
                if (random.nextBoolean()) {
                    text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                } else {
                    text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
                }
            }
            try {
                Routes unused = new RoutesFile(SignalRule.plain(Duration.ofMillis(100), 4_000))
                        .parse("routes.yaml", text.toString());
            } catch (ConfigurationException refused) {
                assertFalse(String.valueOf(refused.getMessage()).isBlank());
            } catch (RuntimeException | StackOverflowError bug) {
                throw new AssertionError("seed " + SEED + ":\n" + text, bug);
            }
        }
    }
}
