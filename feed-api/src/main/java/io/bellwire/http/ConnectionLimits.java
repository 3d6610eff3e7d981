package io.bellwire.http;

import io.bellwire.admission.TrustedProxies;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes HTTP connections that are over the limit of their address, or that send no request: a client that opens many
 * connections and says nothing, or sends its headers byte by byte, would otherwise keep others out. Jetty calls the
 * listener; a timer calls {@link #closeSlow}. Thread-safe.
 */
final class ConnectionLimits implements Connection.Listener {
    private static final Logger log = LoggerFactory.getLogger(ConnectionLimits.class);

    private final CallerLimits limits;
    private final TrustedProxies proxies;
    private final ServerConnector connector;
    private final LongSupplier nanoTime;
    private final ConcurrentMap<String, Integer> byAddress = new ConcurrentHashMap<>();
    /** A closed connection does not know its address any more. */
    private final ConcurrentMap<Connection, String> addresses = new ConcurrentHashMap<>();

    /** Connections that wait for a request, as the last check found them; used by the timer's thread only. */
    private Map<EndPoint, Idle> idle = new HashMap<>();

    private final Counter overAddress;
    private final Counter slowHeaders;

    /** @param proxies who may have any number of connections, as they have many clients */
    ConnectionLimits(CallerLimits limits, TrustedProxies proxies, ServerConnector connector, MeterRegistry meters) {
        this.limits = limits;
        this.proxies = proxies;
        this.connector = connector;
        this.nanoTime = meters.config().clock()::monotonicTime;
        this.overAddress = closed(meters, "address");
        this.slowHeaders = closed(meters, "headers");
    }

    private static Counter closed(MeterRegistry meters, String reason) {
        return Counter.builder("bellwire.http.connections.closed")
                .description("HTTP connections closed because of a limit")
                .tag("reason", reason)
                .register(meters);
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

    @Override
    public void onOpened(Connection connection) {
        if (!isOuter(connection) || proxies.trusts(connection.getEndPoint().getRemoteSocketAddress())) {
            return;
        }
        String address = address(connection);
        addresses.put(connection, address);
        if (byAddress.merge(address, 1, Integer::sum) > limits.connectionsPerAddressMax()) {
            overAddress.increment();
            connection.getEndPoint().close();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        String address = addresses.remove(connection);
        if (address != null) {
            byAddress.computeIfPresent(address, (name, open) -> open == 1 ? null : open - 1);
        }
    }

    /** With TLS there are two connections on one socket; a proxy's becomes its client's. */
    private static boolean isOuter(Connection connection) {
        EndPoint endPoint = connection.getEndPoint();
        boolean isBehindProxy =
                endPoint instanceof EndPoint.Wrapper && !(endPoint instanceof SslConnection.SslEndPoint);
        return isBehindProxy || endPoint instanceof SocketChannelEndPoint;
    }

    private static String address(Connection connection) {
        SocketAddress remote = connection.getEndPoint().getRemoteSocketAddress();
        return remote instanceof InetSocketAddress internet && internet.getAddress() != null
                ? internet.getAddress().getHostAddress()
                : String.valueOf(remote);
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

    /** What is known of a connection that waits for a request; null if it does not wait, or was closed. */
    private @Nullable Idle check(EndPoint endPoint, long nowNanos) {
        Connection connection = endPoint.getConnection() instanceof SslConnection tls
                ? tls.getSslEndPoint().getConnection()
                : endPoint.getConnection();
        if (connection == null || connection.getMessagesIn() > connection.getMessagesOut()) {
            return null; // a request is being answered
        }
        Idle now = idleSince(connection, idle.get(endPoint), nowNanos);
        if (nowNanos - now.sinceNanos() < limits.headerDeadline().toNanos()) {
            return now;
        }
        slowHeaders.increment();
        endPoint.close();
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
