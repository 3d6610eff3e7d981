package io.bellwire.serve;

import io.bellwire.bridge.Bridge;
import io.bellwire.bridge.FeedSources;
import io.bellwire.bridge.MqttChannels;
import io.bellwire.bridge.StreamChannels;
import io.bellwire.broker.EmbeddedBroker;
import io.bellwire.feed.FeedRouter;
import io.bellwire.http.ConfigurationException;
import io.bellwire.http.FeedApi;
import io.bellwire.route.ActiveRoutes;
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
import java.util.Deque;
import java.util.Optional;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server in this JVM. Several can run beside each other, each with its own data folder and ports.
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
    private final URI http;
    private final URI mqtt;
    private final Optional<URI> ws;
    private boolean closed;

    private Bellwire(
            Deque<AutoCloseable> parts, FeedApi feed, ActiveRoutes routes, URI http, URI mqtt, Optional<URI> ws) {
        this.parts = parts;
        this.feed = feed;
        this.routes = routes;
        this.http = http;
        this.mqtt = mqtt;
        this.ws = ws;
    }

    /** A server in memory on free ports. */
    public static Bellwire start() {
        return start(BellwireOptions.inMemory());
    }

    /**
     * A server that answers when this returns.
     *
     * @throws ConfigurationException if it cannot start as {@code options} say; its message is one line that says why,
     *     and nothing is left running
     */
    public static Bellwire start(BellwireOptions options) {
        return start(options, Clocks.OF_THE_MACHINE);
    }

    /** The same by other clocks than the machine's. */
    static Bellwire start(BellwireOptions options, Clocks clocks) {
        SecureRandom random = new SecureRandom();
        Clock clock = clocks.wall();
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(
                PrometheusConfig.DEFAULT, new PrometheusRegistry(), new MeterClock(clock.millis(), clocks.nanoTime()));
        // the last started is the first closed
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            parts.push(meters::close);
            parts.push(JvmMeters.bind(meters));
            ActiveRoutes routes = routes(options, meters);
            FeedApi feed = FeedApi.open(options.feed(), clock, random, meters);
            parts.push(feed);
            ThreadScheduler scheduler = new ThreadScheduler("bridge", clocks.nanoTime());
            parts.push(scheduler);
            scheduler.countIn(meters);
            Bridge bridge = new Bridge(
                    options.signals(),
                    new FeedSources(feed.feedPositions(), feed.recentChanges(), feed.serviceRate()),
                    scheduler,
                    new SplittableRandom(random.nextLong()),
                    meters);
            parts.push(bridge);
            routes.listen(changed -> {
                bridge.use(changed);
                feed.chooseFeeds(changed.choosesFeeds() ? changed : FeedRouter.NONE);
            });
            feed.listen(bridge);
            feed.streams().listen(new WatchedStreams(feed.presence(), new StreamChannels(bridge)));
            MqttChannels mqttLines = new MqttChannels(bridge);
            EmbeddedBroker broker = EmbeddedBroker.start(
                    options.mqtt(),
                    feed::authenticate,
                    routes,
                    new WatchedSessions(feed.presence(), mqttLines),
                    new MqttFetch(feed.fetch()),
                    meters,
                    clock,
                    random);
            parts.push(broker);
            // that connections end because the server does is no news
            parts.push(feed.presence());
            feed.onDeviceClosed(broker::disconnect);
            feed.readyCheck("broker", broker::problem);
            mqttLines.sendWith(broker);
            bridge.start();
            URI http = feed.serve();
            return new Bellwire(
                    parts,
                    feed,
                    routes,
                    http,
                    URI.create("mqtt://" + authority(broker.address())),
                    broker.webSocketAddress().map(address -> URI.create("ws://" + authority(address) + "/mqtt")));
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

    /** Where devices connect. */
    public URI mqtt() {
        return mqtt;
    }

    /** Where devices connect over WebSocket; empty if that is off. */
    public Optional<URI> ws() {
        return ws;
    }

    /** The bearer token of an operator. */
    public String operatorToken() {
        return feed.operatorToken();
    }

    /** The file that keeps that token; empty for a server in memory. */
    public Optional<Path> operatorTokenFile() {
        return feed.operatorTokenFile();
    }

    /** Whether there is a routes file to read anew. */
    public boolean hasRoutesFile() {
        return routes.haveFile();
    }

    /**
     * Reads the routes file anew. Sessions stay, and a change rings as the routes say that hold when its turn comes.
     *
     * @return why the old routes stay; empty if the new ones hold
     */
    public Optional<String> reloadRoutes() {
        return routes.reload();
    }

    /**
     * Stops: devices are disconnected, no new work is taken, polls that wait are answered, and what was accepted is made
     * durable. Takes a few seconds at most; does nothing the second time.
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

    private static String authority(InetSocketAddress address) {
        String host = address.getHostString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    private static void close(Deque<AutoCloseable> parts) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                // the others must be closed all the same
                LOG.warn("{} did not stop cleanly", part.getClass().getSimpleName(), e);
            }
        }
    }
}
