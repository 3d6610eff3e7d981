package io.bellwire.http;

import io.bellwire.degradation.OrderGate;
import io.bellwire.feed.FeedReader;
import io.bellwire.feed.RecipientResolver;
import io.bellwire.feed.SignalStreams;
import io.bellwire.log.EventLog;
import io.bellwire.order.OrderIds;
import io.bellwire.registry.Registry;
import io.bellwire.registry.Secret;
import io.bellwire.tls.Transport;
import io.micrometer.core.instrument.Gauge;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Makes the endpoints, builds the table of their routes, and serves it. It also holds what is open for requests: long
 * polls that wait, and streams of signals. {@link #start} and {@link #close} are called by one thread; all else is
 * thread-safe.
 */
public final class HttpApi implements AutoCloseable {
    private static final int HTTP_THREADS_MAX = 32;
    private static final int CONNECTIONS_CHECKED_MILLIS = 1_000;

    private final HttpOptions options;
    private final ApiParts parts;
    private final ApiResources resources;
    private final Secret operator;
    private final QueuedThreadPool threads;
    private final OpenStreams streams;
    private final LongPolls polls;
    private final FeedReader reader;
    private final HealthEndpoints health;
    private final AnswersInFlight answersInFlight;
    private @Nullable HttpServer server;

    /** @param operator the operator's bearer token */
    public HttpApi(HttpOptions options, ApiParts parts, ApiResources resources, Secret operator) {
        this.options = options;
        this.parts = parts;
        this.resources = resources;
        this.operator = operator;
        this.threads = new QueuedThreadPool(HTTP_THREADS_MAX);
        threads.setName("http");
        this.streams = new OpenStreams(
                options.streams(),
                resources.meters().config().clock()::monotonicTime,
                resources.random(),
                resources.meters());
        this.polls = new LongPolls(
                options.callers().longPollsMax(), options.streams().perCallerMax(), resources.meters());
        parts.registry().onRevoked(account -> {
            streams.endRevoked(account);
            polls.endRevoked(account);
        });
        parts.escalated().onDisconnect(streams::endDisconnected);
        this.answersInFlight = new AnswersInFlight(options.callers(), resources.meters());
        this.reader = new FeedReader(
                parts.events(), resources.timer(), threads, options.waitersMax(), resources.serviceRate());
        Gauge.builder("bellwire.feed.waiting", reader, FeedReader::waiting)
                .description("Long polls that wait")
                .register(resources.meters());
        this.health = new HealthEndpoints(resources.meters());
        health.addReadyCheck("log", parts.events()::problem);
    }

    /** The streams of signals that readers hold open. This class only opens and ends them: a listener sends. */
    public SignalStreams streams() {
        return streams;
    }

    /** Reads feeds for devices that fetch by another protocol than HTTP. */
    public FeedFetch fetch() {
        return new FeedFetch(
                reader, parts.registry(), resources.limits(), parts.presence(), feedEndpoint(), answersInFlight);
    }

    private FeedEndpoint feedEndpoint() {
        return new FeedEndpoint(
                parts.events(),
                reader,
                parts.registry(),
                resources.limits(),
                resources.serviceRate(),
                parts.presence(),
                polls);
    }

    /** Adds a condition to {@code /readyz}: the server is ready only while {@code problem} is empty. */
    public void addReadyCheck(String name, Supplier<Optional<String>> problem) {
        health.addReadyCheck(name, problem);
    }

    /**
     * Starts the HTTP server, and returns its base address.
     *
     * @throws java.io.UncheckedIOException if it cannot listen; the message names host and port
     */
    public URI start(Transport transport) {
        ClosedConnections closed = new ClosedConnections(resources.meters());
        HttpServer http = new HttpServer(
                threads,
                options,
                transport,
                resources.meters(),
                closed,
                responseExecutor -> new ApiHandler(
                        routes(),
                        new CertifiedCallers(
                                new CallerLookup(operator, parts.registry(), resources.failedLogins()),
                                parts.registry(),
                                transport.tls()),
                        resources,
                        options.callers().connections().bodyDeadline(),
                        new ResponseSender(answersInFlight, resources.timer(), closed),
                        new AuditedCalls(parts.events(), resources.meters()),
                        responseExecutor));
        server = http;
        URI address = http.start();
        streams.start(resources.timer());
        Future<?> unused = resources
                .timer()
                .scheduleWithFixedDelay(
                        http::closeSlowConnections,
                        CONNECTIONS_CHECKED_MILLIS,
                        CONNECTIONS_CHECKED_MILLIS,
                        TimeUnit.MILLISECONDS);
        return address;
    }

    List<ApiRoute> routes() {
        EventLog events = parts.events();
        Registry registry = parts.registry();
        List<ApiRoute> routes = new ArrayList<>(health.routes());
        routes.addAll(new DocumentEndpoints().routes());
        RecipientResolver recipientResolver = new RecipientResolver(
                events, registry, parts.groups(), parts.fanOuts(), parts.extraFeeds(), resources.meters());
        OrderAccess access = new OrderAccess(events, parts.orders(), recipientResolver);
        OrderDecisionTimes decisionTimes = new OrderDecisionTimes();
        OrderChangeSubmitter changes = new OrderChangeSubmitter(events, decisionTimes);
        SecretRules secrets = options.secrets();
        FactorCheck factorCheck = new FactorCheck(parts.secondFactors(), events, secrets.secondFactorFor());
        routes.addAll(new AccountEndpoints(registry, parts.fanOuts(), secrets.overlap(), factorCheck).routes());
        routes.addAll(new OperatorEndpoints(registry, secrets.overlap(), factorCheck).routes());
        routes.addAll(new SecondFactorEndpoints(parts.secondFactors(), factorCheck, registry).routes());
        routes.addAll(new WebhookEndpoints(
                        parts.webhooks(),
                        events,
                        registry,
                        factorCheck,
                        resources.random(),
                        resources.clock(),
                        secrets.overlap())
                .routes());
        routes.addAll(new WebhookRecoveryEndpoints(parts.webhooks(), events, registry).routes());
        routes.add(new DeviceListEndpoint(events, registry, parts.presence()).route());
        routes.addAll(new OrderListEndpoints(events, parts.orders()).routes());
        routes.addAll(new OrderSearchEndpoints(events, parts.orders(), parts.orderSearch()).routes());
        routes.add(new BulkEndpoint(events, parts.orders(), access, changes).route());
        OrderIds ids = new OrderIds(resources.clock(), resources.random());
        OrderGate gate = new OrderGate(parts.escalated(), resources.random(), resources.meters());
        routes.addAll(new OrderEndpoints(events, registry, access, decisionTimes, ids, gate).routes());
        routes.addAll(new OrderChangeEndpoints(events, access, changes, resources.random()).routes());
        routes.add(new EventEndpoint(events, registry, recipientResolver).route());
        FeedEndpoint feeds = feedEndpoint();
        routes.addAll(feeds.routes());
        routes.addAll(new StreamEndpoint(streams, registry, parts.escalated()).routes());
        routes.addAll(new EscalationEndpoint(parts.escalated(), registry).routes());
        routes.addAll(new GroupEndpoints(parts.groups(), registry, feeds).routes());
        routes.add(new SnapshotEndpoint(events, parts.orders(), registry).route());
        routes.addAll(new AckEndpoint(events, registry).routes());
        return routes;
    }

    /** Answers the waiting long polls, ends the streams, and stops the HTTP server. Blocks. */
    @Override
    public void close() {
        reader.stopWaiting();
        streams.stop();
        if (server != null) {
            server.close();
        }
    }
}
