package io.bellwire.fleet;

import io.bellwire.device.DeviceId;
import java.util.concurrent.atomic.AtomicLong;

/** Makes events of another back end, as CloudEvents. Thread-safe. */
public final class ForeignEventSource {
    private final String tag;
    private final AtomicLong eventCount = new AtomicLong();

    /** @param tag in all ids of this run */
    public ForeignEventSource(String tag) {
        this.tag = tag;
    }

    /** An id that no other event of this source has. */
    public String nextId() {
        return tag + "-event-" + eventCount.incrementAndGet();
    }

    /** An event for one device. */
    public String toDevice(String id, DeviceId device) {
        return event(id, "deviceid", device.value());
    }

    /** An event for a group. */
    public String toGroup(String id, String group) {
        return event(id, "group", group);
    }

    private String event(String id, String extension, String to) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"urn:fleet:" + tag
                + "\",\"type\":\"com.example.menu\",\"" + extension + "\":\"" + to
                + "\",\"datacontenttype\":\"application/json\",\"data\":{\"menu\":\"" + id + "\",\"price\":1.10}}";
    }
}
