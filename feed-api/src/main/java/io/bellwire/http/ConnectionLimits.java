package io.bellwire.http;

import io.bellwire.admission.ClientAddress;
import io.bellwire.admission.ConnectionCounts;
import io.bellwire.admission.SilentConnections;
import io.bellwire.admission.TrustedProxies;
import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes HTTP connections that are over a limit, or that send no request: a client that opens many connections and says
 * nothing, or sends its headers byte by byte, would otherwise keep others out. Jetty calls the listener; a timer calls
 * {@link #closeSlow}. Thread-safe.
 */
final class ConnectionLimits implements Connection.Listener {
    private static final Logger log = LoggerFactory.getLogger(ConnectionLimits.class);

    private final HttpConnectionLimits limits;
    private final TrustedProxies proxies;
    private final ServerConnector connector;
    private final LongSupplier nanoTime;
    private final ConnectionCounts counts;
    private final SilentConnections<EndPoint> silent;
    private final ClosedConnections closed;
    /** A closed connection does not know its address any more. */
    private final ConcurrentMap<Connection, Admitted> admitted = new ConcurrentHashMap<>();

    /** Connections that wait for a request, as the last check found them; used by the timer's thread only. */
    private Map<EndPoint, Idle> idle = new HashMap<>();

    /** @param proxies who may have any number of connections, as they have many clients */
    ConnectionLimits(
            HttpOptions options,
            TrustedProxies proxies,
            ServerConnector connector,
            MeterRegistry meters,
            ClosedConnections closed) {
        this.proxies = proxies;
        this.limits = options.callers().connections();
        this.connector = connector;
        this.nanoTime = meters.config().clock()::monotonicTime;
        Stopwatch elapsed = new Stopwatch(nanoTime);
        this.counts =
                new ConnectionCounts(options.connectionsMax(), limits.perAddressMax(), limits.connectRate(), elapsed);
        this.silent = new SilentConnections<>(limits.silentMax(options.connectionsMax()), elapsed);
        this.closed = closed;
    }

    /**
     * A connection that waits for a request.
     *
     * @param requests how many requests it has had
     * @param bytes how many bytes had been read from it before its next request
     * @param isBegun whether a part of the next request was there, or must be because it is the first one
     * @param sinceNanos when that was found
     */
    private record Idle(long requests, long bytes, boolean isBegun, long sinceNanos) {}

    /** Whose connection is counted: a client's, or a proxy's whose clients have no connections of their own. */
    private record Admitted(ClientAddress address, boolean isProxy) {}

    @Override
    public void onOpened(Connection connection) {
        if (connection.getEndPoint() instanceof SslConnection.SslEndPoint) {
            return; // with TLS there are two connections on one socket
        }
        SocketAddress remote = connection.getEndPoint().getRemoteSocketAddress();
        Admitted newcomer = new Admitted(ClientAddress.of(remote), proxies.trusts(remote));
        EndPoint socket = socketOf(connection);
        switch (newcomer.isProxy() ? counts.admitProxy() : counts.admit(newcomer.address())) {
            case FULL -> {
                close(socket, ClosedConnections.Reason.FULL);
                silent.removeOldest().ifPresent(oldest -> close(oldest, ClosedConnections.Reason.SILENT));
            }
            case ADDRESS_FULL -> close(socket, ClosedConnections.Reason.ADDRESS);
            case ADDRESS_TOO_FAST -> close(socket, ClosedConnections.Reason.CONNECT_RATE);
            case ADMITTED -> {
                admitted.put(connection, newcomer);
                if (!newcomer.isProxy()) {
                    silent.add(socket).forEach(oldest -> close(oldest, ClosedConnections.Reason.SILENT));
                }
            }
        }
    }

    /** A connection has sent a whole request's headers. */
    void requestReceived(Connection connection) {
        if (connection.getMessagesIn() <= 1) {
            silent.remove(socketOf(connection));
        }
    }

    /** A proxy's connection ends when it has said whose it is: then it is that client's. */
    @Override
    public void onClosed(Connection connection) {
        Admitted gone = admitted.remove(connection);
        if (gone == null) {
            return;
        }
        if (gone.isProxy()) {
            counts.releaseProxy();
        } else {
            counts.release(gone.address());
            silent.remove(socketOf(connection));
        }
    }

    private static EndPoint socketOf(Connection connection) {
        EndPoint endPoint = connection.getEndPoint();
        while (endPoint instanceof EndPoint.Wrapper wrapper) {
            endPoint = wrapper.unwrap();
        }
        return endPoint;
    }

    private void close(EndPoint socket, ClosedConnections.Reason why) {
        closed.count(why);
        socket.close();
    }

    /** Closes the connections whose headers, or whose first request, are over their deadline. */
    void closeSlow() {
        long nowNanos = nanoTime.getAsLong();
        Map<EndPoint, Idle> found = new HashMap<>();
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            try {
                Idle now = check(endPoint, nowNanos);
                if (now != null) {
                    found.put(endPoint, now);
                }
            } catch (RuntimeException e) { // the other connections must be checked
                log.warn("an HTTP connection could not be checked", e);
            }
        }
        idle = found;
    }

    /** Closes the connections on which no request is answered, so that a stop need not wait until they are silent. */
    void closeIdle() {
        for (EndPoint endPoint : connector.getConnectedEndPoints()) {
            Connection connection = HttpConnector.innerConnection(endPoint);
            if (connection != null && !isAnswering(connection)) {
                connection.close();
            }
        }
    }

    private static boolean isAnswering(Connection connection) {
        return connection.getMessagesIn() > connection.getMessagesOut();
    }

    /** What is known of a connection that waits for a request; null if it does not wait, or was closed. */
    private @Nullable Idle check(EndPoint endPoint, long nowNanos) {
        Connection connection = HttpConnector.innerConnection(endPoint);
        if (connection == null || isAnswering(connection)) {
            return null;
        }
        Idle now = idleSince(connection, idle.get(endPoint), nowNanos);
        if (nowNanos - now.sinceNanos() < limits.headerDeadline().toNanos()) {
            return now;
        }
        close(endPoint, ClosedConnections.Reason.HEADERS);
        return null;
    }

    private static Idle idleSince(Connection connection, @Nullable Idle before, long nowNanos) {
        long requests = connection.getMessagesIn();
        long bytes = connection.getBytesIn();
        if (before == null || before.requests() != requests) {
            // a connection whose PROXY header is incomplete counts no requests: -1
            return new Idle(requests, bytes, requests <= 0, nowNanos);
        }
        if (before.isBegun()) {
            return before;
        }
        // a kept connection may wait long for the beginning of its next request, but not for the rest of it, which is
        // waited for from now on: the last check may be long ago
        return new Idle(requests, before.bytes(), bytes != before.bytes(), nowNanos);
    }
}
