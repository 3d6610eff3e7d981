package io.bellwire.net;

import java.net.InetSocketAddress;
import java.net.URI;

/** Where a server listens. Immutable. */
public record Endpoints(URI http, URI mqtt) {
    public Endpoints {
        boolean web = "http".equals(http.getScheme()) || "https".equals(http.getScheme());
        if (!web || http.getHost() == null) {
            throw new IllegalArgumentException("http must be like http://HOST:PORT, is " + http);
        }
        if (!"mqtt".equals(mqtt.getScheme()) || mqtt.getHost() == null || mqtt.getPort() < 0) {
            throw new IllegalArgumentException("mqtt must be like mqtt://HOST:PORT, is " + mqtt);
        }
    }

    public InetSocketAddress broker() {
        return new InetSocketAddress(mqtt.getHost(), mqtt.getPort());
    }
}
