package io.bellwire.serve;

import io.bellwire.alert.AlertOptions;
import io.bellwire.alert.Alerts;
import io.bellwire.alert.EndpointMails;
import io.bellwire.alert.QueuedAlerts;
import io.bellwire.bridge.Bridge;
import io.bellwire.bridge.BridgeCanary;
import io.bellwire.bridge.FeedSources;
import io.bellwire.bridge.MqttChannels;
import io.bellwire.bridge.StreamChannels;
import io.bellwire.broker.DeviceServices;
import io.bellwire.broker.EmbeddedBroker;
import io.bellwire.feed.FeedRouter;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.feedapi.FeedApi;
import io.bellwire.route.ActiveRoutes;
import io.bellwire.tls.ServerTls;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server in this JVM. Several can run at the same time, each with its own data folder and ports.
 *
 * <pre>{@code
 * try (Bellwire bellwire = Bellwire.start(BellwireOptions.inMemory())) {
 *     post(bellwire.http().resolve("/v1/orders"), bellwire.operatorToken(), order);
 * }
 * }</pre>
 *
 * Thread-safe.
 */
public final class Bellwire implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bellwire.class);

    private final Deque<AutoCloseable> parts;
    private final FeedApi feed;
    private final ActiveRoutes routes;
    private final TransportOptions.Opened transport;
    private final URI http;
    private final URI mqtt;
    private final Optional<URI> ws;
    private boolean closed;

    private Bellwire(
            Deque<AutoCloseable> parts,
            FeedApi feed,
            ActiveRoutes routes,
            TransportOptions.Opened transport,
            URI http,
            EmbeddedBroker broker) {
        this.parts = parts;
        this.feed = feed;
        this.routes = routes;
        this.transport = transport;
        this.http = http;
        boolean isTls = transport.transport().tls() != null;
        this.mqtt = URI.create((isTls ? "mqtts://" : "mqtt://") + authority(broker.address()));
        this.ws = broker.webSocketAddress()
                .map(address -> URI.create((isTls ? "wss://" : "ws://") + authority(address) + "/mqtt"));
    }

    /** Starts a server in memory on free ports. */
    public static Bellwire start() {
        return start(BellwireOptions.inMemory());
    }

    /**
     * Starts a server, which answers requests when this returns.
     *
     * @throws ConfigurationException if it cannot start with {@code options}; the message is one line with the
     *     reason, and nothing is left running
     */
    public static Bellwire start(BellwireOptions options) {
        return start(options, Clocks.SYSTEM);
    }

    /** The same, with other clocks. */
    static Bellwire start(BellwireOptions options, Clocks clocks) {
        return start(options, clocks, UnaryOperator.identity());
    }

    /** The same, with messages to people. */
    static Bellwire start(BellwireOptions options, Clocks clocks, UnaryOperator<Alerts> sentBy) {
        SecureRandom random = new SecureRandom();
        Clock clock = clocks.wall();
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(
                PrometheusConfig.DEFAULT, new PrometheusRegistry(), new MeterClock(clock.millis(), clocks.nanoTime()));
        JvmMeters.leaveOutOddNames(meters);
        // the part that was started last is closed first
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            options.transport().requireLoopback(options.feed().host());
            options.transport().requireLoopback(options.mqtt().host());
            parts.push(meters::close);
            parts.push(JvmMeters.bind(meters));
            ActiveRoutes routes = routes(options, meters);
            FeedApi feed = FeedApi.open(options.feed(), clock, random, meters);
            parts.push(feed);
            TransportOptions.Opened transport =
                    options.transport().open(options.mqtt().host(), clock, random, meters);
            ServerTls tls = transport.transport().tls();
            if (tls != null) {
                parts.push(tls);
            }
            ThreadScheduler scheduler = new ThreadScheduler("bridge", clocks.nanoTime());
            parts.push(scheduler);
            scheduler.bindTo(meters);
            Bridge bridge = new Bridge(
                    options.signals(),
                    new FeedSources(feed.feedPositions(), feed.recentChanges(), feed.serviceRate()),
                    scheduler,
                    new SplittableRandom(random.nextLong()),
                    meters);
            parts.push(bridge);
            routes.onChange(changed -> {
                bridge.use(changed);
                feed.chooseFeeds(changed.choosesFeeds() ? changed : FeedRouter.NONE);
            });
            feed.listen(bridge);
            feed.streams().listen(new PresenceStreams(feed.presence(), new StreamChannels(bridge)));
            MqttChannels mqttChannels = new MqttChannels(bridge);
            EmbeddedBroker broker = EmbeddedBroker.start(
                    options.mqtt(),
                    new DeviceServices(
                            new FeedAuthenticator(feed),
                            feed.failedLogins(),
                            routes,
                            new PresenceSessions(feed.presence(), mqttChannels),
                            new MqttFetch(feed.fetch()),
                            transport.transport()),
                    meters,
                    clock,
                    random);
            parts.push(broker);
            // closed before the broker, so that the end of all connections at a stop is not reported as news
            parts.push(feed.presence());
            feed.onSecretEnded(broker::disconnect);
            feed.addReadyCheck("broker", broker::problem);
            feed.addReadyCheck("bridge", bridge::problem);
            BridgeCanary canary = new BridgeCanary(bridge, broker::publishToCanary, BridgeCanary.Times.DEFAULT, meters);
            parts.push(canary);
            feed.addReadyCheck("signals", canary::problem);
            mqttChannels.sendWith(broker);
            bridge.start();
            EndpointCaller caller = EndpointCaller.open(options.webhooks(), feed, clocks, random, meters);
            parts.push(caller);
            QueuedAlerts queued = alerts(options.alerts(), caller, clocks, random, meters);
            parts.push(queued);
            Alerts alerts = sentBy.apply(queued);
            feed.webhooks().onNotice(new EndpointMails(alerts));
            EscalationThread escalation =
                    EscalationThread.open(feed, caller, routes.current().escalations(), alerts, clocks, meters);
            parts.push(escalation);
            routes.onChange(changed -> escalation.use(changed.escalations()));
            URI http = feed.serve(transport.transport());
            caller.start(ownAddresses(http, broker));
            escalation.start();
            return new Bellwire(parts, feed, routes, transport, http, broker);
        } catch (BindException e) {
            close(parts);
            throw new ConfigurationException("MQTT: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            close(parts);
            throw e;
        }
    }

    /** The base address of the HTTP API. */
    public URI http() {
        return http;
    }

    /** The address that devices connect to over MQTT. */
    public URI mqtt() {
        return mqtt;
    }

    /** The address that devices connect to over WebSocket; empty if that is off. */
    public Optional<URI> ws() {
        return ws;
    }

    /** The bearer token of an operator. */
    public String operatorToken() {
        return feed.operatorToken();
    }

    /** The file that contains the token; empty for a server in memory. */
    public Optional<Path> operatorTokenFile() {
        return feed.operatorTokenFile();
    }

    /** The certificate of the authority that clients have to trust, if the server has made it itself. */
    public Optional<Path> tlsCaFile() {
        return transport.authority();
    }

    /** Whether there are files that can be read again. */
    boolean hasFilesToReload() {
        return routes.hasFile() || transport.transport().tls() != null;
    }

    /** Reads the routes file and the files of TLS again, as far as there are some. What is wrong is logged. */
    void reloadFiles() {
        if (routes.hasFile()) {
            Optional<String> unused = routes.reload();
        }
        Optional<String> unused = reloadTls();
    }

    /**
     * Reads the files of TLS again, which otherwise happens within seconds of a change. Connections stay.
     *
     * @return why the old files stay in use; empty if the new ones are, or there is no TLS
     */
    public Optional<String> reloadTls() {
        ServerTls tls = transport.transport().tls();
        return tls == null ? Optional.empty() : tls.reload();
    }

    /**
     * Reads the routes file again. Sessions stay; a change is signalled by the routes in use when its signal is made.
     *
     * @return why the old routes stay; empty if the new ones are in use
     */
    public Optional<String> reloadRoutes() {
        return routes.reload();
    }

    /**
     * Stops: disconnects devices, accepts no more requests, answers waiting polls, and makes accepted writes durable.
     * Takes a few seconds at most; does nothing the second time.
     */
    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            close(parts);
        }
    }

    private static ActiveRoutes routes(BellwireOptions options, MeterRegistry meters) {
        try {
            return new ActiveRoutes(options.routes(), options.signals().plainRule(), meters);
        } catch (ConfigurationException e) {
            throw new ConfigurationException("routes: " + e.getMessage(), e);
        }
    }

    private static QueuedAlerts alerts(
            AlertOptions options, EndpointCaller caller, Clocks clocks, SecureRandom random, MeterRegistry meters) {
        options.pager()
                .flatMap(pager -> caller.problemOf(pager.url().toString()))
                .ifPresent(problem -> {
                    throw new ConfigurationException("--pager-url: " + problem);
                });
        try {
            return QueuedAlerts.start(
                    options,
                    new QueuedAlerts.Surroundings(
                            caller.client(),
                            caller.scheduler(),
                            clocks.nanoTime(),
                            clocks.wall()::millis,
                            random,
                            meters));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("alerts: " + e.getMessage(), e);
        }
    }

    private static List<InetSocketAddress> ownAddresses(URI http, EmbeddedBroker broker) {
        List<InetSocketAddress> own = new ArrayList<>();
        own.add(new InetSocketAddress(http.getHost(), http.getPort()));
        own.add(broker.address());
        broker.webSocketAddress().ifPresent(own::add);
        return own;
    }

    private static String authority(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static void close(Deque<AutoCloseable> parts) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                // the other parts must be closed too
                LOG.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
            }
        }
    }
}
