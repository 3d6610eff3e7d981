package io.bellwire.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Parsers of what clients send, fed with mutations of valid input. {@code -Dbellwire.fuzz.seconds} makes it longer,
 * {@code -Dbellwire.fuzz.seed} repeats it; {@code scripts/fuzz} goes on from the same input, led by coverage.
 */
class ParserFuzzTest {
    private static final int ROUNDS = 10_000 * Integer.getInteger("bellwire.fuzz.seconds", 2);
    private static final List<byte[]> PIECES = List.of(
            new byte[] {0},
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // a surrogate
            new byte[] {(byte) 0xC3},
            new byte[] {(byte) 0xF0, (byte) 0x9F},
            "\ufffd".getBytes(UTF_8),
            "\u00e9".getBytes(UTF_8),
            "\ud83d\ude00".getBytes(UTF_8),
            "\\ud83d".getBytes(UTF_8),
            "1e999".getBytes(UTF_8),
            "9999999999999999999".getBytes(UTF_8),
            "null".getBytes(UTF_8),
            "%4".getBytes(UTF_8),
            "%zz".getBytes(UTF_8),
            "\\u".getBytes(UTF_8),
            ";q= ".getBytes(UTF_8));
    private static final byte[] BYTES = "\"\\{}[],:.%0- \n=&;*/".getBytes(UTF_8);

    @ParameterizedTest
    @EnumSource
    void inputToBeMutatedIsValid(FuzzedParser parser) {
        parser.valid().forEach(parser::parse);
    }

    @ParameterizedTest
    @EnumSource
    void mutatedInputIsParsedOrRefusedAsTheClientsMistake(FuzzedParser parser) {
        long seed = Long.getLong("bellwire.fuzz.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] input = parser.valid().get(random.nextInt(parser.valid().size()));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                input = mutated(input, random);
            }
            try {
                parser.check(input);
            } catch (RuntimeException | Error bug) {
                throw new AssertionError(
                        "seed " + seed + ": " + new String(input, UTF_8) + " = "
                                + HexFormat.of().formatHex(input),
                        bug);
            }
        }
    }

    /** The input with some bytes put in, left out or repeated at one place. */
    private static byte[] mutated(byte[] input, Random random) {
        int at = random.nextInt(input.length + 1);
        int rest = at;
        byte[] piece = {};
        switch (random.nextInt(5)) {
            case 0 -> piece = PIECES.get(random.nextInt(PIECES.size()));
            case 1 -> piece = new byte[] {BYTES[random.nextInt(BYTES.length)]};
            case 2 -> rest = Math.min(input.length, at + 1 + random.nextInt(4));
            case 3 -> rest = random.nextInt(at + 1);
            default -> {
                piece = new byte[] {(byte) random.nextInt(256)};
                rest = Math.min(input.length, at + 1);
            }
        }
        ByteArrayOutputStream mutated = new ByteArrayOutputStream();
        mutated.write(input, 0, at);
        mutated.writeBytes(piece);
        mutated.write(input, rest, input.length - rest);
        return mutated.toByteArray();
    }
}
