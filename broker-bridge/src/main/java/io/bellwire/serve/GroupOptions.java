package io.bellwire.serve;

import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.group.GroupLimits;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} for groups of devices. Filled by picocli, then read. */
final class GroupOptions {
    @Option(
            names = "--fanout-inline-max",
            paramLabel = "N",
            defaultValue = "100",
            description = "Largest group whose members get an event in the event's own transaction.")
    int inlineMax;

    @Option(
            names = "--fanout-batch-max",
            paramLabel = "N",
            defaultValue = "250",
            description = "Members of a larger group that get an event in one background transaction.")
    int batchMax;

    @Option(
            names = "--fanout-queued-max",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Events that may wait for the members of groups; more are refused.")
    int queuedMax;

    GroupLimits limits() {
        try {
            return new GroupLimits(inlineMax, batchMax, queuedMax);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }
}
