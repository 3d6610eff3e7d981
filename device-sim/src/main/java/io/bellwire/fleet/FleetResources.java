package io.bellwire.fleet;

import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.ClientTls;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.DeviceFeed;
import io.bellwire.device.net.Endpoints;
import io.bellwire.device.net.HiveMqSignals;
import io.bellwire.device.net.HttpFeed;
import io.bellwire.device.net.PahoSignals;
import io.bellwire.device.net.ScheduledTimers;
import io.bellwire.device.net.SignalSource;
import io.bellwire.device.net.SseSignals;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What all devices of a fleet share: threads, HTTP clients, MQTT clients, proxies. Thread-safe. */
final class FleetResources implements AutoCloseable {
    private static final int FEED_REQUESTS_MAX = 128;
    private static final int ORDER_REQUESTS_MAX = 64;
    private static final int PARTNER_REQUESTS_MAX = 16;
    /** Each device has at most one read and one acknowledgement under way, each order one request. */
    private static final int QUEUE_MAX = 1_000_000;

    private static final int LOOP_THREADS = 2;

    private final List<FleetDoorbell> kinds;
    private final ProxyRoutes proxyRoutes;
    private final HttpCosts costs;
    private final ExecutorService pool;
    private final ExecutorService httpPool;
    private final ScheduledTimers timers;
    private final HttpFeed.Transport feedTransport;
    private final BoundedHttpClient orderClient;
    private final BoundedHttpClient partnerClient;
    /** With one connection for each device, as each waiting read holds one. */
    private final BoundedHttpClient longPollClient;

    private final Map<FleetDoorbell, SignalSource> sources = new EnumMap<>(FleetDoorbell.class);
    /** The clients for MQTT over TCP; devices use them in turn. */
    private final List<SignalSource> mqttSources = new ArrayList<>();

    FleetResources(ServerAddress address, FleetOptions options, HttpCosts costs, LongSupplier nanos)
            throws IOException {
        Endpoints server = address.endpoints();
        ClientTls tls = address.tls();
        this.costs = costs;
        kinds = options.doorbell().kinds(server.ws() != null);
        proxyRoutes = new ProxyRoutes(server, kinds, options.withoutProxies(), nanos);
        int cores = Runtime.getRuntime().availableProcessors();
        pool = daemons("device", Math.max(2, cores));
        httpPool = daemons("http", Math.max(2, cores));
        timers = new ScheduledTimers(nanos);
        feedTransport = new HttpFeed.Transport(
                new BoundedHttpClient(httpPool, tls, FEED_REQUESTS_MAX, QUEUE_MAX), server.http());
        // of its own, so that orders are placed at their rate however much the devices have to read
        orderClient = new BoundedHttpClient(httpPool, tls, ORDER_REQUESTS_MAX, QUEUE_MAX);
        partnerClient = new BoundedHttpClient(httpPool, tls, PARTNER_REQUESTS_MAX, QUEUE_MAX);
        longPollClient = new BoundedHttpClient(httpPool, tls, options.devices(), QUEUE_MAX);
        for (FleetDoorbell kind : kinds) {
            switch (kind) {
                case MQTT ->
                    options.client()
                            .clients()
                            .forEach(client -> mqttSources.add(source(client, server.isMqttSecure() ? tls : null)));
                case WS, SSE -> sources.put(kind, source(kind, server, tls));
                case LONGPOLL, POLL -> sources.put(kind, SignalSource.NONE);
            }
        }
    }

    private SignalSource source(ClientKind client, @Nullable ClientTls tls) {
        InetSocketAddress broker = proxyRoutes.end(FleetDoorbell.MQTT);
        return switch (client) {
            case HIVEMQ -> new HiveMqSignals(broker, tls, LOOP_THREADS);
            case HIVEMQ3 -> HiveMqSignals.ofVersion3(broker, tls, LOOP_THREADS);
            case PAHO -> new PahoSignals(broker, tls);
            case BOTH, ALL -> throw new IllegalArgumentException(client + " is several");
        };
    }

    private SignalSource source(FleetDoorbell kind, Endpoints server, ClientTls tls) {
        return kind == FleetDoorbell.WS
                ? HiveMqSignals.overWebSocket(
                        proxyRoutes.end(kind), path(server), server.isWsSecure() ? tls : null, LOOP_THREADS)
                : new SseSignals(
                        proxyRoutes.http(kind),
                        tls,
                        httpPool,
                        timers,
                        SseSignals.SILENCE_MILLIS,
                        costs.of(kind).requestsOnly());
    }

    private static String path(Endpoints server) {
        return server.ws() == null ? "" : server.ws().getPath();
    }

    private static ExecutorService daemons(String name, int threads) {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                },
                // connections may still submit tasks after the end
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /** The device's kind of doorbell; devices take the kinds in turn. */
    FleetDoorbell kind(int device) {
        return kinds.get(device % kinds.size());
    }

    SignalSource signals(int device) {
        FleetDoorbell kind = kind(device);
        return kind == FleetDoorbell.MQTT
                ? mqttSources.get(device / kinds.size() % mqttSources.size())
                : sources.getOrDefault(kind, SignalSource.NONE);
    }

    /** The device's feed; its requests are counted for the device's kind of doorbell. */
    DeviceFeed feed(int device, DeviceCredentials credentials, int pageLimit) {
        FleetDoorbell kind = kind(device);
        HttpFeed.Transport longPollTransport = kind == FleetDoorbell.LONGPOLL
                ? new HttpFeed.Transport(longPollClient, proxyRoutes.http(kind))
                : feedTransport;
        return new HttpFeed(feedTransport, longPollTransport, credentials, pageLimit, costs.of(kind));
    }

    ExecutorService pool() {
        return pool;
    }

    ScheduledTimers timers() {
        return timers;
    }

    BoundedHttpClient orderClient() {
        return orderClient;
    }

    /** For all requests of partners. */
    BoundedHttpClient partnerClient() {
        return partnerClient;
    }

    ProxyRoutes proxyRoutes() {
        return proxyRoutes;
    }

    @Override
    public void close() {
        timers.close();
        proxyRoutes.close();
        mqttSources.forEach(SignalSource::close);
        sources.values().forEach(SignalSource::close);
        pool.shutdownNow();
        httpPool.shutdownNow();
    }
}
