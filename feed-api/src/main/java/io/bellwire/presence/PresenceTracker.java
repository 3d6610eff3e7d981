package io.bellwire.presence;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.registry.DeviceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Decides what is told of devices that come and go. Pure: it is told of connections, requests and the time, and says what
 * is to be written; it does nothing by itself. Thread-safe; every call takes time that
 * does not grow with the number of devices, but for a logarithm.
 *
 * <p>A device that comes is told at once, one that goes when it has stayed away for its grace. It is not told twice within
 * the spacing that it is connected; where that keeps something back, what is true when the spacing ends is told then. So a
 * device that flaps makes at most two events in each spacing, and every event says how often the device came since the one
 * before without being told. There is never more than one event of a device under way, and none is queued: what is to
 * be told is found out when it can be written.
 */
final class PresenceTracker {
    private final PresenceOptions options;
    private final Map<DeviceId, DevicePresence> stations = new HashMap<>();
    private final TreeSet<DevicePresence> due =
            new TreeSet<>(Comparator.comparingLong((DevicePresence station) -> station.dueMillis)
                    .thenComparing(station -> station.device.value()));
    private final Set<DevicePresence> dirty = new LinkedHashSet<>();
    private int online;

    PresenceTracker(PresenceOptions options) {
        this.options = options;
    }

    /** Where a device stands. */
    record Seen(DeviceId device, boolean isConnected, DoorbellKind doorbell, long lastSeenMillis) {}

    /** What is to be saved of a device: whether it counts as connected as far as is told, and when it was last seen. */
    record Kept(DeviceId device, boolean isTold, DoorbellKind doorbell, long lastSeenMillis) {}

    /** The last event of this device, before the server ended, says that it is connected. */
    synchronized void restored(DeviceId device, DoorbellKind doorbell, long lastSeenMillis, ClockReading now) {
        DevicePresence station = station(device, doorbell, lastSeenMillis);
        station.told = true;
        if (!station.isOnline()) {
            station.awaited = true;
            station.changed = now;
            station.graceMillis = options.graceAfterStart().toMillis();
        }
        mark(station);
        plan(station);
    }

    /** The last event of this device, before the server ended, says that it had gone. */
    synchronized void forgotten(DeviceId device, DoorbellKind doorbell, long lastSeenMillis) {
        DevicePresence station = station(device, doorbell, lastSeenMillis);
        station.told = false;
        station.awaited = false;
        mark(station);
        plan(station);
    }

    /** The device has one more connection. */
    synchronized void opened(DeviceId device, DoorbellKind kind, ClockReading now) {
        DevicePresence station = station(device, kind, now.atMillis());
        boolean comes = !station.isOnline();
        station.open(kind);
        see(station, now);
        if (!comes) {
            return;
        }
        online++;
        // who is asked to wait anew each time does not come and go; nor does who comes back after our own end
        if (station.told && !station.awaited && kind != DoorbellKind.LONG_POLL) {
            station.suppressed++;
        }
        station.awaited = false;
        station.changed = now;
        plan(station);
    }

    /** The device has one connection fewer. Has no effect if it had none of this kind. */
    synchronized void closed(DeviceId device, DoorbellKind kind, ClockReading now) {
        DevicePresence station = stations.get(device);
        if (station == null || !station.close(kind)) {
            return;
        }
        see(station, now);
        if (station.isOnline()) {
            return;
        }
        online--;
        if (!station.told && !station.writing) {
            station.suppressed++; // it was kept back, and is over
        }
        station.changed = now;
        station.graceMillis = options.grace().toMillis();
        plan(station);
    }

    /** The device has made a request. What it is connected by, if it is, stays. */
    synchronized void seen(DeviceId device, DoorbellKind kind, ClockReading now) {
        DevicePresence station = station(device, kind, now.atMillis());
        if (!station.isOnline()) {
            station.doorbell = kind;
        }
        see(station, now);
    }

