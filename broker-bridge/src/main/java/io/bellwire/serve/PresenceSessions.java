package io.bellwire.serve;

import io.bellwire.broker.SessionListener;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.presence.Presence;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reports the broker's sessions to presence, then passes each call on to {@code next}. Thread-safe, as {@link
 * SessionListener} demands.
 */
final class PresenceSessions implements SessionListener {
    private final Presence presence;
    private final SessionListener next;
    private final Map<DeviceId, DoorbellKind> kinds = new ConcurrentHashMap<>();

    PresenceSessions(Presence presence, SessionListener next) {
        this.presence = presence;
        this.next = next;
    }

    @Override
    public void connected(DeviceId device, DoorbellKind kind) {
        presence.connectionOpened(device, kind);
        DoorbellKind previous = kinds.put(device, kind);
        if (previous != null) {
            // this connection has taken over; the device was connected all the time
            presence.connectionClosed(device, previous);
        }
        next.connected(device, kind);
    }

    @Override
    public void subscribed(DeviceId device, String topic, DoorbellKind kind) {
        next.subscribed(device, topic, kind);
    }

    @Override
    public void disconnected(DeviceId device) {
        DoorbellKind previous = kinds.remove(device);
        if (previous != null) {
            presence.connectionClosed(device, previous);
        }
        next.disconnected(device);
    }
}
