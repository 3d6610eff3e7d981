package io.bellwire.http;

import io.bellwire.feed.ExtraFeeds;
import io.bellwire.feed.FeedPositions;
import io.bellwire.feed.FeedReader;
import io.bellwire.feed.FeedRouter;
import io.bellwire.feed.LoggedFeedPositions;
import io.bellwire.feed.RateLimits;
import io.bellwire.feed.RecentChanges;
import io.bellwire.feed.RunQueueDelay;
import io.bellwire.feed.ServiceRate;
import io.bellwire.feed.ServiceRateEstimate;
import io.bellwire.feed.SignalStreams;
import io.bellwire.group.FanOuts;
import io.bellwire.group.Groups;
import io.bellwire.group.RecipientResolver;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.LogStore;
import io.bellwire.log.Stopwatch;
import io.bellwire.log.TimerThread;
import io.bellwire.order.OrderIds;
import io.bellwire.presence.Presence;
import io.bellwire.query.OrderSearch;
import io.bellwire.registry.DeviceId;
import io.bellwire.registry.Registry;
import io.bellwire.registry.Secret;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log and the HTTP API on it, put together. Open it, connect what listens, then {@link #serve}. Thread-safe.
 */
public final class FeedApi implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FeedApi.class);
    private static final int HTTP_THREADS_MAX = 32;
    private static final int DEVICES_CACHED_MAX = 200_000;

    private final FeedApiOptions options;
    private final Clock clock;
    private final SecureRandom random;
    private final @Nullable DataFolder folder;
    private final String operatorToken;
    private final EventLog events;
    private final Registry registry;
    private final Presence presence;
    private final FeedReader reader;
    private final HealthEndpoints operating;
    private final OpenStreams streams;
    private final ServiceRateEstimate capacity;
    private final RateLimits limits;
    private final PrometheusMeterRegistry meters;
    private final TimerThread timer;
    private final QueuedThreadPool threads;
    private final ExtraFeeds further;
    private final Groups groups;
    private final FanOuts fanOuts;
    private final @Nullable OrderSearch orderSearch;
    private @Nullable HttpServer server;

    private FeedApi(
            FeedApiOptions options,
            Clock clock,
            SecureRandom random,
            PrometheusMeterRegistry meters,
            @Nullable DataFolder folder,
            LogStore store) {
        this.options = options;
        this.clock = clock;
        this.random = random;
        this.meters = meters;
        this.folder = folder;
        this.operatorToken = folder == null ? Secret.draw(random) : folder.operatorToken(random);
        this.events = new EventLog(store, options.limits(), clock, meters);
        this.registry = new Registry(events, random, DEVICES_CACHED_MAX);
        this.timer = new TimerThread("http-timer");
        Gauge.builder("bellwire.timers", timer, TimerThread::size)
                .description("Things that are to be done later, such as the ends of waits")
                .tag("thread", "http")
                .register(meters);
        this.presence = Presence.open(options.presence(), events, timer, clock, meters);
        this.threads = new QueuedThreadPool(HTTP_THREADS_MAX);
        threads.setName("http");
        LongSupplier nanos = meters.config().clock()::monotonicTime;
        this.capacity = new ServiceRateEstimate(
                Runtime.getRuntime().availableProcessors(),
                options.limits().readers(),
                options.feedPagesExpected(),
                nanos,
                ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime,
                new RunQueueDelay());
        Gauge.builder("bellwire.feed.capacity", capacity, ServiceRate::pagesPerSecond)
                .description("Pages of feeds that could be served in a second, as measured of late")
                .register(meters);
        this.limits = new RateLimits(options.callerRate(), options.feedReadRate(), new Stopwatch(nanos), meters);
        this.streams = new OpenStreams(options.streams(), nanos, random, meters);
        registry.onRevoked(account -> streams.endAll(account, StreamEnd.DISABLED));
        this.reader = new FeedReader(events, timer, threads, options.waitersMax(), capacity);
        Gauge.builder("bellwire.feed.waiting", reader, FeedReader::waiting)
                .description("Long polls that wait")
                .register(meters);
        this.further = new ExtraFeeds(meters);
        this.groups = new Groups(events, options.groups());
        this.fanOuts = new FanOuts(events, options.groups(), clock, meters);
        fanOuts.start();
        this.orderSearch = options.query().isOn()
                ? OrderSearch.start(
                        new OrderSearch.Storage(
                                options.dataFolder(),
                                memoryName("query", random),
                                options.limits().readers()),
                        options.query(),
                        events,
                        timer,
                        clock,
                        meters)
                : null;
        this.operating = new HealthEndpoints(meters);
        operating.readyCheck("log", events::problem);
    }

    /**
     * Opens the log, and makes it if it is new. {@link ConfigurationException} if the data folder is in use or cannot be
     * used, or the log cannot be opened.
     */
    public static FeedApi open(
            FeedApiOptions options, Clock clock, SecureRandom random, PrometheusMeterRegistry meters) {
        DataFolder folder = options.dataFolder().map(DataFolder::open).orElse(null);
        LogStore store = null;
        try {
            store = LogStores.open(
                    options, folder, random, clock, meters.config().clock()::monotonicTime);
            return new FeedApi(options, clock, random, meters, folder, store);
        } catch (RuntimeException e) {
            if (store != null) {
                store.close();
            }
            if (folder != null) {
                folder.close();
            }
            if (e instanceof UncheckedIOException io) {
                throw new ConfigurationException(String.valueOf(io.getMessage()), io);
            }
            throw e;
        }
    }

    /** A name that no other database in memory has. */
    private static String memoryName(String kind, SecureRandom random) {
        return kind + "-" + Long.toHexString(random.nextLong());
    }

    /** Has {@code listener} told what happens to feeds. */
    public void listen(FeedListener listener) {
        events.listen(listener);
    }

    /** Has {@code listener} told of each device whose present connections must end. */
    public void onDeviceClosed(Consumer<DeviceId> listener) {
        registry.onRevoked(account -> account.device().ifPresent(listener));
    }

    /** Has {@code newChooser} say from now on which further feeds an event goes to; may be called at any time. */
    public void chooseFeeds(FeedRouter newChooser) {
        further.use(newChooser);
    }

    public FeedPositions feedPositions() {
        return new LoggedFeedPositions(events);
    }

    /** What was committed of late. */
    public RecentChanges recentChanges() {
        return RecentChanges.of(events);
    }

    /** The streams of signals that readers hold open over HTTP; nobody rings them but who listens here. */
    public SignalStreams streams() {
        return streams;
    }

    /** Reads feeds for devices that ask in another way than HTTP. */
    public FeedFetch fetch() {
        return new FeedFetch(reader, registry, limits, presence, feedEndpoint());
    }

    private FeedEndpoint feedEndpoint() {
        return new FeedEndpoint(events, reader, registry, limits, capacity, presence);
    }

    /** Who is there: told by what holds connections, and closed before these end because the server does. */
    public Presence presence() {
        return presence;
    }

    /** How fast pages of feeds can be served. */
    public ServiceRate serviceRate() {
        return capacity;
    }

    /** What devices and partners may ask for how often, by whatever way they ask. */
    public RateLimits limits() {
        return limits;
    }

    /** Whether {@code secret} is the enabled device's; never blocks. */
    public CompletionStage<Boolean> authenticate(DeviceId device, byte[] secret) {
        return registry.authenticate(FeedId.ofDevice(device), secret);
    }

    /** Has the server count as ready only while {@code problem} is empty. */
    public void readyCheck(String name, Supplier<Optional<String>> problem) {
        operating.readyCheck(name, problem);
    }

    /** The operator's bearer token. */
    public String operatorToken() {
        return operatorToken;
    }

    /** Where that token is kept; empty for a server in memory. */
    public Optional<Path> operatorTokenFile() {
        return Optional.ofNullable(folder).map(DataFolder::tokenFile);
    }

    /** Starts to answer, and returns the base address. {@link ConfigurationException} if the port is taken. */
    public URI serve() {
        return serve(ServingTimes.keeping(options.retention()));
    }

    URI serve(ServingTimes times) {
        HttpServer http = new HttpServer(
                threads,
                options,
                meters,
                answering -> new ApiHandler(
                        routes(),
                        new CallerLookup(Secret.of(operatorToken), registry),
                        limits,
                        timer,
                        times.bodyMillis(),
                        meters,
                        answering),
                times.idleMillis());
        server = http;
        URI address = http.start();
        streams.start(timer);
        Future<?> unused = timer.scheduleWithFixedDelay(
                () -> {
                    Future<?> ignored = forget();
                },
                times.forgetMillis(),
                times.forgetMillis(),
                TimeUnit.MILLISECONDS);
        return address;
    }

    List<ApiRoute> routes() {
        List<ApiRoute> routes = new ArrayList<>(operating.routes());
        routes.addAll(new DocumentEndpoints().routes());
        RecipientResolver addressing = new RecipientResolver(events, registry, groups, fanOuts, further, meters);
        OrderAccess access = new OrderAccess(events, addressing);
        OrderDecisionTimes decisionTimes = new OrderDecisionTimes();
        OrderChanges changes = new OrderChanges(events, decisionTimes);
        routes.addAll(new AccountEndpoints(registry, fanOuts).routes());
        routes.add(new DeviceListEndpoint(events, registry, presence).route());
        routes.addAll(new OrderListEndpoints(events).routes());
        routes.addAll(new OrderSearchEndpoints(events, orderSearch).routes());
        routes.add(new BulkEndpoint(events, access, changes).route());
        OrderIds ids = new OrderIds(clock, random);
        routes.addAll(new OrderEndpoints(events, registry, access, decisionTimes, ids).routes());
        routes.addAll(new OrderChangeEndpoints(events, access, changes, random).routes());
        routes.add(new EventEndpoint(events, registry, addressing).route());
        FeedEndpoint feeds = feedEndpoint();
        routes.addAll(feeds.routes());
        routes.addAll(new StreamEndpoint(streams, registry).routes());
        routes.addAll(new GroupEndpoints(groups, registry, feeds).routes());
        routes.add(new SnapshotEndpoint(events, registry).route());
        routes.addAll(new AckEndpoint(events, registry).routes());
        return routes;
    }

    /** Forgets what is older than is promised to be kept; done by itself every few minutes. */
    CompletableFuture<Long> forget() {
        long now = clock.millis();
        return events.onReader(() -> events.expire(now, options.retention(), options.answersKept()))
                .whenComplete((deleted, failure) -> {
                    if (failure != null) {
                        log.warn("retention failed and will be tried again: {}", failure.toString());
                    } else if (deleted > 0) {
                        log.info("retention deleted {} events", deleted);
                    }
                });
    }

    /**
     * Stops: takes no new work, answers the polls that wait, ends streams, makes durable what waits for the writer, and lets go of the
     * data folder.
     */
    @Override
    public void close() {
        presence.close();
        reader.stopWaiting();
        streams.stop();
        if (server != null) {
            server.close();
        }
        timer.shutdownNow();
        fanOuts.close();
        if (orderSearch != null) {
            orderSearch.close();
        }
        events.close();
        if (folder != null) {
            folder.close();
        }
    }
}
