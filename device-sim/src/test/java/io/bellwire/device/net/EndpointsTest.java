package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EndpointsTest {
    private static final String HTTP = "http://localhost:8080";
    private static final String MQTT = "mqtt://localhost:0";

    private static Endpoints endpoints(String http, String mqtt, @Nullable String ws) {
        return new Endpoints(URI.create(http), URI.create(mqtt), ws == null ? null : URI.create(ws));
    }

    @Test
    void schemeSaysWhetherThereIsTls() {
        Endpoints plain = endpoints("http://localhost", "mqtt://127.0.0.1:1883", "ws://localhost:0/mqtt");
        assertFalse(plain.isMqttSecure());
        assertFalse(plain.isWsSecure());
        assertEquals("127.0.0.1", plain.broker().getHostString());
        assertEquals(1883, plain.broker().getPort());

        Endpoints secure = endpoints("https://localhost", "mqtts://localhost:8883", "wss://localhost:8084/mqtt");
        assertTrue(secure.isMqttSecure());
        assertTrue(secure.isWsSecure());
        assertFalse(new Endpoints(URI.create(HTTP), URI.create(MQTT)).isWsSecure());
    }

    @Test
    void otherAddressesAreRefused() {
        for (String http : List.of("localhost:8080", "ftp://localhost", "/v1", "https:///v1")) {
            assertThrows(IllegalArgumentException.class, () -> endpoints(http, MQTT, null), http);
        }
        for (String mqtt : List.of("localhost:1883", "tcp://localhost:1883", "mqtt://localhost", "mqtts:///a")) {
            assertThrows(IllegalArgumentException.class, () -> endpoints(HTTP, mqtt, null), mqtt);
        }
        for (String ws : List.of("localhost:8083", "http://localhost:8083/mqtt", "ws://localhost/mqtt", "wss:///a")) {
            assertThrows(IllegalArgumentException.class, () -> endpoints(HTTP, MQTT, ws), ws);
        }
    }
}
