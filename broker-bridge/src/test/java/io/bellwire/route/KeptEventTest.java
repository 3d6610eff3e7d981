package io.bellwire.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.bellwire.log.Event;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class KeptEventTest {
    private static KeptEvent kept(String tail, long orderKey) {
        return new KeptEvent(new Event(1, 0, tail.getBytes(StandardCharsets.UTF_8), 0, orderKey));
    }

    @Test
    void ordersAreKnownByTheirFields() {
        KeptEvent event = kept(
                "\"type\":\"io.bellwire.order.created\",\"subject\":\"0000000000001\",\"data\":{\"id\":\"0000000000001\","
                        + "\"device_id\":\"grill\",\"status\":\"new\",\"data\":{\"size\":3,\"hot\":true,\"list\":[1,2],"
                        + "\"none\":null,\"name\":\"Käse\"},\"version\":1}}",
                1);
        assertEquals("io.bellwire.order.created", event.type());
        assertEquals("/v1/orders/feed", event.source());
        assertEquals("grill", event.attribute("device_id"));
        assertEquals("new", event.attribute("status"));
        assertEquals("3", event.attribute("data.size"));
        assertEquals("true", event.attribute("data.hot"));
        assertEquals("Käse", event.attribute("data.name"));
        assertNull(event.attribute("data.list"));
        assertNull(event.attribute("data.none"));
        assertNull(event.attribute("partner_id"));
    }

    @Test
    void foreignEventsAreKnownByTheirExtensions() {
        KeptEvent event = kept(
                "\"time\":\"2026-11-20T08:00:00.000Z\",\"type\":\"oven.hot\",\"originsource\":\"/kitchen/1\",\"originid\":"
                        + "\"7\",\"deviceid\":\"grill\",\"priority\":\"high\",\"data\":{\"priority\":\"low\"}}",
                0);
        assertEquals("oven.hot", event.type());
        assertEquals("/kitchen/1", event.source());
        assertEquals("high", event.attribute("priority"));
        assertEquals("grill", event.attribute("deviceid"));
        assertNull(event.attribute("data.priority"));
    }

    @Test
    void eventThatIsNoJsonIsKnownByWhatCouldBeRead() {
        KeptEvent event = kept("\"type\":\"oven.hot\",\"prio", 0);
        assertEquals("oven.hot", event.type());
        assertNull(event.attribute("priority"));
    }
}
