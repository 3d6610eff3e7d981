package io.bellwire.broker;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.registry.DeviceId;

/**
 * Hears of devices that come and go. Called on broker threads, for one device never at the same time and in the order in
 * which it happened; implementations return at once and do not throw.
 */
public interface DeviceSessions {
    /**
     * The CONNACK is out. Whatever was subscribed to on an earlier connection is over, also where no disconnection was
     * told because this one has taken its place.
     */
    void connected(DeviceId device, DoorbellKind kind);

    /** The SUBACK is out: the device can be rung on {@code topic} now. Called for every topic of every SUBSCRIBE. */
    void subscribed(DeviceId device, String topic, DoorbellKind kind);

    /**
     * The device has no connection any more. Not called for a connection whose place a newer one has taken. May come
     * for a device that had not subscribed yet.
     */
    void disconnected(DeviceId device);
}
