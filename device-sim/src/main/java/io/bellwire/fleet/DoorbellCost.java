package io.bellwire.fleet;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What one kind of doorbell costs. Immutable.
 *
 * @param devices that have it
 * @param changes that took effect at these
 * @param requests over HTTP, of whatever kind: pages, acknowledgements, snapshots, streams opened
 * @param bytesUp from these devices, as {@link Report} says it is counted
 * @param bytesDown to these devices
 * @param latency from an order's acknowledgement until it took effect, where the device was in touch all the while
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

    /** 0 without changes, as all figures that have nothing to tell. */
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
