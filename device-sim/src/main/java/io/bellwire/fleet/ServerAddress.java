package io.bellwire.fleet;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;

/** Where a server is, and where its operator's token lies. Immutable. */
public record ServerAddress(URI http, URI mqtt, Path tokenFile) {
    public ServerAddress {
        if (!"http".equals(http.getScheme()) && !"https".equals(http.getScheme())) {
            throw new IllegalArgumentException("http must be like http://HOST:PORT, is " + http);
        }
        if (!"mqtt".equals(mqtt.getScheme()) || mqtt.getHost() == null || mqtt.getPort() < 0) {
            throw new IllegalArgumentException("mqtt must be like mqtt://HOST:PORT, is " + mqtt);
        }
    }

    InetSocketAddress broker() {
        return new InetSocketAddress(mqtt.getHost(), mqtt.getPort());
    }
}
