package io.bellwire.world;

import io.bellwire.bridge.Bridge;
import io.bellwire.bridge.BridgeOptions;
import io.bellwire.bridge.FeedSources;
import io.bellwire.bridge.MqttChannels;
import io.bellwire.bridge.StreamChannels;
import io.bellwire.broker.SignalTopic;
import io.bellwire.command.CommandResult;
import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.feed.Acknowledge;
import io.bellwire.feed.CursorCheck;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.feed.FeedPosition;
import io.bellwire.feed.FeedPositions;
import io.bellwire.feed.FeedRead;
import io.bellwire.feed.FeedReader;
import io.bellwire.feed.LoggedFeedPositions;
import io.bellwire.feed.RecentChanges;
import io.bellwire.group.Recipients;
import io.bellwire.log.Change;
import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import io.bellwire.log.VirtualWriter;
import io.bellwire.log.Write;
import io.bellwire.order.OrderIds;
import io.bellwire.order.OrderStore;
import io.bellwire.order.Refusal;
import io.bellwire.route.Routes;
import io.bellwire.store.DataStore;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One process of the server: the product's log, feed reader, accounts, feed positions and bridge over a store that
 * outlives it. HTTP and MQTT are left out; {@link VirtualWriter} and {@code Readers} replace the log's threads. All
 * may throw {@link ProcessKilled}. One thread.
 */
final class WorldServer implements AutoCloseable {
    private static final int WAITERS_MAX = 3;
    /** So few that returning devices have to spread their reads. */
    private static final double PAGES_PER_SECOND = 4;

    private static final int LOOK_UP_MILLIS_MAX = 30;
    /** Delay from a commit to its notification: a reader may be faster. */
    private static final int NOTICE_MILLIS = 2;
    /** From a write to the turn of the writer that takes it, with all that waits by then. */
    private static final int TURN_MILLIS_MAX = 4;
    /** Between two batches of a fan-out, so that other things happen meanwhile. */
    private static final int STEP_MILLIS_MAX = 120;
    /** From the end of a turn to an answer, unless it leaves at once. */
    private static final int ANSWER_MILLIS_MAX = 3;

    private final World world;
    private final WorldClock clock;
    private final SplittableRandom random;
    private final EventLog log;
    private final OrderStore orders;
    private final FeedReader reader;
    private final WorldReads reads;
    private final CursorCheck cursorCheck;
    private final VirtualWriter writer;
    private final FeedPositions positions;
    private final Bridge bridge;
    private final Routes routes;
    private final MqttChannels channels;
    private final StreamChannels streams;
    private final OrderIds orderIds;
    private final WorldAccounts accounts;
    private final WorldGroups groups;
    private final List<Prepared> prepared = new ArrayList<>();
    private boolean closed;

