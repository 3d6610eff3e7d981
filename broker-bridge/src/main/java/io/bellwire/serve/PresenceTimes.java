package io.bellwire.serve;

import io.bellwire.presence.PresenceOptions;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} that say when it is told that devices come and go. Filled by picocli, then read. */
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
            description = "The same after a start, for those that were connected when the server ended.")
    Duration graceAfterStart = Duration.ZERO;

    @Option(
            names = "--presence-spacing",
            paramLabel = "DURATION",
            defaultValue = "1m",
            description = "It is told at most once in it that a device is connected.")
    Duration spacing = Duration.ZERO;

    @Option(
            names = "--presence-save-interval",
            paramLabel = "DURATION",
            defaultValue = "1m",
            description = "How often it is saved when devices were last seen.")
    Duration saveInterval = Duration.ZERO;

    /** Throws {@link IllegalArgumentException} that names what is out of its range. */
    PresenceOptions toPresenceOptions() {
        return new PresenceOptions(grace, graceAfterStart, spacing, saveInterval);
    }
}
