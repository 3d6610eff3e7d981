package io.bellwire.fleet;

import io.bellwire.device.net.Endpoints;
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
 * The addresses that devices connect to for the connections that they hold: a {@link CuttingProxy} for each kind of
 * doorbell, or the server itself. Thread-safe.
 */
final class ProxyRoutes implements AutoCloseable {
    private final Map<FleetDoorbell, InetSocketAddress> ends = new EnumMap<>(FleetDoorbell.class);
    private final Map<FleetDoorbell, CuttingProxy> proxies = new EnumMap<>(FleetDoorbell.class);

    private final String httpScheme;

    /** @param withoutProxies connects devices without proxies: nothing is cut then, and nothing counted */
    ProxyRoutes(Endpoints server, Collection<FleetDoorbell> kinds, boolean withoutProxies, LongSupplier nanos)
            throws IOException {
        httpScheme = server.http().getScheme();
        for (FleetDoorbell kind : kinds) {
            InetSocketAddress end = end(server, kind);
            if (!withoutProxies && kind.holdsConnection()) {
                CuttingProxy proxy = new CuttingProxy(end, namers(kind), nanos);
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
        int port = uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
        return new InetSocketAddress(uri.getHost(), port);
    }

    private static Supplier<ConnectionNamer> namers(FleetDoorbell kind) {
        return switch (kind) {
            case MQTT -> ConnectionNamer::mqtt;
            case WS -> ConnectionNamer::webSocket;
            case SSE, LONGPOLL, POLL -> ConnectionNamer::http;
        };
    }

    /** The address that devices of this kind connect to. */
    InetSocketAddress end(FleetDoorbell kind) {
        InetSocketAddress end = ends.get(kind);
        if (end == null) {
            throw new IllegalArgumentException("no device has " + kind.label());
        }
        return end;
    }

    URI http(FleetDoorbell kind) {
        InetSocketAddress end = end(kind);
        return URI.create(httpScheme + "://" + end.getHostString() + ":" + end.getPort());
    }

    /** Cuts as {@link CuttingProxy#cut} does; without a proxy there is nothing to cut. */
    void cut(FleetDoorbell kind, String device, int discardMillis, Consumer<Boolean> done) {
        CuttingProxy proxy = proxies.get(kind);
        if (proxy == null) {
            done.accept(false);
        } else {
            proxy.cut(device, discardMillis, done);
        }
    }

    /** Bytes that passed the proxy towards the server; 0 without a proxy. */
    long bytesUp(FleetDoorbell kind) {
        CuttingProxy proxy = proxies.get(kind);
        return proxy == null ? 0 : proxy.bytesUp();
    }

    /** Bytes that passed the proxy towards the devices; 0 without a proxy. */
    long bytesDown(FleetDoorbell kind) {
        CuttingProxy proxy = proxies.get(kind);
        return proxy == null ? 0 : proxy.bytesDown();
    }

    @Override
    public void close() {
        proxies.values().forEach(CuttingProxy::close);
    }
}
