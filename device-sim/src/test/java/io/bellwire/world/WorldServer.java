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
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.LogLimits;
import io.bellwire.log.Position;
import io.bellwire.log.VirtualWriter;
import io.bellwire.log.Write;
import io.bellwire.order.OrderIds;
import io.bellwire.order.OrderStore;
import io.bellwire.order.Refusal;
import io.bellwire.route.RoutesFile;
import io.bellwire.store.DataStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process of the server: the product's log, feed reader, accounts, feed positions and bridge over a store that
 * outlives it. HTTP and MQTT are left out; {@link VirtualWriter} and {@code Readers} replace the log's threads. What
 * writes may throw {@link ProcessKilled}. One thread.
 */
final class WorldServer implements AutoCloseable {
    private static final int WAITERS_MAX = 3;
    /** So few that returning devices have to spread their reads. */
    private static final double PAGES_PER_SECOND = 4;

    private static final Path ROUTES = Path.of("src", "test", "resources", "world", "routes.yaml");
    private static final int LOOK_UP_MILLIS_MAX = 30;
    /** Delay from a commit to its notification: a reader may be faster. */
    private static final int NOTICE_MILLIS = 2;

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
        this.log = new EventLog(
                store,
                LogLimits.DEFAULT,
                clock.withZone(ZoneOffset.UTC),
                new SimpleMeterRegistry(),
                new Readers(world.scheduler()));
        // fewer long polls than devices that want to wait
        this.reader = new FeedReader(log, new VirtualExecutor(world.scheduler()), Runnable::run, WAITERS_MAX);
        this.cursorCheck = new CursorCheck(log);
        this.writer = new VirtualWriter(store);
        this.positions = new LoggedFeedPositions(log);
        this.bridge = new Bridge(
                options,
                new FeedSources(this::positions, RecentChanges.of(log), () -> PAGES_PER_SECOND),
                world.scheduler(),
                random.split(),
                new SimpleMeterRegistry());
        bridge.use(new RoutesFile(options.plainRule()).read(ROUTES));
        this.channels = new MqttChannels(bridge);
        channels.sendWith(new VirtualBroker(world.network(), random.split()));
        this.streams = new StreamChannels(bridge);
        this.orderIds = new OrderIds(clock.withZone(ZoneOffset.UTC), random.split());
        this.accounts = new WorldAccounts(log, store.accounts(), random.split());
        this.groups = new WorldGroups(log, store.deviceGroups(), clock.withZone(ZoneOffset.UTC), world.host()::isKilled);
        this.reads = new WorldReads(log, reader, orders, world.observer(), this::received);
        bridge.start();
        notifyAdvances(groups.fanOut());
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
        return log.getOrCreateFeed(feedId(device));
    }

    static FeedId feedId(DeviceId device) {
        return FeedId.ofDevice(new io.bellwire.log.DeviceId(device.value()));
    }

    /** A request, prepared for the state at some time. */
    private record Prepared(WorldRequest request, Write<CommandResult<Refusal>> write) {}

    /** A request and its result. */
    record Answer(WorldRequest request, CommandResult<Refusal> result) {}

    /**
     * Decides and writes requests in one batch, and returns their results. Some events for groups are prepared only, and
     * are in the next batch.
     *
     * @param tried gets each request before it is written
     */
    List<Answer> write(List<WorldRequest> requests, Consumer<WorldRequest> tried) {
        List<Prepared> batch = new ArrayList<>(prepared);
        prepared.clear();
        for (WorldRequest request : requests) {
            boolean isForGroup = request.group() != null;
            (isForGroup && random.nextInt(3) == 0 ? prepared : batch)
                    .add(new Prepared(request, request.prepare(recipients(request), orders, orderIds)));
        }
        if (batch.isEmpty()) {
            return List.of();
        }
        batch.forEach(one -> tried.accept(one.request()));
        VirtualWriter.Written<CommandResult<Refusal>> written = writer.write(
                batch.stream().map(Prepared::write).toList(),
                clock.instant(),
                world.scheduler().nowMillis());
        notifyAdvances(written.advances());
        notifyAdvances(groups.fanOut());
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            answers.add(new Answer(batch.get(i).request(), written.decided().get(i)));
        }
        return answers;
    }

    private Recipients recipients(WorldRequest request) {
        String group = request.group();
        return group == null
                ? Recipients.of(List.of(feed(request.device())))
                : new Recipients(List.of(), List.of(groups.target(group)));
    }

    private void notifyAdvances(List<FeedListener.Advance> advances) {
        world.retention().committed(advances);
        notifyLater(() -> {
            bridge.committed(advances);
            reader.committed(advances);
        });
    }

    /** The event that the first answer to a repeated request had; null if it is not kept any more. */
    io.bellwire.log.@Nullable Event eventOf(CommandResult<Refusal> result) {
        return result instanceof CommandResult.Repeated<Refusal> repeated
                ? log.store().event(repeated.answer().event()).orElse(null)
                : null;
    }

    /** The epoch of the device's feed. */
    String epoch(DeviceId device) {
        return feed(device).epoch().value();
    }

    private void received(Feed feed, Position position) {
        if (writer.received(feed, position)) {
            bridge.received(feed.id(), position.revision());
        }
    }

    private void notifyLater(Runnable notification) {
        world.later(NOTICE_MILLIS, () -> {
            if (!closed) {
                notification.run();
            }
        });
    }

    /** Flushes the positions that would be lost with the server, as a real server does at intervals. */
    void flush() {
        writer.flush(clock.instant());
    }

    /** Drops changes that are older than {@code kept}, except the newest of each feed. */
    void expire(Duration kept) {
        long unused = log.expire(clock.wallMillis(), kept, Duration.ofDays(7));
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

    AckResult acknowledge(DeviceId device, DeviceCursor processed) {
        Feed feed = feed(device);
        io.bellwire.log.Cursor position = WorldReads.cursor(processed);
        Optional<FeedRead.Reason> reason = cursorCheck.checkNow(feed, position);
        if (reason.filter(why -> why != FeedRead.Reason.BEFORE_RETENTION).isPresent()) {
            return new AckResult.Refused();
        }
        VirtualWriter.Written<CommandResult<io.bellwire.log.Cursor>> written = writer.write(
                List.of(new Acknowledge(feed, position.position())),
                clock.instant(),
                world.scheduler().nowMillis());
        notifyLater(() -> written.processed().forEach(bridge::processed));
        return written.decided().get(0) instanceof CommandResult.Done
                ? new AckResult.Accepted()
                : new AckResult.Refused();
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
