package io.bellwire.soak;

import io.bellwire.fleet.DoorbellKind;
import io.bellwire.fleet.Entry;
import io.bellwire.fleet.FleetDevices;
import io.bellwire.fleet.Truth;
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
    private final Truth truth;
    private final int[] read;
    /** Orders that took effect before their answer was seen. */
    private List<Entry> early = new ArrayList<>();

    AppliedLatencies(FleetDevices devices, Truth truth) {
        this.devices = devices;
        this.truth = truth;
        this.read = new int[devices.ids().size()];
    }

    /** In microseconds, of what took effect since this was asked before. */
    Histogram micros() {
        Histogram micros = new Histogram(3);
        List<Entry> again = early;
        early = new ArrayList<>();
        again.forEach(entry -> measure(entry, micros, false));
        for (int device = 0; device < read.length; device++) {
            List<Entry> entries = devices.journal(device, read[device]);
            read[device] += entries.size();
            if (devices.kind(device) != DoorbellKind.POLL) {
                entries.forEach(entry -> measure(entry, micros, true));
            }
        }
        return micros;
    }

    private void measure(Entry entry, Histogram micros, boolean mayWait) {
        String order = entry.orderId();
        if (order == null || entry.version() != 1 || entry.kind() != Entry.Kind.APPLIED) {
            return;
        }
        Truth.Placed placed = truth.find(order);
        if (placed != null) {
            micros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(entry.atNanos() - placed.dueNanos())));
        } else if (mayWait) {
            early.add(entry);
        }
    }
}
