package io.bellwire.presence;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
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
 * Decides which presence events are written, and when. Pure: it gets connections, requests and the time, and returns
 * the events that are due; it does nothing by itself. Thread-safe; each call takes at most logarithmic time in the
 * number of devices.
 *
 * <p>A device that connects gets an event at once; a device that disconnects gets one when it has stayed away for its
 * grace. Two events that say connected are at least the spacing apart; when the spacing ends, an event says what is
 * true then, if that is not what the last one said. So a device that connects again and again makes at most two events
 * in each spacing, and each event says how often the device connected since the last one without an event. At most one
 * event of a device is under way, and none is queued: its content is decided when it can be written.
 */
final class PresenceTracker {
    private final PresenceOptions options;
    private final Map<DeviceId, DevicePresence> devices = new HashMap<>();
    private final TreeSet<DevicePresence> due =
            new TreeSet<>(Comparator.comparingLong((DevicePresence presence) -> presence.dueMillis)
                    .thenComparing(presence -> presence.device.value()));
    private final Set<DevicePresence> unsavedDevices = new LinkedHashSet<>();
    private int connectedCount;

    PresenceTracker(PresenceOptions options) {
        this.options = options;
    }

    /** What is saved of a device: whether its last event says that it is connected, and when it was last seen. */
    record UnsavedPresence(DeviceId device, boolean isReportedConnected, DoorbellKind doorbell, long lastSeenMillis) {}

    /** At the start: the last event of this device says that it is connected. */
    synchronized void restoreConnected(DeviceId device, DoorbellKind doorbell, long lastSeenMillis, ClockReading now) {
        DevicePresence presence = presenceOf(device, doorbell, lastSeenMillis);
        presence.reportedConnected = true;
        if (!presence.isConnected()) {
            presence.awaitedSinceStart = true;
            presence.changedAt = now;
            presence.graceMillis = options.graceAfterStart().toMillis();
        }
        markUnsaved(presence);
        reschedule(presence);
    }

    /** At the start: the last event of this device says that it is disconnected. */
    synchronized void restoreDisconnected(DeviceId device, DoorbellKind doorbell, long lastSeenMillis) {
        DevicePresence presence = presenceOf(device, doorbell, lastSeenMillis);
        presence.reportedConnected = false;
        presence.awaitedSinceStart = false;
        markUnsaved(presence);
        reschedule(presence);
    }

    /** The device has one more connection. */
    synchronized void connectionOpened(DeviceId device, DoorbellKind kind, ClockReading now) {
        DevicePresence presence = presenceOf(device, kind, now.atMillis());
        boolean isNewlyConnected = !presence.isConnected();
        presence.addConnection(kind);
        markSeen(presence, now);
        if (!isNewlyConnected) {
            return;
        }
        connectedCount++;
        // the next long poll of a device, and its return after a restart of the server, are no news
        if (presence.reportedConnected && !presence.awaitedSinceStart && kind != DoorbellKind.LONG_POLL) {
            presence.suppressed++;
        }
        presence.awaitedSinceStart = false;
        presence.changedAt = now;
        reschedule(presence);
    }

    /** The device has one connection less. Does nothing if it had none of this kind. */
    synchronized void connectionClosed(DeviceId device, DoorbellKind kind, ClockReading now) {
        DevicePresence presence = devices.get(device);
        if (presence == null || !presence.removeConnection(kind)) {
            return;
        }
        markSeen(presence, now);
        if (presence.isConnected()) {
            return;
        }
        connectedCount--;
        if (!presence.reportedConnected && !presence.eventUnderWay) {
            presence.suppressed++; // the connection has ended before its event was due
        }
        presence.changedAt = now;
        presence.graceMillis = options.grace().toMillis();
        reschedule(presence);
    }

    /** The device has made a request. If it is connected, its doorbell stays. */
    synchronized void seen(DeviceId device, DoorbellKind kind, ClockReading now) {
        DevicePresence presence = presenceOf(device, kind, now.atMillis());
        if (!presence.isConnected()) {
            presence.doorbell = kind;
        }
        markSeen(presence, now);
    }

