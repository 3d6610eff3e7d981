package io.bellwire.fleet;

import io.bellwire.net.Endpoints;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How the connections that devices hold get to the server: by a proxy that cuts and counts, one for each kind of doorbell,
 * or straight. Thread-safe.
 */
final class ProxyRoutes implements AutoCloseable {
    private final Map<FleetDoorbell, InetSocketAddress> ends = new EnumMap<>(FleetDoorbell.class);
    private final Map<FleetDoorbell, CuttingProxy> proxies = new EnumMap<>(FleetDoorbell.class);

    /** @param straight without proxies: nothing is cut then, and nothing counted */
    ProxyRoutes(Endpoints server, Collection<FleetDoorbell> kinds, boolean straight, LongSupplier nanos)
            throws IOException {
        for (FleetDoorbell kind : kinds) {
            InetSocketAddress end = end(server, kind);
            if (!straight && kind.holdsConnection()) {
                CuttingProxy proxy = new CuttingProxy(end, names(kind), nanos);
                proxies.put(kind, proxy);
                end = proxy.address();
            }
            ends.put(kind, end);
        }
    }

    private static InetSocketAddress end(Endpoints server, FleetDoorbell kind) {
        return switch (kind) {
            case MQTT -> server.broker();
            case WS -> address(server.ws());
            case SSE, LONGPOLL, POLL -> address(server.http());
        };
    }

    private static InetSocketAddress address(@Nullable URI uri) {
        if (uri == null) {
            throw new IllegalArgumentException("the server has no WebSocket");
        }
        int port = uri.getPort() < 0 ? 80 : uri.getPort();
        return new InetSocketAddress(uri.getHost(), port);
    }

    private static Supplier<ConnectionNamer> names(FleetDoorbell kind) {
        return switch (kind) {
            case MQTT -> ConnectionNamer::mqtt;
            case WS -> ConnectionNamer::webSocket;
            case SSE, LONGPOLL, POLL -> ConnectionNamer::http;
        };
    }

    /** Where devices of this kind connect to, for what they hold. */
    InetSocketAddress end(FleetDoorbell kind) {
        InetSocketAddress end = ends.get(kind);
        if (end == null) {
            throw new IllegalArgumentException("no device has " + kind.label());
        }
        return end;
    }

    URI http(FleetDoorbell kind) {
        InetSocketAddress end = end(kind);
        return URI.create("http://" + end.getHostString() + ":" + end.getPort());
    }

    /** As {@link CuttingProxy#cut}; nothing where there is none. */
    void cut(FleetDoorbell kind, String device, int deafMillis, Consumer<Boolean> done) {
        CuttingProxy proxy = proxies.get(kind);
        if (proxy == null) {
            done.accept(false);
        } else {
            proxy.cut(device, deafMillis, done);
        }
    }

    /** What passed the proxy towards the server; 0 without one. */
    long bytesUp(FleetDoorbell kind) {
        CuttingProxy proxy = proxies.get(kind);
        return proxy == null ? 0 : proxy.bytesUp();
    }

    /** What passed the proxy towards the devices; 0 without one. */
    long bytesDown(FleetDoorbell kind) {
        CuttingProxy proxy = proxies.get(kind);
        return proxy == null ? 0 : proxy.bytesDown();
    }

    @Override
    public void close() {
        proxies.values().forEach(CuttingProxy::close);
    }
}
