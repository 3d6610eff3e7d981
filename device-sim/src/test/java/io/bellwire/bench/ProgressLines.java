package io.bellwire.bench;

import java.util.Locale;

/** Prints the progress of the benchmark to standard error, so that standard output has only the table. */
final class ProgressLines {
    private final long startNanos = System.nanoTime();

    void print(String format, Object... values) {
        long seconds = (System.nanoTime() - startNanos) / 1_000_000_000;
        System.err.printf(
                Locale.ROOT, "%3d:%02d  %s%n", seconds / 60, seconds % 60, String.format(Locale.ROOT, format, values));
    }
}
