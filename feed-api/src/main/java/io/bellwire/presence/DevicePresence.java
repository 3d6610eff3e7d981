package io.bellwire.presence;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.registry.DeviceId;
import java.util.EnumMap;
import java.util.Map;

/** What the {@link PresenceTracker} keeps of one device, about 200 bytes. Used under the board's lock. */
final class DevicePresence {
    static final long NEVER = Long.MAX_VALUE;

    final DeviceId device;
    private final Map<DoorbellKind, Integer> open = new EnumMap<>(DoorbellKind.class);
    DoorbellKind doorbell;
    long lastSeenMillis;

    /** Whether the last event of it, in the feed, says that it is connected. */
    boolean told;
    /** Whether an event of it is being written. */
    boolean writing;
    /** When it was decided the last time to tell that it is connected, of elapsed time. */
    long toldConnectedMillis = Long.MIN_VALUE / 2;
    /** When the first of the connections that are open, or the last of those that were, began or ended. */
    ClockReading changed = new ClockReading(0, 0);

    long graceMillis;
    int suppressed;
    /** Whether it was connected when the server ended, and has not been seen since. */
    boolean awaited;
    /** Whether it differs from what is saved. */
    boolean dirty;
    /** When there will be something to tell of it, of elapsed time; its place on the board. */
    long dueMillis = NEVER;

    DevicePresence(DeviceId device, DoorbellKind doorbell, long lastSeenMillis) {
        this.device = device;
        this.doorbell = doorbell;
        this.lastSeenMillis = lastSeenMillis;
    }

    boolean isOnline() {
        return !open.isEmpty();
    }

    /** One more connection; the best of those that are open is what it is said to be connected by. */
    void open(DoorbellKind kind) {
        open.merge(kind, 1, Integer::sum);
        doorbell = open.keySet().iterator().next();
    }

    /** One connection fewer; false if there was none of this kind. */
    boolean close(DoorbellKind kind) {
        if (!open.containsKey(kind)) {
            return false;
        }
        open.computeIfPresent(kind, (same, count) -> count == 1 ? null : count - 1);
        if (isOnline()) {
            doorbell = open.keySet().iterator().next();
        }
        return true;
    }
}
