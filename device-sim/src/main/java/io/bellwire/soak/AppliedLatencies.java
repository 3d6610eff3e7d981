package io.bellwire.soak;

import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.fleet.FleetDevices;
import io.bellwire.fleet.FleetDoorbell;
import io.bellwire.fleet.JournalEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Reads from the devices' journals how long orders took from when they were due until they took effect. Devices that
 * only poll do not count, as their latency depends on their poll interval. Not thread-safe.
 */
final class AppliedLatencies {
    private final FleetDevices devices;
    private final AcknowledgedOrders acknowledged;
    private final int[] readCounts;
    /** Entries of orders that took effect before their acknowledgement was recorded. */
    private List<JournalEntry> notYetAcknowledged = new ArrayList<>();

    AppliedLatencies(FleetDevices devices, AcknowledgedOrders acknowledged) {
        this.devices = devices;
        this.acknowledged = acknowledged;
        this.readCounts = new int[devices.ids().size()];
    }

    /** The latencies in microseconds of orders that took effect since the last call. */
    Histogram micros() {
        Histogram micros = new Histogram(3);
        List<JournalEntry> waiting = notYetAcknowledged;
        notYetAcknowledged = new ArrayList<>();
        waiting.forEach(entry -> measure(entry, micros, false));
        for (int device = 0; device < readCounts.length; device++) {
            List<JournalEntry> entries = devices.journal(device, readCounts[device]);
            readCounts[device] += entries.size();
            if (devices.kind(device) != FleetDoorbell.POLL) {
                entries.forEach(entry -> measure(entry, micros, true));
            }
        }
        return micros;
    }

    private void measure(JournalEntry entry, Histogram micros, boolean mayWait) {
        String order = entry.orderId();
        if (order == null || entry.version() != 1 || entry.kind() != JournalEntry.Kind.APPLIED) {
            return;
        }
        AcknowledgedOrders.Placed placed = acknowledged.find(order);
        if (placed != null) {
            micros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(entry.atNanos() - placed.dueNanos())));
        } else if (mayWait) {
            notYetAcknowledged.add(entry);
        }
    }
}
