package io.bellwire.fleet;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What one kind of doorbell has cost. Immutable.
 *
 * @param devices devices with this doorbell
 * @param changes changes that took effect at these devices
 * @param requests HTTP requests of all kinds: pages, acknowledgements, snapshots, streams opened
 * @param bytesUp bytes from these devices; {@link Report} says how they are counted
 * @param bytesDown bytes to these devices
 * @param latency from an order's acknowledgement until it took effect, of orders during which the device stayed
 *     connected
 */
@JsonPropertyOrder({
    "devices",
    "changes",
    "requests",
    "requests_per_change",
    "bytes",
    "bytes_up",
    "bytes_down",
    "bytes_per_change",
    "latency_ms"
})
public record DoorbellCost(
        @JsonIgnore FleetDoorbell kind,
        @JsonProperty("devices") int devices,
        @JsonProperty("changes") long changes,
        @JsonProperty("requests") long requests,
        @JsonProperty("bytes_up") long bytesUp,
        @JsonProperty("bytes_down") long bytesDown,
        @JsonProperty("latency_ms") Report.Quantiles latency) {
    @JsonProperty("bytes")
    public long bytes() {
        return bytesUp + bytesDown;
    }

    /** 0 if there were no changes. */
    @JsonProperty("requests_per_change")
    public double requestsPerChange() {
        return perChange(requests);
    }

    @JsonProperty("bytes_per_change")
    public double bytesPerChange() {
        return perChange(bytes());
    }

    private double perChange(long count) {
        return changes == 0 ? 0 : Math.round(100.0 * count / changes) / 100.0;
    }
}
