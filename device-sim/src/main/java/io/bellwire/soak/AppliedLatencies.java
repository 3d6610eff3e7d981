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
 * Reads how long orders took from when they were due until they took effect out of the devices' journals. Those of devices
 * that only ask do not count: theirs is a matter of how often they do. Not thread-safe.
 */
final class AppliedLatencies {
    private final FleetDevices devices;
    private final AcknowledgedOrders truth;
    private final int[] read;
    /** Orders that took effect before their answer was seen. */
    private List<JournalEntry> early = new ArrayList<>();

    AppliedLatencies(FleetDevices devices, AcknowledgedOrders truth) {
        this.devices = devices;
        this.truth = truth;
        this.read = new int[devices.ids().size()];
    }

    /** In microseconds, of what took effect since this was asked before. */
    Histogram micros() {
        Histogram micros = new Histogram(3);
        List<JournalEntry> again = early;
        early = new ArrayList<>();
        again.forEach(entry -> measure(entry, micros, false));
        for (int device = 0; device < read.length; device++) {
            List<JournalEntry> entries = devices.journal(device, read[device]);
            read[device] += entries.size();
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
        AcknowledgedOrders.Placed placed = truth.find(order);
        if (placed != null) {
            micros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(entry.atNanos() - placed.dueNanos())));
        } else if (mayWait) {
            early.add(entry);
        }
    }
}
