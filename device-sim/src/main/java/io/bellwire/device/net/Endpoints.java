package io.bellwire.device.net;

import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of a server. Immutable.
 *
 * @param http for example {@code http://127.0.0.1:8080}
 * @param mqtt for example {@code mqtt://127.0.0.1:1883}, or {@code mqtts://127.0.0.1:8883}
 * @param ws MQTT over WebSocket, for example {@code ws://127.0.0.1:8083/mqtt}; null if the server does not offer it
 */
public record Endpoints(URI http, URI mqtt, @Nullable URI ws) {
    public Endpoints {
        boolean isHttp = "http".equals(http.getScheme()) || "https".equals(http.getScheme());
        if (!isHttp || http.getHost() == null) {
            throw new IllegalArgumentException("http must be like http://HOST:PORT or https://HOST:PORT, is " + http);
        }
        boolean isMqtt = "mqtt".equals(mqtt.getScheme()) || "mqtts".equals(mqtt.getScheme());
        if (!isMqtt || mqtt.getHost() == null || mqtt.getPort() < 0) {
            throw new IllegalArgumentException("mqtt must be like mqtt://HOST:PORT or mqtts://HOST:PORT, is " + mqtt);
        }
        boolean isWs = ws == null || "ws".equals(ws.getScheme()) || "wss".equals(ws.getScheme());
        if (ws != null && (!isWs || ws.getHost() == null || ws.getPort() < 0)) {
            throw new IllegalArgumentException("ws must be like ws://HOST:PORT/PATH or wss://HOST:PORT/PATH, is " + ws);
        }
    }

    /** A server without WebSocket. */
    public Endpoints(URI http, URI mqtt) {
        this(http, mqtt, null);
    }

    /** Host and port of {@link #mqtt}, for a {@link SignalSource}. */
    public InetSocketAddress broker() {
        return new InetSocketAddress(mqtt.getHost(), mqtt.getPort());
    }

    /** Whether MQTT has TLS. */
    public boolean isMqttSecure() {
        return "mqtts".equals(mqtt.getScheme());
    }

    /** Whether MQTT over WebSocket has TLS. */
    public boolean isWsSecure() {
        return ws != null && "wss".equals(ws.getScheme());
    }
}
