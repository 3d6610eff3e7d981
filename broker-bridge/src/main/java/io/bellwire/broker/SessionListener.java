package io.bellwire.broker;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;

/**
 * Is notified when devices connect, subscribe and disconnect. Called on broker threads; calls for one device never
 * overlap and are in the order of its events. Implementations return at once and do not throw.
 */
public interface SessionListener {
    /**
     * The broker has sent CONNACK. Subscriptions of an earlier connection have ended, even if {@link #disconnected}
     * was not called because this connection has taken over.
     */
    void connected(DeviceId device, DoorbellKind kind);

    /**
     * The broker has sent SUBACK: the device can be signalled on {@code topic} now. Called for every topic of every
     * SUBSCRIBE.
     */
    void subscribed(DeviceId device, String topic, DoorbellKind kind);

    /**
     * The device has no connection any more. Not called for a connection that a newer one has taken over. May be
     * called for a device that had not subscribed yet.
     */
    void disconnected(DeviceId device);
}
