package io.bellwire.presence;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Timestamps;
import io.bellwire.registry.DeviceId;
import java.nio.charset.StandardCharsets;
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
        String prefix = "\"type\":\"" + (isConnected ? CONNECTED : DISCONNECTED) + "\",\"subject\":\"" + device
                + "\",\"time\":\"" + Timestamps.format(at)
                + "\",\"datacontenttype\":\"application/json\",\"data\":";
        String data = "{\"device_id\":\"" + device + "\",\"doorbell\":\"" + doorbell.text() + "\",\"suppressed\":"
                + suppressed + "}";
        return new RenderedEvent((prefix + data + "}").getBytes(StandardCharsets.US_ASCII), prefix.length());
    }
}
