package io.bellwire.serve;

import io.bellwire.broker.DeviceSessions;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.presence.Presence;
import io.bellwire.registry.DeviceId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Tells presence of the broker's sessions, on their way to who rings them. Thread-safe as the interface asks. */
final class WatchedSessions implements DeviceSessions {
    private final Presence presence;
    private final DeviceSessions next;
    private final Map<DeviceId, DoorbellKind> there = new ConcurrentHashMap<>();

    WatchedSessions(Presence presence, DeviceSessions next) {
        this.presence = presence;
        this.next = next;
    }

    @Override
    public void connected(DeviceId device, DoorbellKind kind) {
        presence.opened(device, kind);
        DoorbellKind before = there.put(device, kind);
        if (before != null) {
            // the connection whose place this one has taken; the device was there all the time
            presence.closed(device, before);
        }
        next.connected(device, kind);
    }

    @Override
    public void subscribed(DeviceId device, String topic, DoorbellKind kind) {
        next.subscribed(device, topic, kind);
    }

    @Override
    public void disconnected(DeviceId device) {
        DoorbellKind before = there.remove(device);
        if (before != null) {
            presence.closed(device, before);
        }
        next.disconnected(device);
    }
}
