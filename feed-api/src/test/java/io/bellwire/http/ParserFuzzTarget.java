package io.bellwire.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What {@code scripts/fuzz} gives to Jazzer: one of the {@link FuzzedParser}s, which the first argument names. */
public final class ParserFuzzTarget {
    private static FuzzedParser parser = FuzzedParser.CURSOR;

    private ParserFuzzTarget() {}

    /** Jazzer's hook: called once. */
    public static void fuzzerInitialize(String[] args) {
        parser = FuzzedParser.valueOf(args[0].toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Jazzer's hook: called with each input. */
    public static void fuzzerTestOneInput(byte[] input) {
        parser.check(input);
    }

    /** Makes a folder for each parser in the folder {@code args[0]}, with valid input in it. */
    public static void main(String[] args) throws IOException {
        for (FuzzedParser parser : FuzzedParser.values()) {
            Path folder =
                    Path.of(args[0], parser.name().toLowerCase(Locale.ROOT).replace('_', '-'));
            Files.createDirectories(folder);
            List<byte[]> valid = parser.valid();
            for (int i = 0; i < valid.size(); i++) {
                Files.write(folder.resolve("valid-" + i), valid.get(i));
            }
        }
    }
}