    WorldServer(World world, WorldClock clock, DataStore store, BridgeOptions options, SplittableRandom random) {
        this.world = world;
        this.clock = clock;
        this.random = random;
        this.orders = store.orders();
        clock.startProcess();
        this.writer = new VirtualWriter(this::turnLater, Runnable::run, this::endIfKilled);
        this.log = writer.open(
                store,
                clock.withZone(ZoneOffset.UTC),
                new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock.ofMeters()),
                new Readers(world.scheduler()));
        // fewer long polls than devices that want to wait
        this.reader = new FeedReader(log, new VirtualExecutor(world.scheduler()), Runnable::run, WAITERS_MAX);
        this.cursorCheck = new CursorCheck(log);
        this.positions = new LoggedFeedPositions(log);
        this.bridge = new Bridge(
                options,
                new FeedSources(this::positions, RecentChanges.of(log), () -> PAGES_PER_SECOND),
                world.scheduler(),
                random.split(),
                new SimpleMeterRegistry());
        this.routes = world.host().routes();
        bridge.use(routes);
        this.channels = new MqttChannels(bridge);
        channels.sendWith(new VirtualBroker(world.network(), random.split()));
        this.streams = new StreamChannels(bridge);
        this.orderIds = new OrderIds(clock.withZone(ZoneOffset.UTC), random.split());
        this.accounts = new WorldAccounts(log, store.accounts(), writer, random.split());
        accounts.onRevoked(world.network()::revoked);
        this.groups = new WorldGroups(log, store.deviceGroups(), clock, writer, this::stepLater);
        this.reads = new WorldReads(this, reader, orders, world.observer());
        log.listen(new Notifications());
        bridge.start();
        groups.serve();
    }

    private void turnLater(Runnable turn) {
        later(random.nextInt(TURN_MILLIS_MAX), () -> world.host().onServer(turn));
    }

    private void stepLater(Runnable step) {
        later(random.nextInt(STEP_MILLIS_MAX), () -> world.host().onServer(step));
    }

    private void endIfKilled() {
        if (world.host().isKilled()) {
            throw new ProcessKilled();
        }
    }

    /** Does something that the process does not live to do if it is killed before. */
    private void later(int millis, Runnable work) {
        world.later(millis, () -> {
            if (!closed && world.host().server() == this) {
                work.run();
            }
        });
    }

    private CompletionStage<List<FeedPosition>> positions(Set<FeedId> feeds) {
        // read now; they may be out of date by the time of the answer
        List<FeedPosition> found = positions.of(feeds).toCompletableFuture().join();
        CompletableFuture<List<FeedPosition>> promise = new CompletableFuture<>();
        boolean fails = random.nextDouble() * 10 < world.faults().signalLoss();
        world.later(random.nextInt(LOOK_UP_MILLIS_MAX), () -> {
            if (fails) {
                promise.completeExceptionally(new IllegalStateException("the log cannot be read just now"));
            } else {
                promise.complete(found);
            }
        });
        return promise;
    }

    WorldGroups groups() {
        return groups;
    }

    WorldAccounts accounts() {
        return accounts;
    }

    Feed feed(DeviceId device) {
        FeedId id = feedId(device);
        Feed known = log.inMemory(id);
        return known == null ? writer.atOnce(() -> log.getOrCreateFeed(id)) : known;
    }

    static FeedId feedId(DeviceId device) {
        return FeedId.ofDevice(new io.bellwire.log.DeviceId(device.value()));
    }

    /** A request, prepared for the state at some time. */
    private record Prepared(WorldRequest request, Write<CommandResult<Refusal>> write) {}

    /** Writes requests, and answers them later. Some events for groups are prepared only, and written with the next. */
    void write(List<WorldRequest> requests, WorldClient client) {
        List<Prepared> ready = new ArrayList<>(prepared);
        prepared.clear();
        for (WorldRequest request : requests) {
            boolean isForGroup = request.group() != null;
            (isForGroup && random.nextInt(3) == 0 ? prepared : ready)
                    .add(new Prepared(request, request.prepare(recipients(request), orders, orderIds)));
        }
        for (Prepared one : ready) {
            client.tried(one.request());
            long sentMillis = clock.processMillis();
            CompletableFuture<Void> unused = log.submit(one.write()).thenAccept(result -> {
                WorldClient.Answer answer = new WorldClient.Answer(one.request(), sentMillis, result, eventOf(result));
                if (random.nextBoolean()) {
                    world.later(0, () -> client.answered(answer));
                } else {
                    later(random.nextInt(ANSWER_MILLIS_MAX), () -> client.answered(answer));
                }
            });
        }
    }

    /** Writes requests and answers them before it returns. */
    void writeAtOnce(List<WorldRequest> requests, WorldClient client) {
        writer.atOnce(() -> {
            write(requests, client);
            return true;
        });
    }

    private Recipients recipients(WorldRequest request) {
        return request.group() == null
                ? Recipients.of(List.of(feed(request.device())))
                : new Recipients(
                        List.of(),
                        routes.feeds(request.facts()).stream()
                                .map(groups::target)
                                .toList());
    }

    /** The event that the first answer to a repeated request had; null if it is not kept any more. */
    private @Nullable Event eventOf(CommandResult<Refusal> result) {
        return result instanceof CommandResult.Repeated<Refusal> repeated
                ? log.store().event(repeated.answer().event()).orElse(null)
                : null;
    }

    /** The epoch of the device's feed. */
    String epoch(DeviceId device) {
        return feed(device).epoch().value();
    }

    List<Change> changes(Feed feed, Revision after, Revision upTo) {
        return log.store().read(feed, after, upTo, Integer.MAX_VALUE, Long.MAX_VALUE);
    }

    void received(Feed feed, Position position) {
        log.received(feed, position);
    }

    /** Notifies of commits a while later, as the writer does it after it has shown them to readers. */
    private final class Notifications implements FeedListener {
        @Override
        public void committed(List<Advance> advances) {
            world.retention().committed(advances, groups.eventsMillis());
            later(NOTICE_MILLIS, () -> {
                bridge.committed(advances);
                reader.committed(advances);
            });
        }

        @Override
        public void received(FeedId feed, Revision upTo) {
            bridge.received(feed, upTo);
        }

        @Override
        public void processed(FeedId feed, Revision upTo) {
            later(NOTICE_MILLIS, () -> bridge.processed(feed, upTo));
        }
    }

    /** Does what a real server does at intervals: writes received positions, and what a fan-out has left. */
    void maintain() {
        writer.flush();
        groups.serve();
        accounts.endOldSecrets();
        world.network().checkSecrets();
    }

    /**
     * Drops changes that are older than {@code kept}, except the newest of each feed; not while an event is on its way
     * to members of groups, which would miss it.
     */
    void expire(Duration kept) {
        if (!groups.isServing()) {
            long unused = log.expire(clock.wallMillis(), kept, Duration.ofDays(7));
        }
    }

    /** A device has subscribed, or has opened a stream of signals. */
    void opened(WorldConnection connection) {
        DeviceId device = connection.device();
        if (connection.isStream()) {
            connection.openStream(cursor -> CursorCheck.isKnownValid(feed(device), cursor));
            streams.opened(connection);
        } else {
            io.bellwire.log.DeviceId subscriber = new io.bellwire.log.DeviceId(device.value());
            channels.subscribed(subscriber, SignalTopic.of(subscriber), DoorbellKind.MQTT);
            if (connection.hasAlarms()) {
                channels.subscribed(subscriber, WorldTopics.alarmsOf(device), DoorbellKind.MQTT);
            }
        }
    }

    void closed(WorldConnection connection) {
        if (connection.isStream()) {
            streams.closed(connection);
        } else {
            channels.disconnected(
                    new io.bellwire.log.DeviceId(connection.device().value()));
        }
    }

    WorldReads reads() {
        return reads;
    }

    CompletionStage<AckResult> acknowledge(DeviceId device, DeviceCursor processed) {
        Feed feed = feed(device);
        io.bellwire.log.Cursor position = WorldReads.cursor(processed);
        Optional<FeedRead.Reason> reason = cursorCheck.checkNow(feed, position);
        if (reason.filter(why -> why != FeedRead.Reason.BEFORE_RETENTION).isPresent()) {
            return CompletableFuture.completedFuture(new AckResult.Refused());
        }
        return log.submit(new Acknowledge(feed, position.position()))
                .thenApply(result ->
                        result instanceof CommandResult.Done ? new AckResult.Accepted() : new AckResult.Refused());
    }

    /** Ends what is left of the process, whose disk was taken away before. */
    @Override
    public void close() {
        closed = true;
        bridge.close();
        log.close();
    }

    /** Reads on the caller's thread: with a second thread the seed would no longer decide the order. */
    private static final class Readers extends VirtualExecutor {
        private Readers(VirtualScheduler scheduler) {
            super(scheduler);
        }

        @Override
        public void execute(Runnable read) {
            read.run();
        }
    }
}
