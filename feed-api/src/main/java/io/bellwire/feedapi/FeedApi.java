package io.bellwire.feedapi;

import io.bellwire.admission.FailedLogins;
import io.bellwire.degradation.EscalatedFeeds;
import io.bellwire.document.DocumentStore;
import io.bellwire.factor.SecondFactors;
import io.bellwire.feed.ExtraFeeds;
import io.bellwire.feed.FeedPositions;
import io.bellwire.feed.FeedRouter;
import io.bellwire.feed.LoggedFeedPositions;
import io.bellwire.feed.LossDistances;
import io.bellwire.feed.RateLimits;
import io.bellwire.feed.RecentChanges;
import io.bellwire.feed.RunQueueDelay;
import io.bellwire.feed.ServiceRate;
import io.bellwire.feed.ServiceRateEstimate;
import io.bellwire.feed.SignalStreams;
import io.bellwire.group.FanOuts;
import io.bellwire.group.Groups;
import io.bellwire.http.ApiParts;
import io.bellwire.http.ApiResources;
import io.bellwire.http.FeedFetch;
import io.bellwire.http.HttpApi;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.order.OrderStore;
import io.bellwire.presence.Presence;
import io.bellwire.query.OrderSearch;
import io.bellwire.registry.ExpiringSecrets;
import io.bellwire.registry.Registry;
import io.bellwire.registry.Secret;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.runtime.TimerThread;
import io.bellwire.sealed.SettingsKey;
import io.bellwire.segment.DamagedLogException;
import io.bellwire.store.DataStore;
import io.bellwire.tls.Transport;
import io.bellwire.webhook.Webhooks;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.system.DiskSpaceMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the log, makes the parts of the HTTP API and connects them. First {@link #open}, then add listeners and
 * channels, then {@link #serve}. Thread-safe.
 */
public final class FeedApi implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FeedApi.class);
    private static final long EXPIRE_INTERVAL_MAX_MILLIS = 600_000;
    private static final int EXPIRIES_PER_RETENTION_MIN = 8;
    /** Connections with an old secret end at most this long after it. */
    private static final long OLD_SECRETS_ENDED_MILLIS = 1_000;

    private static final int DEVICES_CACHED_MAX = 200_000;

    private final FeedApiOptions options;
    private final Clock clock;
    private final @Nullable DataFolder folder;
    private final String operatorToken;
    private final EventLog events;
    private final OrderStore orderStore;
    private final Registry registry;
    private final Webhooks webhooks;
    private final Presence presence;
    private final ServiceRateEstimate serviceRate;
    private final RateLimits limits;
    private final FailedLogins failedLogins;
    private final TimerThread timer;
    private final ExtraFeeds extraFeeds;
    private final EscalatedFeeds escalated = new EscalatedFeeds();
    private final DocumentStore documents;
    private final LossDistances lossDistances;
    private final FanOuts fanOuts;
    private final @Nullable OrderSearch orderSearch;
    private final HttpApi http;

    private FeedApi(
            FeedApiOptions options,
            Clock clock,
            SecureRandom random,
            PrometheusMeterRegistry meters,
            @Nullable DataFolder folder,
            DataStore store) {
        this.options = options;
        this.clock = clock;
        this.folder = folder;
        this.operatorToken = folder == null ? Secret.draw(random) : folder.operatorToken(random);
        this.orderStore = store.orders();
        options.dataFolder().ifPresent(path -> new DiskSpaceMetrics(path.toFile()).bindTo(meters));
        this.events = new EventLog(store, options.limits(), clock, meters);
        this.registry = new Registry(events, store.accounts(), random, DEVICES_CACHED_MAX);
        registry.onOldSecretUsed(new ExpiringSecrets(events, store.documents())::used);
        SettingsKey key = folder == null ? SettingsKey.draw(random) : folder.settingsKey(random);
        SecondFactors factors = new SecondFactors(events, store.documents(), key, random, clock, meters);
        this.documents = store.documents();
        this.lossDistances = new LossDistances(events, store.accounts(), options.retention(), clock::millis);
        this.webhooks = Webhooks.open(events, store.documents(), store.accounts(), key, clock);
        this.timer = new TimerThread("http-timer");
        Future<?> unused = timer.scheduleWithFixedDelay(
                () -> {
                    registry.endOldSecrets();
                    webhooks.warnOfOldKeys();
                },
                OLD_SECRETS_ENDED_MILLIS,
                OLD_SECRETS_ENDED_MILLIS,
                TimeUnit.MILLISECONDS);
        Gauge.builder("bellwire.timers", timer, TimerThread::size)
                .description("Things that are to be done later, such as the ends of waits")
                .tag("thread", "http")
                .register(meters);
        this.presence = Presence.open(options.presence(), events, store.lastSeen(), timer, clock, meters);
        LongSupplier nanos = meters.config().clock()::monotonicTime;
        this.serviceRate = new ServiceRateEstimate(
                Runtime.getRuntime().availableProcessors(),
                options.limits().readers(),
                options.feedPagesExpected(),
                nanos,
                ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime,
                new RunQueueDelay());
        Gauge.builder("bellwire.feed.capacity", serviceRate, ServiceRate::pagesPerSecond)
                .description("Pages of feeds that could be served in a second, as measured of late")
                .register(meters);
        this.limits = new RateLimits(options.callerRate(), options.feedReadRate(), new Stopwatch(nanos), meters);
        this.failedLogins = new FailedLogins(options.failedLogins(), new Stopwatch(nanos), meters);
        this.extraFeeds = new ExtraFeeds(meters);
        Groups groups = new Groups(events, store.deviceGroups(), options.groups());
        this.fanOuts = new FanOuts(events, store.deviceGroups(), options.groups(), clock, meters);
        fanOuts.start();
        this.orderSearch = options.query().isOn()
                ? SearchStart.start(options, events, orderStore, timer, clock, random, meters)
                : null;
        this.http = new HttpApi(
                options.http(),
                new ApiParts(
                        events,
                        orderStore,
                        registry,
                        factors,
                        webhooks,
                        presence,
                        groups,
                        fanOuts,
                        extraFeeds,
                        escalated,
                        orderSearch),
                new ApiResources(timer, limits, failedLogins, serviceRate, clock, random, meters),
                Secret.of(operatorToken));
    }

    /**
     * Opens the log, and creates it if it is new. Blocks. Throws {@link ConfigurationException} if the data folder is
     * in use or cannot be used, or if the log cannot be opened.
     */
    public static FeedApi open(
            FeedApiOptions options, Clock clock, SecureRandom random, PrometheusMeterRegistry meters) {
        DataFolder folder = options.dataFolder().map(DataFolder::open).orElse(null);
        DataStore store = null;
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
            if (e instanceof DamagedLogException damaged) {
                throw new ConfigurationException(
                        damaged.getMessage()
                                + "; scripts/serve check says what is sound, and scripts/serve repair saves"
                                + " that into a new folder, or restore a backup",
                        damaged);
            }
            if (e instanceof UncheckedIOException io) {
                throw new ConfigurationException(String.valueOf(io.getMessage()), io);
            }
            throw e;
        }
    }

    /** Notifies {@code listener} of commits, feed answers and acknowledgements from now on. */
    public void listen(FeedListener listener) {
        events.listen(listener);
    }

    /**
     * Notifies {@code listener} of each device that was disabled or of which a secret has ended, with the test of the
     * {@linkplain Secret#fingerprint fingerprint} of a secret: connections with one that is not valid must end.
     */
    public void onSecretEnded(BiConsumer<DeviceId, LongPredicate> listener) {
        registry.onRevoked(account ->
                account.id().device().ifPresent(device -> listener.accept(device, account::acceptsFingerprint)));
    }

    /** Sets what decides which further feeds an event goes to. May be called at any time. */
    public void chooseFeeds(FeedRouter newChooser) {
        extraFeeds.use(newChooser);
    }

    public FeedPositions feedPositions() {
        return new LoggedFeedPositions(events);
    }

    /** The changes that were committed recently and are in memory. */
    public RecentChanges recentChanges() {
        return RecentChanges.of(events);
    }

    /**
     * The streams of signals that readers hold open over HTTP. This module only opens and ends them: a listener sends.
     */
    public SignalStreams streams() {
        return http.streams();
    }

    /** Reads feeds for devices that fetch by another protocol than HTTP. */
    public FeedFetch fetch() {
        return http.fetch();
    }

    /**
     * Which devices are connected. Whatever holds connections reports them here; close it before a stop of the server
     * ends the connections.
     */
    public Presence presence() {
        return presence;
    }

    /** The endpoints of partners. This module only keeps them: a listener calls them. */
    public Webhooks webhooks() {
        return webhooks;
    }

    /** The feeds that have a problem. This module only obeys them: whoever watches feeds replaces them. */
    public EscalatedFeeds escalated() {
        return escalated;
    }

    /** Small documents with names, for settings of the packages above. */
    public DocumentStore documents() {
        return documents;
    }

    /** How near readers are to losing changes. */
    public LossDistances lossDistances() {
        return lossDistances;
    }

    /** The log; for what reads feeds in this process. */
    public EventLog events() {
        return events;
    }

    /** How many pages of feeds a second can be served, as measured recently. */
    public ServiceRate serviceRate() {
        return serviceRate;
    }

    /** How often devices and partners may send requests, over all protocols together. */
    public RateLimits limits() {
        return limits;
    }

    /** How long clients have to wait because logins have failed, over all protocols together. */
    public FailedLogins failedLogins() {
        return failedLogins;
    }

    /** Whether the device is enabled and {@code secret} is its secret. Does not block. */
    public CompletionStage<Boolean> authenticate(DeviceId device, byte[] secret) {
        return registry.authenticate(FeedId.ofDevice(device), secret);
    }

    /** Whether the device is enabled. Does not block. */
    public CompletionStage<Boolean> isEnabled(DeviceId device) {
        return registry.find(FeedId.ofDevice(device))
                .thenApply(found -> found.filter(account -> !account.disabled()).isPresent());
    }

    /** Adds a condition to {@code /readyz}: the server is ready only while {@code problem} is empty. */
    public void addReadyCheck(String name, Supplier<Optional<String>> problem) {
        http.addReadyCheck(name, problem);
    }

    /** The operator's bearer token. */
    public String operatorToken() {
        return operatorToken;
    }

    /** Its file; empty for a server in memory. */
    public Optional<Path> operatorTokenFile() {
        return Optional.ofNullable(folder).map(DataFolder::tokenFile);
    }

    /**
     * Starts the HTTP server, and returns its base address. Throws {@link ConfigurationException} if the port is taken.
     */
    public URI serve(Transport transport) {
        return serve(transport, expireIntervalMillis(options.retention()));
    }

    /** @param expireIntervalMillis the pause between two calls of {@link #expireOldEvents} */
    URI serve(Transport transport, long expireIntervalMillis) {
        URI address;
        try {
            address = http.start(transport);
        } catch (UncheckedIOException e) {
            throw new ConfigurationException(String.valueOf(e.getMessage()), e);
        }
        Future<?> unused = timer.scheduleWithFixedDelay(
                () -> {
                    Future<?> ignored = expireOldEvents();
                },
                expireIntervalMillis,
                expireIntervalMillis,
                TimeUnit.MILLISECONDS);
        return address;
    }

    HttpApi http() {
        return http;
    }

    /** The pause between two deletions: expired events are deleted several times within even a short retention. */
    static long expireIntervalMillis(Duration retention) {
        long millis = retention.dividedBy(EXPIRIES_PER_RETENTION_MIN).toMillis();
        return Math.min(EXPIRE_INTERVAL_MAX_MILLIS, Math.max(1, millis));
    }

    /** Deletes events and stored responses that are older than the retention; a timer calls this every few minutes. */
    CompletableFuture<Long> expireOldEvents() {
        long now = clock.millis();
        return events.onReader(() -> {
                    orderStore.deleteLocksBefore(events.steadyMillis());
                    return events.expire(now, options.retention(), options.responsesKept());
                })
                .whenComplete((deleted, failure) -> {
                    if (failure != null) {
                        log.warn("retention failed and will be tried again: {}", failure.toString());
                    } else if (deleted > 0) {
                        log.info("retention deleted {} events", deleted);
                    }
                });
    }

    /**
     * Stops the server: takes no new work, answers the waiting long polls, ends the streams, makes durable what waits
     * for the log's writer, and releases the data folder. Blocks.
     */
    @Override
    public void close() {
        presence.close();
        http.close();
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
