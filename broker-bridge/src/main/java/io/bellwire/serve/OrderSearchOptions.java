package io.bellwire.serve;

import io.bellwire.query.QueryOptions;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} that are about searching orders. Filled by picocli, then read. */
final class OrderSearchOptions {
    /** As the command line spells it. */
    enum Switch {
        ON,
        OFF
    }

    @Option(
            names = "--order-search",
            paramLabel = "on|off",
            defaultValue = "on",
            description =
                    "Fold all orders into a database of their own in the background, so that they can be searched and"
                            + " counted.")
    Switch isOn = Switch.ON;

    @Option(
            names = "--order-search-cpu-share",
            paramLabel = "X",
            defaultValue = "0.2",
            description = "How much of one processor that may use in the long run, above 0 and at most 1.")
    double cpuShare;

    /** Throws {@link IllegalArgumentException} that names what is out of its range. */
    QueryOptions toQueryOptions() {
        return new QueryOptions(isOn == Switch.ON, cpuShare);
    }
}
