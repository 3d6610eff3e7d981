package io.bellwire.serve;

import io.bellwire.delivery.AttemptLimits;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} about attempts of calls that are remembered. Filled by picocli, then read. */
final class AttemptArguments {
    @Option(
            names = "--webhook-attempts-kept",
            paramLabel = "DURATION",
            defaultValue = "24h",
            description = "How long attempts of calls to an endpoint are shown; in memory, up to 7 days.")
    Duration kept = AttemptLimits.DEFAULT.kept();

    @Option(
            names = "--webhook-attempts-max",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many of them for each endpoint, half of them for attempts that failed.")
    int perEndpoint = AttemptLimits.DEFAULT.perEndpoint();

    /** Throws {@link IllegalArgumentException} that names the value. */
    AttemptLimits toAttemptLimits() {
        return new AttemptLimits(kept, perEndpoint, AttemptLimits.DEFAULT.inAll());
    }
}
