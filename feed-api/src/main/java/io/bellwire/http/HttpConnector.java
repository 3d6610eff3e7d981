package io.bellwire.http;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** Jetty's connector with one acceptor and one selector, which counts the connections that were idle for too long. */
final class HttpConnector extends ServerConnector {
    private final ClosedConnections closed;

    HttpConnector(Server server, Executor executor, ClosedConnections closed, ConnectionFactory... protocols) {
        super(server, executor, null, null, 1, 1, protocols);
        this.closed = closed;
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint endPoint = new SocketChannelEndPoint(channel, selector, key, getScheduler()) {
            private boolean isCounted;

            @Override
            protected void onIdleExpired(TimeoutException timeout) {
                Connection connection = innerConnection(this);
                boolean isAnswering = connection != null && connection.getMessagesIn() > connection.getMessagesOut();
                if (!isCounted && getWriteFlusher().isPending()) {
                    isCounted = true;
                    closed.count(ClosedConnections.Reason.UNREAD);
                } else if (!isCounted && !isAnswering) { // else a long poll, which goes on
                    isCounted = true;
                    closed.count(ClosedConnections.Reason.IDLE);
                }
                super.onIdleExpired(timeout);
            }
        };
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }

    /** The connection that counts requests: with TLS, there is another one around it. Null for one that is closing. */
    static @Nullable Connection innerConnection(EndPoint socket) {
        return socket.getConnection() instanceof SslConnection tls
                ? tls.getSslEndPoint().getConnection()
                : socket.getConnection();
    }
}