    /** Up to {@code most} events that are to be written now. Each is to be given to {@link #written} or {@link #failed}. */
    synchronized List<PresenceEvent> take(ClockReading now, int most) {
        List<PresenceEvent> events = new ArrayList<>();
        while (events.size() < most && !due.isEmpty() && due.first().dueMillis <= now.elapsedMillis()) {
            DevicePresence station = due.first();
            boolean comes = !station.told;
            if (comes) {
                station.toldConnectedMillis = now.elapsedMillis();
            }
            station.writing = true;
            plan(station);
            events.add(new PresenceEvent(
                    station.device,
                    comes,
                    station.doorbell,
                    Instant.ofEpochMilli(station.changed.atMillis()),
                    station.suppressed));
        }
        return events;
    }

    /** The event is in the feed. */
    synchronized void written(PresenceEvent event) {
        DevicePresence station = stations.get(event.device());
        if (station != null) {
            station.writing = false;
            station.told = event.isConnected();
            station.suppressed -= event.suppressed();
            mark(station);
            plan(station);
        }
    }

    /** The event could not be written: whatever is true then is to be told from {@code againMillis} on, of elapsed time. */
    synchronized void failed(PresenceEvent event, long againMillis) {
        DevicePresence station = stations.get(event.device());
        if (station != null) {
            station.writing = false;
            if (event.isConnected()) {
                station.toldConnectedMillis = againMillis - options.spacing().toMillis();
            } else {
                station.graceMillis = Math.max(station.graceMillis, againMillis - station.changed.elapsedMillis());
            }
            plan(station);
        }
    }

    /** Where the device stands; empty if nothing was heard of it since the start. */
    synchronized Optional<Seen> of(DeviceId device) {
        DevicePresence station = stations.get(device);
        return station == null
                ? Optional.empty()
                : Optional.of(new Seen(device, station.isOnline(), station.doorbell, station.lastSeenMillis));
    }

    /** Up to {@code most} devices of which something has changed since they were last taken for saving. */
    synchronized List<Kept> changed(int most) {
        List<Kept> kept = new ArrayList<>();
        for (var next = dirty.iterator(); next.hasNext() && kept.size() < most; ) {
            DevicePresence station = next.next();
            next.remove();
            station.dirty = false;
            kept.add(new Kept(station.device, station.told, station.doorbell, station.lastSeenMillis));
        }
        return kept;
    }

    /** These could not be saved. */
    synchronized void unsaved(List<Kept> kept) {
        for (Kept one : kept) {
            DevicePresence station = stations.get(one.device());
            if (station != null) {
                mark(station);
            }
        }
    }

    /** How many devices have a connection. */
    synchronized int online() {
        return online;
    }

    private DevicePresence station(DeviceId device, DoorbellKind kind, long seenMillis) {
        @Nullable DevicePresence there = stations.get(device);
        if (there == null) {
            there = new DevicePresence(device, kind, seenMillis);
            stations.put(device, there);
        }
        return there;
    }

    private void see(DevicePresence station, ClockReading now) {
        station.lastSeenMillis = now.atMillis();
        mark(station);
    }

    private void mark(DevicePresence station) {
        if (!station.dirty) {
            station.dirty = true;
            dirty.add(station);
        }
    }

    /** Puts the station where it belongs among those that will have something to tell. */
    private void plan(DevicePresence station) {
        if (station.dueMillis != DevicePresence.NEVER) {
            due.remove(station);
        }
        station.dueMillis = dueMillis(station);
        if (station.dueMillis != DevicePresence.NEVER) {
            due.add(station);
        }
    }

    private long dueMillis(DevicePresence station) {
        if (station.writing || station.isOnline() == station.told) {
            return DevicePresence.NEVER;
        }
        return station.isOnline()
                ? Math.max(
                        station.changed.elapsedMillis(),
                        station.toldConnectedMillis + options.spacing().toMillis())
                : station.changed.elapsedMillis() + station.graceMillis;
    }
}
