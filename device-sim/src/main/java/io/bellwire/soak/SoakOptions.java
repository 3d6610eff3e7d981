package io.bellwire.soak;

import io.bellwire.device.DeviceSettings;
import io.bellwire.fleet.ClientKind;
import io.bellwire.fleet.FaultRates;
import io.bellwire.fleet.FleetDoorbell;
import io.bellwire.fleet.FleetOptions;
import io.bellwire.fleet.PartnerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The options of a run. Immutable.
 *
 * @param tag distinguishes this run's devices and orders from those of other runs: 1 to 24 letters and digits
 * @param seed of all random choices; the network's timing is not seeded
 * @param partners how many partners have an endpoint each that is called; part of the orders are theirs
 * @param ratePerSecond orders, changes and events in each second of load
 * @param serve a shell command with the options of {@code scripts/serve}, which runs a server, and its commands
 *     {@code backup}, {@code check} and {@code restore}
 * @param dataFolder the server's data folder; must be empty
 * @param clockFile the file from which the server reads the offsets of its clocks; null if it reads none
 * @param tls whether the server makes certificates of its own, and all connections use TLS: then none is cut hard
 * @param report the folder for the report
 */
public record SoakOptions(
        SoakPlan plan,
        String tag,
        long seed,
        int devices,
        int partners,
        int ratePerSecond,
        String serve,
        Path dataFolder,
        @Nullable Path clockFile,
        boolean tls,
        Path report) {
    /** How long the server may take to answer, and devices and partners to be up to date. */
    static final int TIMEOUT_SECONDS = 120;
    /** Longer than any silence, so that no safety poll falls into a deep one. */
    static final Duration SAFETY_POLL = Duration.ofHours(6);

    private static final long POLL_MILLIS = 2_000;
    private static final long GREETING_MILLIS = 1_500;
    private static final long BACKOFF_MILLIS = 100;
    private static final long BACKOFF_MAX_MILLIS = 3_000;
    private static final int SAMPLES = 720;
    private static final long RECENT_BYTES_MIN = 2L << 20;
    private static final long RECENT_BYTES_MAX = 32L << 20;
    /** Sized so that at the default rate the memory for recent changes is full before the warm-up ends. */
    private static final long RECENT_BYTES_PER_SECOND = RECENT_BYTES_MAX / 3_600;

    /**
     * Events to groups with more members than this are appended in the background, so that a fleet of any size has such
     * a group.
     */
    private static final int INLINE_MEMBERS_MAX = 10;

    public SoakOptions {
        if (devices < 10 || devices > 10_000) {
            throw new IllegalArgumentException("devices must be 10 to 10000, are " + devices);
        }
        if (partners < 0 || partners > 100) {
            throw new IllegalArgumentException("partners must be 0 to 100, are " + partners);
        }
        if (ratePerSecond < 1 || ratePerSecond > 10_000) {
            throw new IllegalArgumentException("rate must be 1 to 10000, is " + ratePerSecond);
        }
    }

    FleetOptions fleetOptions() {
        return new FleetOptions(
                tag,
                devices,
                0,
                ratePerSecond,
                FaultRates.NONE,
                seed,
                ClientKind.ALL,
                FleetDoorbell.Choice.MIX,
                POLL_MILLIS,
                tls,
                0,
                0,
                TIMEOUT_SECONDS,
                new DeviceSettings(SAFETY_POLL.toMillis(), GREETING_MILLIS, BACKOFF_MILLIS, BACKOFF_MAX_MILLIS),
                false,
                new PartnerOptions(partners, partners > 0));
    }

    /** The interval between samples. */
    long sampleMillis() {
        return Math.max(1_000, plan.seconds() * 1_000L / SAMPLES);
    }

    /** The file for the server's stderr. */
    Path serverLog() {
        return report.resolve("server.log");
    }

    /** The shell command that starts the server. */
    String serverCommand() {
        return serverCommand(dataFolder);
    }

    /** The shell command that starts a server on another data folder. */
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
                                "--fanout-inline-max " + INLINE_MEMBERS_MAX));
    }

    /** The path as one word for a shell. */
    static String quoted(Path path) {
        return "'" + path.toString().replace("'", "'\\''") + "'";
    }

    /** The options as text for people. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%d devices%s, %d partners, %d orders, changes and events a second, seed %d%s",
                devices,
                tls ? " with TLS" : "",
                partners,
                ratePerSecond,
                seed,
                clockFile == null ? ", a server whose clock stays" : "");
    }
}
