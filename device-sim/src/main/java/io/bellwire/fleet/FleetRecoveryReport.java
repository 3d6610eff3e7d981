package io.bellwire.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How a fleet recovered after its server was away. Immutable.
 *
 * @param back devices that were up to date before their round's end, summed over all rounds
 * @param missing devices that were not
 * @param reconcile from when the server was ready again until the device was up to date
 * @param feed from a device's request to the feed's answer, including its wait for a connection, until all devices were
 *     up to date
 * @param tooMany answers with status 429, in the whole run
 * @param spreadMaxMillis the greatest {@code spread_ms} of a signal
 */
public record FleetRecoveryReport(
        @JsonProperty("back") long back,
        @JsonProperty("missing") long missing,
        @JsonProperty("reconcile_ms") Report.Quantiles reconcile,
        @JsonProperty("feed_ms") Report.Quantiles feed,
        @JsonProperty("too_many_requests") long tooMany,
        @JsonProperty("spread_max_ms") long spreadMaxMillis) {}
