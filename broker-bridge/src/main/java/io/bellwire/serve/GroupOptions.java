package io.bellwire.serve;

import io.bellwire.group.GroupLimits;
import io.bellwire.http.ConfigurationException;
import picocli.CommandLine.Option;

/** The options of {@link ServeOptions} that bound what goes to groups of devices. Filled by picocli, then read. */
final class GroupOptions {
    @Option(
            names = "--fanout-inline-max",
            paramLabel = "N",
            defaultValue = "100",
            description = "Members up to which a group's event is written to all of them in its own transaction.")
    int inlineMax;

    @Option(
            names = "--fanout-batch-max",
            paramLabel = "N",
            defaultValue = "250",
            description = "Members of larger groups that are written to in one go, in the background.")
    int batchMax;

    @Option(
            names = "--fanout-queued-max",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Events that may be on their way to members of groups; more are refused.")
    int queuedMax;

    GroupLimits limits() {
        try {
            return new GroupLimits(inlineMax, batchMax, queuedMax);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()));
        }
    }
}
