package io.bellwire.fleet;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Adds up what each kind of doorbell cost. Not thread-safe; one for each report. */
final class CostCount {
    private final Map<FleetDoorbell, OfKind> kinds = new EnumMap<>(FleetDoorbell.class);

    private static final class OfKind {
        private final Latencies latency = new Latencies();
        private int devices;
        private long changes;
    }

    /** Counts a device, and gives what its latencies are to be recorded in. */
    Latencies device(FleetDoorbell kind, long changes) {
        OfKind count = kinds.computeIfAbsent(kind, first -> new OfKind());
        count.devices++;
        count.changes += changes;
        return count.latency;
    }

    List<DoorbellCost> costs(Costs http, ProxyRoutes lines) {
        List<DoorbellCost> costs = new ArrayList<>();
        kinds.forEach((kind, count) -> {
            Costs.OfKind asked = http.of(kind);
            // A waiting read passes a proxy too, and is counted as the request that it is.
            boolean line = kind.isRung();
            costs.add(new DoorbellCost(
                    kind,
                    count.devices,
                    count.changes,
                    asked.requests(),
                    asked.bytesUp() + (line ? lines.bytesUp(kind) : 0),
                    asked.bytesDown() + (line ? lines.bytesDown(kind) : 0),
                    count.latency.quantiles()));
        });
        return costs;
    }
}
