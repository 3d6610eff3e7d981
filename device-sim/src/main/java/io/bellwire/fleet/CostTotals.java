package io.bellwire.fleet;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Adds up what each kind of doorbell has cost. Not thread-safe; one for each report. */
final class CostTotals {
    private final Map<FleetDoorbell, OfKind> kinds = new EnumMap<>(FleetDoorbell.class);

    private static final class OfKind {
        private final Latencies latency = new Latencies();
        private int devices;
        private long changes;
    }

    /** Counts a device, and returns the histogram that its latencies are recorded in. */
    Latencies device(FleetDoorbell kind, long changes) {
        OfKind count = kinds.computeIfAbsent(kind, first -> new OfKind());
        count.devices++;
        count.changes += changes;
        return count.latency;
    }

    List<DoorbellCost> costs(HttpCosts http, ProxyRoutes proxyRoutes) {
        List<DoorbellCost> costs = new ArrayList<>();
        kinds.forEach((kind, count) -> {
            HttpCosts.OfKind requests = http.of(kind);
            // A waiting read passes a proxy too, but is already counted as an HTTP request.
            boolean holdsProxiedConnection = kind.receivesSignals();
            costs.add(new DoorbellCost(
                    kind,
                    count.devices,
                    count.changes,
                    requests.requests(),
                    requests.bytesUp() + (holdsProxiedConnection ? proxyRoutes.bytesUp(kind) : 0),
                    requests.bytesDown() + (holdsProxiedConnection ? proxyRoutes.bytesDown(kind) : 0),
                    count.latency.quantiles()));
        });
        return costs;
    }
}
