package io.bellwire.presence;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import java.util.EnumMap;
import java.util.Map;

/** What the {@link PresenceTracker} knows of one device, about 200 bytes. Used under the tracker's lock. */
final class DevicePresence {
    static final long NEVER = Long.MAX_VALUE;

    final DeviceId device;
    private final Map<DoorbellKind, Integer> connections = new EnumMap<>(DoorbellKind.class);
    DoorbellKind doorbell;
    long lastSeenMillis;

    /** Whether the device's last event in the feed of operations says that it is connected. */
    boolean reportedConnected;
    /** Whether an event of the device is being written. */
    boolean eventUnderWay;
    /** When the last event that says connected was taken for writing, in elapsed milliseconds. */
    long connectedReportedMillis = Long.MIN_VALUE / 2;
    /** When the device last changed between connected and not connected. */
    ClockReading changedAt = new ClockReading(0, 0);

    long graceMillis;
    int suppressed;
    /** Whether the device was connected when the last server ended, and has not connected since the start. */
    boolean awaitedSinceStart;
    /** Whether something has changed since the device was last taken for saving. */
    boolean unsaved;
    /** When its next event is due, in elapsed milliseconds; the tracker sorts by it. */
    long dueMillis = NEVER;

    DevicePresence(DeviceId device, DoorbellKind doorbell, long lastSeenMillis) {
        this.device = device;
        this.doorbell = doorbell;
        this.lastSeenMillis = lastSeenMillis;
    }

    boolean isConnected() {
        return !connections.isEmpty();
    }

    /** Adds one connection. {@link #doorbell} is the first kind, in the order of the enum, that has a connection. */
    void addConnection(DoorbellKind kind) {
        connections.merge(kind, 1, Integer::sum);
        doorbell = connections.keySet().iterator().next();
    }

    /** Removes one connection of this kind; returns false if there was none. */
    boolean removeConnection(DoorbellKind kind) {
        if (!connections.containsKey(kind)) {
            return false;
        }
        connections.computeIfPresent(kind, (same, count) -> count == 1 ? null : count - 1);
        if (isConnected()) {
            doorbell = connections.keySet().iterator().next();
        }
        return true;
    }
}
