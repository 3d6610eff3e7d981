package io.bellwire.bridge;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.FeedPosition;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.Revision;
import io.bellwire.route.Routes;
import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.Scheduler;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.runtime.TurnAlarm;
import io.bellwire.runtime.TurnHeartbeat;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;

/**
 * Signals readers on their open channels when their feeds have grown, and reminds them until they have read.
 * Thread-safe: events arrive on any thread; these methods return at once and never throw. All signals are sent on the
 * scheduler, one turn at a time.
 *
 * <p>An event only updates its {@link TrackedFeed} and puts that into the queue, unless it is there already; a turn
 * then asks each feed in the queue what is to be done. So both memory and queue are bounded by the number of open
 * channels, however many changes are committed.
 */
public final class Bridge implements FeedListener, AutoCloseable {
    /** Feeds served in one turn, so that timers and look-ups are not kept waiting by a long queue. */
    private static final int TURN_MAX = 1_000;

    private final BridgeOptions options;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final BridgeMeters meters;
    private final BridgeFaults faults;

    private final FetchSpreader spreader;
    private final ChannelRegistry channels;
    private final Queue<TrackedFeed> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final TurnHeartbeat heartbeat;
    private volatile Routes routes;
    private volatile Runnable turnEnd = () -> {};
    private volatile boolean started;
    private volatile boolean closed;

    // below: the loop's own
    private final TimerQueue timers = new TimerQueue();
    private final FeedPositionLookup lookup;
    private final SignalComposer composer;
    private final SignalSender sender;
    private final TurnAlarm alarm;
    private long spreadMillis;

    /** A bridge that takes events, and sends nothing before {@link #start}. */
    public Bridge(
            BridgeOptions options,
            FeedSources feeds,
            Scheduler scheduler,
            RandomGenerator random,
            MeterRegistry meters) {
        this.options = options;
        this.scheduler = scheduler;
        this.random = random;
        this.spreader = new FetchSpreader(feeds.rate(), options.spreadMax());
        this.channels = new ChannelRegistry(options, spreader);
        this.routes = Routes.none(options.plainRule());
        this.meters = new BridgeMeters(meters);
        this.faults = new BridgeFaults(this.meters, new Stopwatch(scheduler::nowNanos));
        this.lookup = new FeedPositionLookup(feeds.positions(), options, this::wake);
        this.composer = new SignalComposer(feeds.recent());
        this.sender = new SignalSender(composer, channels, scheduler, this.meters, faults, this::enqueueIfDue);
        this.alarm = new TurnAlarm(scheduler, this::turn);
        this.heartbeat = new TurnHeartbeat(scheduler, "the bridge", "no device is signalled");
        this.meters.watch(channels, spreader);
        this.meters.gauge("bellwire.bridge.queue", "Feeds that wait for a turn", queue::size);
        this.meters.gauge("bellwire.bridge.late.seconds", "How late the bridge's loop is", heartbeat::lateSeconds);
    }

    /** Begins to send signals. Apart from the constructor because channels may need what is made only after the bridge. */
    public void start() {
        started = true;
        wake();
    }

    /** Empty while signals are sent, else one line that says why not. */
    public Optional<String> problem() {
        return closed ? Optional.empty() : heartbeat.problem();
    }

    /** Runs {@code handOver} at the end of each turn, for channels that collect what they are to send. */
    public void endTurnsWith(Runnable handOver) {
        turnEnd = handOver;
    }

    /** From now on, {@code newRoutes} decide how changes are signalled. */
    public void use(Routes newRoutes) {
        routes = newRoutes;
    }

    @Override
    public void committed(List<Advance> advances) {
        for (Advance advance : advances) {
            update("A commit", advance.feed(), feed -> {
                feed.committed(advance, scheduler.nowNanos());
                return 0;
            });
        }
    }

    @Override
    public void received(FeedId feed, Revision revision) {
        update("A feed answer", feed, tracked -> tracked.received(revision, scheduler.nowNanos()));
    }

    @Override
    public void processed(FeedId feed, Revision revision) {
        update("An acknowledgement", feed, tracked -> tracked.processed(revision, scheduler.nowNanos()));
    }

    /**
     * A reader has opened {@code channel}, and gets a signal with the head of its feed. May be called again for an open
     * channel, if its reader is new.
     */
    public void channelOpened(SignalChannel channel) {
        try {
            if (!closed) {
                enqueue(channels.open(channel));
            }
        } catch (RuntimeException e) {
            faults.report("A channel that has opened could not be recorded", e);
        }
    }

    /** The reader of {@code channel} has gone. */
    public void channelClosed(SignalChannel channel) {
        channelsClosed(channel.feed(), channel::equals);
    }

    /** The readers of those channels of {@code feed} for which {@code which} holds have gone. */
    public void channelsClosed(FeedId feed, Predicate<SignalChannel> which) {
        try {
            TrackedFeed tracked = channels.close(feed, which);
            if (tracked != null) {
                enqueue(tracked);
            }
        } catch (RuntimeException e) {
            faults.report("Channels that have closed could not be recorded", e);
        }
    }

    /** Sends no more signals. */
    @Override
    public void close() {
        closed = true;
        channels.clear();
        queue.clear();
    }

    /** Updates the feed, if it has channels. {@code event} returns how many signals it has made needless. */
    private void update(String what, FeedId id, ToIntFunction<TrackedFeed> event) {
        try {
            TrackedFeed feed = channels.of(id);
            if (feed != null) {
                meters.skipped.increment(event.applyAsInt(feed));
                enqueueIfDue(feed);
            }
        } catch (RuntimeException e) {
            faults.report(what + " could not be recorded", e);
        }
    }

