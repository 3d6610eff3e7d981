package io.bellwire.serve;

import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} for secrets. Filled by picocli, then read. */
final class SecretOptions {
    @Option(
            names = "--secret-overlap",
            paramLabel = "DURATION",
            defaultValue = "0s",
            description = "How long an old secret stays valid after a rotation that does not say it, at most 30d.")
    Duration overlap = Duration.ZERO;
}
