package io.bellwire.net;

import java.net.InetSocketAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * Where a server listens. Immutable.
 *
 * @param ws where it speaks MQTT over WebSocket; null if it does not, or if it is not known
 */
public record Endpoints(URI http, URI mqtt, @Nullable URI ws) {
    public Endpoints {
        boolean web = "http".equals(http.getScheme()) || "https".equals(http.getScheme());
        if (!web || http.getHost() == null) {
            throw new IllegalArgumentException("http must be like http://HOST:PORT, is " + http);
        }
        if (!"mqtt".equals(mqtt.getScheme()) || mqtt.getHost() == null || mqtt.getPort() < 0) {
            throw new IllegalArgumentException("mqtt must be like mqtt://HOST:PORT, is " + mqtt);
        }
        if (ws != null && (!"ws".equals(ws.getScheme()) || ws.getHost() == null || ws.getPort() < 0)) {
            throw new IllegalArgumentException("ws must be like ws://HOST:PORT/PATH, is " + ws);
        }
    }

    /** A server of which no WebSocket is known. */
    public Endpoints(URI http, URI mqtt) {
        this(http, mqtt, null);
    }

    public InetSocketAddress broker() {
        return new InetSocketAddress(mqtt.getHost(), mqtt.getPort());
    }
}