    /** Most events only postpone what is due: these need no turn. */
    private void enqueueIfDue(TrackedFeed feed) {
        if (feed.needsTurn()) {
            enqueue(feed);
        }
    }

    private void enqueue(TrackedFeed feed) {
        if (feed.queued.compareAndSet(false, true)) {
            queue.add(feed);
            wake();
        }
    }

    private void wake() {
        if (!closed && woken.compareAndSet(false, true)) {
            heartbeat.due(scheduler.nowNanos());
            scheduler.schedule(Duration.ZERO, this::turn);
        }
    }

    private void turn() {
        heartbeat.begin();
        woken.set(false);
        if (started && !closed) {
            runSafely("A turn was cut short", this::serveAll);
            runSafely("The signals of a turn could not be handed over", turnEnd);
        }
        heartbeat.end();
    }

    /** Whatever is thrown: without the alarm, no feed would be served until the next event. */
    private void runSafely(String failure, Runnable part) {
        try {
            part.run();
        } catch (Throwable thrown) {
            OutOfMemory.report(thrown);
            faults.report(failure, thrown);
            turnAtLatest(scheduler.nowNanos() + retryNanos());
        }
    }

    private void turnAtLatest(long nanos) {
        heartbeat.due(nanos);
        alarm.atLatest(nanos);
    }

    private void serveAll() {
        long nowNanos = scheduler.nowNanos();
        FeedPositionLookup.Batch answered = lookup.collect(nowNanos);
        if (answered != null) {
            applyLookup(answered, nowNanos);
        }
        spreadMillis = spreader.spreadMillis(nowNanos);
        for (TrackedFeed due = timers.takeDue(nowNanos); due != null; due = timers.takeDue(nowNanos)) {
            enqueue(due);
        }
        for (int served = 0; served < TURN_MAX; served++) {
            TrackedFeed feed = queue.poll();
            if (feed == null) {
                break;
            }
            serve(feed);
        }
        lookup.ask(scheduler.nowNanos());
        if (queue.isEmpty()) {
            turnAtLatest(Math.min(timers.nextNanos(), lookup.dueNanos()));
        } else {
            wake();
        }
    }

    private void serve(TrackedFeed feed) {
        // before anything is read: an event from here on queues the feed again
        feed.queued.set(false);
        long nowNanos = scheduler.nowNanos();
        try {
            List<ChannelState> open = feed.channels();
            if (open.isEmpty()) {
                timers.remove(feed);
                lookup.remove(feed);
                return;
            }
            Routes current = routes;
            for (ChannelState state : open) {
                serve(feed, state, current, nowNanos);
            }
            if (feed.needsLookup() && !feed.isLookedUp) {
                lookUp(feed, nowNanos);
            }
            timers.arm(feed, feed.dueNanos());
        } catch (Throwable thrown) {
            // whatever was thrown: the other feeds must be served, and this one gets another turn
            OutOfMemory.report(thrown);
            faults.report("A feed could not be served", thrown);
            timers.arm(feed, nowNanos + retryNanos());
        }
    }

    private void serve(TrackedFeed feed, ChannelState state, Routes current, long nowNanos) {
        SendAttempt overdue = feed.locked(() -> state.overdue(nowNanos));
        if (overdue != null) {
            sender.recordOutcome(feed, state, overdue, Handover.FAILED);
        }
        boolean oneRule = current.haveOneRule();
        if (!oneRule) {
            composer.route(feed, state, current);
        }
        SendAttempt attempt = feed.locked(() -> state.attemptIfDue(nowNanos, random, spreadMillis, oneRule));
        if (attempt != null) {
            // the reminder's time, so that the answer to a signal need not wake anybody to set it
            timers.arm(feed, feed.dueIfWrittenNanos());
            sender.send(feed, state, attempt);
        }
    }

    private void lookUp(TrackedFeed feed, long nowNanos) {
        if (feed.lookUpNotBeforeNanos <= nowNanos) {
            feed.isLookedUp = true;
            lookup.add(feed);
        } else {
            timers.arm(feed, feed.lookUpNotBeforeNanos);
        }
    }

    /** Applies what a look-up has found; if it has failed, sets the time for the next one of all its feeds. */
    private void applyLookup(FeedPositionLookup.Batch batch, long nowNanos) {
        Throwable failure = batch.failure();
        if (failure != null) {
            meters.lookUpsFailed.increment();
            faults.warn("The positions of feeds could not be looked up", failure);
        } else {
            meters.lookedUp.increment(batch.feeds.size());
        }
        Map<FeedId, FeedPosition> found = new HashMap<>();
        batch.found().forEach(position -> found.put(position.feed(), position));
        for (TrackedFeed feed : batch.feeds) {
            feed.isLookedUp = false;
            if (failure != null) {
                feed.lookUpNotBeforeNanos = nowNanos + options.reminders().delayNanos(feed.lookUpsFailed++, random);
            } else {
                feed.lookUpsFailed = 0;
                feed.lookUpNotBeforeNanos = nowNanos + options.window().toNanos();
                if (feed.lookedUp(found.get(feed.id))) {
                    spreader.arrived();
                }
            }
            enqueue(feed);
        }
    }

    private long retryNanos() {
        return options.reminders().first().toNanos();
    }
}
