package io.bellwire.http;

import io.bellwire.admission.TrustedProxies;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ProxyConnectionFactory;

/**
 * Reads the header of the PROXY protocol, version 1 or 2, with which a trusted proxy may begin a connection. On any
 * other connection such a header is no HTTP, and nothing more. Thread-safe.
 */
final class ProxyConnections extends ProxyConnectionFactory {
    private final TrustedProxies proxies;

    ProxyConnections(TrustedProxies proxies) {
        this.proxies = proxies;
    }

    @Override
    public Connection newConnection(Connector connector, EndPoint endPoint) {
        return proxies.trusts(endPoint.getRemoteSocketAddress())
                ? super.newConnection(connector, endPoint)
                : connector.getConnectionFactory(findNextProtocol(connector)).newConnection(connector, endPoint);
    }
}
