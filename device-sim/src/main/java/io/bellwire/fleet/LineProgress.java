package io.bellwire.fleet;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Prints one line every second, for logs. Not thread-safe. */
public final class LineProgress implements Progress {
    private static final long LINE_NANOS = 1_000_000_000L;

    private final PrintStream out;
    private final LongSupplier nanos;
    private final long startNanos;
    private long nextNanos;

    public LineProgress(PrintStream out, LongSupplier nanos) {
        this.out = out;
        this.nanos = nanos;
        this.startNanos = nanos.getAsLong();
        this.nextNanos = startNanos;
    }

    @Override
    public void show(Now now) {
        if (nanos.getAsLong() - nextNanos < 0) {
            return;
        }
        nextNanos = nanos.getAsLong() + LINE_NANOS;
        out.printf(
                Locale.ROOT,
                "%4d s  %-11s connected %d/%d  behind %d  orders %d/%d  applied %d%n",
                (nanos.getAsLong() - startNanos) / LINE_NANOS,
                now.phase(),
                now.connected(),
                now.devices(),
                now.behind(),
                now.acknowledged(),
                now.orders(),
                now.applied());
        out.flush();
    }

    @Override
    public void showMessage(String line) {
        out.println("        " + line);
        out.flush();
    }
}
