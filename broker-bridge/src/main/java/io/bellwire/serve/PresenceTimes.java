package io.bellwire.serve;

import io.bellwire.presence.PresenceOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/**
 * The options of {@link ServeOptions} for reports of devices that connect and disconnect. Filled by picocli, then
 * read.
 */
final class PresenceTimes {
    @Option(
            names = "--presence-grace",
            paramLabel = "DURATION",
            defaultValue = "5s",
            description = "How long a device must be away until it counts as disconnected.")
    Duration grace = Duration.ZERO;

    @Option(
            names = "--presence-grace-after-start",
            paramLabel = "DURATION",
            defaultValue = "30s",
            description = "The same after a start, for devices that were connected when the server stopped.")
    Duration graceAfterStart = Duration.ZERO;

    @Option(
            names = "--presence-spacing",
            paramLabel = "DURATION",
            defaultValue = "1m",
            description = "A device is reported as connected at most once in this time.")
    Duration spacing = Duration.ZERO;

    @Option(
            names = "--presence-save-interval",
            paramLabel = "DURATION",
            defaultValue = "1m",
            description = "How often the times at which devices were last seen are saved.")
    Duration saveInterval = Duration.ZERO;

    /** Throws {@link IllegalArgumentException} that names a value out of range. */
    PresenceOptions toPresenceOptions() {
        return new PresenceOptions(grace, graceAfterStart, spacing, saveInterval);
    }
}
