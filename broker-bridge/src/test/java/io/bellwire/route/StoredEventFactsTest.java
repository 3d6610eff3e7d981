package io.bellwire.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredEventFactsTest {
    private static final UUID ORDER = UUID.fromString("01a1f7f8-3000-7000-8a3b-6d1e90c4f2a7");

    private static StoredEventFacts stored(String json, @Nullable UUID order) {
        return new StoredEventFacts(
                new Event(new EventNumber(1), 0, new EventJson(json.getBytes(StandardCharsets.UTF_8), 0), order));
    }

    @Test
    void attributesOfOrdersAreTheirFields() {
        StoredEventFacts event = stored(
                "\"type\":\"io.bellwire.order.created\",\"subject\":\"" + ORDER + "\",\"data\":{\"id\":\"" + ORDER
                        + "\","
                        + "\"device_id\":\"grill\",\"status\":\"new\",\"data\":{\"size\":3,\"hot\":true,\"list\":[1,2],"
                        + "\"none\":null,\"name\":\"Käse\"},\"version\":1}}",
                ORDER);
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
    void attributesOfOtherEventsAreTheirExtensions() {
        StoredEventFacts event = stored(
                "\"time\":\"2026-11-20T08:00:00.000Z\",\"type\":\"oven.hot\",\"originsource\":\"/kitchen/1\",\"originid\":"
                        + "\"7\",\"deviceid\":\"grill\",\"priority\":\"high\",\"data\":{\"priority\":\"low\"}}",
                null);
        assertEquals("oven.hot", event.type());
        assertEquals("/kitchen/1", event.source());
        assertEquals("high", event.attribute("priority"));
        assertEquals("grill", event.attribute("deviceid"));
        assertNull(event.attribute("data.priority"));
    }

    @Test
    void eventThatIsNoJsonHasTheAttributesThatCouldBeRead() {
        StoredEventFacts event = stored("\"type\":\"oven.hot\",\"prio}", null);
        assertEquals("oven.hot", event.type());
        assertNull(event.attribute("priority"));
    }
}
