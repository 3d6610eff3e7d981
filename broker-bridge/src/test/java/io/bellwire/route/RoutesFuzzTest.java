package io.bellwire.route;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Routes files and globs that are mutations of valid ones are read or refused with one line, and nothing else is thrown.
 * {@code -Dbellwire.fuzz.seconds} makes it longer, {@code -Dbellwire.fuzz.seed} repeats it; so does, led by coverage,
 * {@code scripts/fuzz routes}.
 */
class RoutesFuzzTest {
    private static final long SEED = Long.getLong("bellwire.fuzz.seed", System.nanoTime());
    private static final int ROUNDS = 1_000 * Integer.getInteger("bellwire.fuzz.seconds", 2);
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
    void routesToBeMutatedAreValid() {
        assertEquals(
                1,
                new RoutesFile(SignalRule.plain(Duration.ofMillis(100), 4_000))
                        .parse("routes.yaml", RoutesFuzzTarget.VALID)
                        .size());
    }

    @Test
    void tagThatTheYamlLibraryDoesNotExpectIsRefusedWithOneLine() {
        RoutesFuzzTarget.check("!%F");
    }

    @Test
    void mutatedRoutesAreReadOrRefusedWithOneLine() {
        Random random = new Random(SEED);
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder(RoutesFuzzTarget.VALID);
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(text.length() + 1);
                if (random.nextBoolean()) {
                    text.insert(at, PIECES[random.nextInt(PIECES.length)]);
                } else {
                    text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(20)));
                }
            }
            try {
                RoutesFuzzTarget.check(text.toString());
            } catch (RuntimeException | Error bug) {
                throw new AssertionError("seed " + SEED + ":\n" + text, bug);
            }
        }
    }
}
