package io.bellwire.sim;

import io.bellwire.fleet.FaultRates;
import picocli.CommandLine.Option;

/** The options that say how often each kind of fault happens to a device. Filled by picocli, then read. */
final class FaultRateOptions {
    @Option(
            names = "--drop-rate",
            description = "probability per device and second that its connection is cut hard",
            defaultValue = "${env:BELLWIRE_DROP_RATE:-0.2}")
    private double dropRate;

    @Option(
            names = "--offline-rate",
            description = "probability per device and second that it has no network for 0.5 to 5 s",
            defaultValue = "0.01")
    private double offlineRate;

    @Option(
            names = "--restart-rate",
            description =
                    "probability per device and second that its process dies and starts again from its saved state",
            defaultValue = "0.01")
    private double restartRate;

    @Option(names = "--signal-loss", description = "probability that a signal is lost", defaultValue = "0.1")
    private double signalLoss;

    @Option(names = "--duplicate-rate", description = "probability that a signal comes twice", defaultValue = "0.05")
    private double duplicateRate;

    FaultRates toFaultRates() {
        return new FaultRates(dropRate, offlineRate, restartRate, signalLoss, duplicateRate);
    }
}