    /**
     * Up to {@code countMax} events that are due. Give each to {@link #eventWritten} or {@link #eventFailed}
     * afterwards.
     */
    synchronized List<PresenceEvent> takeDueEvents(ClockReading now, int countMax) {
        List<PresenceEvent> events = new ArrayList<>();
        while (events.size() < countMax && !due.isEmpty() && due.first().dueMillis <= now.elapsedMillis()) {
            DevicePresence presence = due.first();
            boolean isNewlyConnected = !presence.reportedConnected;
            if (isNewlyConnected) {
                presence.connectedReportedMillis = now.elapsedMillis();
            }
            presence.eventUnderWay = true;
            reschedule(presence);
            events.add(new PresenceEvent(
                    presence.device,
                    isNewlyConnected,
                    presence.doorbell,
                    Instant.ofEpochMilli(presence.changedAt.atMillis()),
                    presence.suppressed));
        }
        return events;
    }

    /** The event is in the feed. */
    synchronized void eventWritten(PresenceEvent event) {
        DevicePresence presence = devices.get(event.device());
        if (presence != null) {
            presence.eventUnderWay = false;
            presence.reportedConnected = event.isConnected();
            presence.suppressed -= event.suppressed();
            markUnsaved(presence);
            reschedule(presence);
        }
    }

    /**
     * The event could not be written. From {@code retryMillis} on, in elapsed time, an event says what is true then.
     */
    synchronized void eventFailed(PresenceEvent event, long retryMillis) {
        DevicePresence presence = devices.get(event.device());
        if (presence != null) {
            presence.eventUnderWay = false;
            if (event.isConnected()) {
                presence.connectedReportedMillis =
                        retryMillis - options.spacing().toMillis();
            } else {
                presence.graceMillis = Math.max(presence.graceMillis, retryMillis - presence.changedAt.elapsedMillis());
            }
            reschedule(presence);
        }
    }

    /** The status of the device; empty if it has not been seen since the start. */
    synchronized Optional<Presence.Status> find(DeviceId device) {
        DevicePresence presence = devices.get(device);
        return presence == null
                ? Optional.empty()
                : Optional.of(new Presence.Status(presence.isConnected(), presence.doorbell, presence.lastSeenMillis));
    }

    /** Up to {@code countMax} devices that have changed since they were last taken for saving. */
    synchronized List<UnsavedPresence> takeUnsaved(int countMax) {
        List<UnsavedPresence> taken = new ArrayList<>();
        for (var next = unsavedDevices.iterator(); next.hasNext() && taken.size() < countMax; ) {
            DevicePresence presence = next.next();
            next.remove();
            presence.unsaved = false;
            taken.add(new UnsavedPresence(
                    presence.device, presence.reportedConnected, presence.doorbell, presence.lastSeenMillis));
        }
        return taken;
    }

    /** These could not be saved, and are to be taken again. */
    synchronized void putBackUnsaved(List<UnsavedPresence> taken) {
        for (UnsavedPresence one : taken) {
            DevicePresence presence = devices.get(one.device());
            if (presence != null) {
                markUnsaved(presence);
            }
        }
    }

    /** How many devices have at least one connection. */
    synchronized int connectedCount() {
        return connectedCount;
    }

    private DevicePresence presenceOf(DeviceId device, DoorbellKind kind, long seenMillis) {
        @Nullable DevicePresence existing = devices.get(device);
        if (existing == null) {
            existing = new DevicePresence(device, kind, seenMillis);
            devices.put(device, existing);
        }
        return existing;
    }

    private void markSeen(DevicePresence presence, ClockReading now) {
        presence.lastSeenMillis = now.atMillis();
        markUnsaved(presence);
    }

    private void markUnsaved(DevicePresence presence) {
        if (!presence.unsaved) {
            presence.unsaved = true;
            unsavedDevices.add(presence);
        }
    }

    /** Computes anew when the next event of the device is due. */
    private void reschedule(DevicePresence presence) {
        if (presence.dueMillis != DevicePresence.NEVER) {
            due.remove(presence);
        }
        presence.dueMillis = dueMillis(presence);
        if (presence.dueMillis != DevicePresence.NEVER) {
            due.add(presence);
        }
    }

    private long dueMillis(DevicePresence presence) {
        if (presence.eventUnderWay || presence.isConnected() == presence.reportedConnected) {
            return DevicePresence.NEVER;
        }
        return presence.isConnected()
                ? Math.max(
                        presence.changedAt.elapsedMillis(),
                        presence.connectedReportedMillis + options.spacing().toMillis())
                : presence.changedAt.elapsedMillis() + presence.graceMillis;
    }
}
