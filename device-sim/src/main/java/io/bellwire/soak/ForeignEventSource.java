package io.bellwire.soak;

import io.bellwire.device.DeviceId;
import java.util.concurrent.atomic.AtomicLong;

/** Makes events of another back end, as CloudEvents. Thread-safe. */
final class ForeignEventSource {
    private final String tag;
    private final AtomicLong eventCount = new AtomicLong();

    ForeignEventSource(String tag) {
        this.tag = tag;
    }

    String nextId() {
        return tag + "-event-" + eventCount.incrementAndGet();
    }

    String toDevice(String id, DeviceId device) {
        return event(id, "deviceid", device.value());
    }

    String toGroup(String id, String group) {
        return event(id, "group", group);
    }

    private String event(String id, String extension, String to) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id + "\",\"source\":\"urn:soak:" + tag
                + "\",\"type\":\"com.example.soak.menu\",\"" + extension + "\":\"" + to
                + "\",\"datacontenttype\":\"application/json\",\"data\":{\"menu\":\"" + id + "\",\"price\":1.10}}";
    }
}
