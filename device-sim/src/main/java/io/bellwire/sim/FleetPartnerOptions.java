package io.bellwire.sim;

import io.bellwire.fleet.PartnerOptions;
import picocli.CommandLine.Option;

/** The options of a fleet about partners that receive webhooks. Filled by picocli, then read. */
final class FleetPartnerOptions {
    @Option(
            names = "--partners",
            description =
                    "how many partners receive webhooks; half of the orders are theirs. A running server must call"
                            + " http:// on 127.0.0.1, and repeat failed calls soon",
            defaultValue = "0")
    private int partners;

    @Option(
            names = "--partner-faults",
            description = "their receivers fail, lie, are slow and busy, are killed, and lose their newest data")
    private boolean faults;

    PartnerOptions toPartnerOptions() {
        return new PartnerOptions(partners, faults);
    }
}
