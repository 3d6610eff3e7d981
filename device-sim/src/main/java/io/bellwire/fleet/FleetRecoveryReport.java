package io.bellwire.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a fleet came back after its server was away. Immutable.
 *
 * @param back devices that had all they were owed before the round's end, for each time that the server was away
 * @param missing devices that had not
 * @param reconcile from the server's being ready again until the device had all
 * @param feed from a device's question to the feed's answer, its wait for a connection included, until all were back
 * @param tooMany answers 429, in the whole run
 * @param spreadMaxMillis the greatest spread that a signal asked for
 */
public record FleetRecoveryReport(
        @JsonProperty("back") long back,
        @JsonProperty("missing") long missing,
        @JsonProperty("reconcile_ms") Report.Quantiles reconcile,
        @JsonProperty("feed_ms") Report.Quantiles feed,
        @JsonProperty("too_many_requests") long tooMany,
        @JsonProperty("spread_max_ms") long spreadMaxMillis) {}
