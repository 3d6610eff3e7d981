package io.bellwire.serve;

import io.bellwire.query.QueryOptions;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} for the order search. Filled by picocli, then read. */
final class OrderSearchOptions {
    /** The values on the command line. */
    enum Switch {
        ON,
        OFF
    }

    @Option(
            names = "--order-search",
            paramLabel = "on|off",
            defaultValue = "on",
            description = "Keep a database of all orders up to date in the background, so that they can be searched and"
                    + " counted.")
    Switch isOn = Switch.ON;

    @Option(
            names = "--order-search-cpu-share",
            paramLabel = "X",
            defaultValue = "0.2",
            description =
                    "Share of one processor that the order search may use in the long run, above 0 and at most 1.")
    double cpuShare;

    /** Throws {@link IllegalArgumentException} that names a value out of range. */
    QueryOptions toQueryOptions() {
        return new QueryOptions(isOn == Switch.ON, cpuShare);
    }
}
