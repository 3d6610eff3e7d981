package io.bellwire.presence;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.log.RenderedEvent;
import java.time.Instant;

/**
 * An event of the feed of operations: a device has connected or disconnected. Immutable.
 *
 * @param isConnected true if it has connected, false if it has disconnected
 * @param doorbell what it is, or was, connected by
 * @param at when it connected or disconnected
 * @param suppressed how often the device connected since its last event without an event for it
 */
record PresenceEvent(DeviceId device, boolean isConnected, DoorbellKind doorbell, Instant at, int suppressed) {
    static final String CONNECTED = "io.bellwire.device.connected";
    static final String DISCONNECTED = "io.bellwire.device.disconnected";

    /** The event as the log stores it; {@link PresenceEventReader} reads this form. */
    RenderedEvent render() {
        String data = "{\"device_id\":\"" + device + "\",\"doorbell\":\"" + doorbell.text() + "\",\"suppressed\":"
                + suppressed + "}";
        return RenderedEvent.at(at, isConnected ? CONNECTED : DISCONNECTED, device, data);
    }
}
