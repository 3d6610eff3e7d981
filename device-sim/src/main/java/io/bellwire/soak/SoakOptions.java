package io.bellwire.soak;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a run is to be. Immutable.
 *
 * @param tag tells this run's devices and orders from those of others: 1 to 24 letters and digits
 * @param seed decides all chance; the network's timing remains its own
 * @param ratePerSecond orders, changes and events in each second of load
 * @param serve a shell command that serves, with the options of {@code scripts/serve}, and does {@code backup}, {@code check}
 *     and {@code restore}
 * @param dataFolder the server's, which must be empty
 * @param clockFile what the server reads its clock's error from; null if it reads none
 * @param report the folder for what comes of it
 */
public record SoakOptions(
        SoakPlan plan,
        String tag,
        long seed,
        int devices,
        int ratePerSecond,
        String serve,
        Path dataFolder,
        @Nullable Path clockFile,
        Path report) {
    private static final int SAMPLES = 720;
    private static final long RECENT_BYTES_MIN = 2L << 20;
    private static final long RECENT_BYTES_MAX = 32L << 20;
    /** At the default rate, what is kept in memory of late is full before the warm-up is over. */
    private static final long RECENT_BYTES_PER_SECOND = RECENT_BYTES_MAX / 3_600;

    /** Groups of more members than this are told in the background, so that a fleet of any size has one. */
    private static final int TOLD_AT_ONCE_MAX = 10;

    public SoakOptions {
        if (devices < 10 || devices > 10_000) {
            throw new IllegalArgumentException("devices must be 10 to 10000, are " + devices);
        }
        if (ratePerSecond < 1 || ratePerSecond > 10_000) {
            throw new IllegalArgumentException("rate must be 1 to 10000, is " + ratePerSecond);
        }
    }

    /** How long after one sample the next is taken. */
    long sampleMillis() {
        return Math.max(1_000, plan.seconds() * 1_000L / SAMPLES);
    }

    /** Gets what the server writes to its standard error. */
    Path serverLog() {
        return report.resolve("server.log");
    }

    /** The shell command of the server. */
    String serverCommand() {
        return serverCommand(dataFolder);
    }

    /** The same on another data folder. */
    String serverCommand(Path folder) {
        String kept = plan.retention().toSeconds() + "s";
        long recent = Math.min(RECENT_BYTES_MAX, Math.max(RECENT_BYTES_MIN, plan.seconds() * RECENT_BYTES_PER_SECOND));
        return serve + " "
                + String.join(
                        " ",
                        List.of(
                                "--data-dir " + quoted(folder),
                                "--retention " + kept,
                                "--idempotency-kept " + kept,
                                "--recent-bytes-max " + recent,
                                "--fanout-inline-max " + TOLD_AT_ONCE_MAX));
    }

    /** As one word of a shell. */
    static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    /** For a reader. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%d devices, %d orders, changes and events a second, seed %d%s",
                devices,
                ratePerSecond,
                seed,
                clockFile == null ? ", a server whose clock stays" : "");
    }
}
