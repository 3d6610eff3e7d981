package io.bellwire.serve;

import io.bellwire.feedapi.ConfigurationException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of {@link ServeOptions} that say how long something is kept, and how much room is left. Filled by picocli, then read. */
final class RetentionOptions {
    private static final String RETENTION = "--retention";
    private static final String IDEMPOTENCY_KEPT = "--idempotency-kept";
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    @Option(
            names = RETENTION,
            paramLabel = "DURATION",
            defaultValue = "30d",
            description = "How long changes are kept.")
    Duration retention = Duration.ZERO;

    @Option(
            names = IDEMPOTENCY_KEPT,
            paramLabel = "DURATION",
            defaultValue = "7d",
            description = "How long idempotency keys are kept.")
    Duration idempotencyKept = Duration.ZERO;

    @Option(
            names = "--disk-free-min",
            paramLabel = "BYTES",
            defaultValue = "67108864",
            description = "Writes are refused while fewer bytes are free on the disk of the data folder.")
    long diskFreeBytesMin;

    @Spec(Spec.Target.MIXEE)
    @Nullable CommandSpec command;

    /** Throws {@link ConfigurationException} that names both options, each with the value that was given. */
    void check() {
        if (retention.compareTo(SHORTEST) < 0) {
            throw new ConfigurationException(given(RETENTION)
                    + " is too short: changes are kept for at least 1m, and for at least as long as idempotency keys, "
                    + given(IDEMPOTENCY_KEPT));
        }
        if (idempotencyKept.compareTo(SHORTEST) < 0) {
            throw new ConfigurationException(given(IDEMPOTENCY_KEPT)
                    + " is too short: idempotency keys are kept for at least 1m, and for at most as long as changes, "
                    + given(RETENTION));
        }
        if (retention.compareTo(idempotencyKept) < 0) {
            throw new ConfigurationException(given(RETENTION) + " is shorter than " + given(IDEMPOTENCY_KEPT)
                    + ": changes are kept for at least as long as idempotency keys");
        }
    }

    /**
     * The option with its value as it was typed: on the command line, in the environment or the file, or as its
     * default.
     */
    private String given(String name) {
        if (command == null) {
            return name;
        }
        OptionSpec option = command.findOption(name);
        List<String> typed = option.originalStringValues();
        if (!typed.isEmpty()) {
            return name + "=" + typed.get(typed.size() - 1);
        }
        IDefaultValueProvider settings = command.defaultValueProvider();
        try {
            String value = settings == null ? null : settings.defaultValue(option);
            return name + "=" + (value == null ? option.defaultValue() : value);
        } catch (Exception e) { // picocli declares it; OptionDefaults throws none
            throw new IllegalStateException("no default value of " + name, e);
        }
    }
}
