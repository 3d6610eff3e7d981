package io.bellwire.bench;

import java.util.Locale;

/** Says what the benchmark is doing, on standard error, so that the table on standard output stays one. */
final class ProgressLines {
    private final long startNanos = System.nanoTime();

    void say(String format, Object... values) {
        long seconds = (System.nanoTime() - startNanos) / 1_000_000_000;
        System.err.printf(
                Locale.ROOT, "%3d:%02d  %s%n", seconds / 60, seconds % 60, String.format(Locale.ROOT, format, values));
    }
}
