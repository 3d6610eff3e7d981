package io.bellwire.presence;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.RenderedEvent;
import io.bellwire.log.Timestamps;
import io.bellwire.registry.DeviceId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * That a device has come or gone, as the feed of operations tells it. Immutable.
 *
 * @param isConnected whether it has come
 * @param doorbell what it is, or was, connected by
 * @param at when it came or went
 * @param suppressed how often it came, since the last event of this device, without being told
 */
record PresenceEvent(DeviceId device, boolean isConnected, DoorbellKind doorbell, Instant at, int suppressed) {
    static final String CONNECTED = "io.bellwire.device.connected";
    static final String DISCONNECTED = "io.bellwire.device.disconnected";

    /** As the log is to keep it. */
    RenderedEvent render() {
        String prefix = "\"type\":\"" + (isConnected ? CONNECTED : DISCONNECTED) + "\",\"subject\":\"" + device
                + "\",\"time\":\"" + Timestamps.format(at)
                + "\",\"datacontenttype\":\"application/json\",\"data\":";
        String data = "{\"device_id\":\"" + device + "\",\"doorbell\":\"" + doorbell.text() + "\",\"suppressed\":"
                + suppressed + "}";
        return new RenderedEvent((prefix + data + "}").getBytes(StandardCharsets.US_ASCII), prefix.length());
    }
}
