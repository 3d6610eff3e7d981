package io.bellwire.bridge;

import static java.util.stream.Collectors.toMap;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.FeedPosition;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.OutOfMemory;
import io.bellwire.log.RateLimitedLog;
import io.bellwire.log.Stopwatch;
import io.bellwire.route.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signals readers on their open channels when their feeds have grown, and reminds them until they have read. Thread-safe:
 * it may be told of events on any thread, returns at once and never throws to who tells it. What it does, it does on its
 * scheduler, one turn at a time.
 *
 * <p>An event only updates its {@link TrackedFeed} and puts that into the queue, unless it is there already; a turn then
 * asks each feed in the queue what is to be done. So both memory and queue are bounded by the number of open channels,
 * however many changes are committed.
 */
public final class Bridge implements FeedListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);
    /** Feeds served in one turn, so that timers and look-ups are not kept waiting by a long queue. */
    private static final int TURN_MAX = 1_000;

    private final BridgeOptions options;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final BridgeMeters meters;
    private final RateLimitedLog log;

    private final FetchSpreader spreader;
    private final ChannelRegistry channels;
    private final Queue<TrackedFeed> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile Routes routes;
    private volatile Runnable turnEnd = () -> {};
    private volatile boolean started;
    private volatile boolean closed;

    // below: the loop's own
    private final TimerQueue timers = new TimerQueue();
    private final FeedPositionLookup lookup;
    private final SignalComposer composer;
    private final TurnAlarm alarm;
    private long spreadMillis;

    /** A bridge that notes events, and signals nobody before {@link #start}. */
    public Bridge(
            BridgeOptions options,
            FeedSources feeds,
            Scheduler scheduler,
            RandomGenerator random,
            MeterRegistry meters) {
        this.options = options;
        this.scheduler = scheduler;
        this.log = new RateLimitedLog(LOG, new Stopwatch(scheduler::nowNanos));
        this.random = random;
        this.spreader = new FetchSpreader(feeds.rate(), options.spreadMax());
        this.channels = new ChannelRegistry(options, spreader);
        this.routes = Routes.none(options.plainRule());
        this.meters = new BridgeMeters(meters);
        this.lookup = new FeedPositionLookup(feeds.positions(), options, this::wake);
        this.composer = new SignalComposer(feeds.recent());
        this.alarm = new TurnAlarm(scheduler, this::turn);
        this.meters.watch(channels, spreader);
        this.meters.gauge("bellwire.bridge.queue", "Feeds that wait for a turn", queue::size);
    }

    /** Begins to send signals. Apart from the constructor because channels may need what is made only after the bridge. */
    public void start() {
        started = true;
        wake();
    }

    /** Runs {@code handOver} at the end of each turn, for channels that collect what they are to send. */
    public void endTurnsWith(Runnable handOver) {
        turnEnd = handOver;
    }

    /** Has changes signalled as {@code newRoutes} say from now on. */
    public void use(Routes newRoutes) {
        routes = newRoutes;
    }

    @Override
    public void committed(List<Advance> advances) {
        for (Advance advance : advances) {
            note("A commit", advance.feed(), feed -> {
                feed.committed(advance, scheduler.nowNanos());
                return 0;
            });
        }
    }

    @Override
    public void received(FeedId feed, long revision) {
        note("A feed answer", feed, tracked -> tracked.received(revision, scheduler.nowNanos()));
    }

    @Override
    public void processed(FeedId feed, long revision) {
        note("An acknowledgement", feed, tracked -> tracked.processed(revision, scheduler.nowNanos()));
    }

    /**
     * There is somebody new at the end of {@code channel}, who is to be told where the feed stands. Also for a channel that
     * is open already.
     */
    public void opened(SignalChannel channel) {
        try {
            if (!closed) {
                enqueue(channels.open(channel));
            }
        } catch (RuntimeException e) {
            fault("A channel that has opened could not be noted", e);
        }
    }

    /** Nobody is at the end of {@code channel} any more. */
    public void closed(SignalChannel channel) {
        closed(channel.feed(), channel::equals);
    }

    /** Nobody is any more at the ends of those channels of {@code feed} that {@code which} holds for. */
    public void closed(FeedId feed, Predicate<SignalChannel> which) {
        try {
            TrackedFeed had = channels.close(feed, which);
            if (had != null) {
                enqueue(had);
            }
        } catch (RuntimeException e) {
            fault("Channels that have closed could not be noted", e);
        }
    }

    /** Signals nobody from now on. */
    @Override
    public void close() {
        closed = true;
        channels.clear();
        queue.clear();
    }

    /** Tells the feed, if it has channels; {@code event} returns how many signals it has made needless. */
    private void note(String what, FeedId id, ToIntFunction<TrackedFeed> event) {
        try {
            TrackedFeed feed = channels.of(id);
            if (feed != null) {
                int needless = event.applyAsInt(feed);
                if (needless > 0) {
                    meters.skipped.increment(needless);
                }
                enqueueIfWanted(feed);
            }
        } catch (RuntimeException e) {
            fault(what + " could not be noted", e);
        }
    }

    /** Most of what happens only puts off what is due: for that nobody has to be woken. */
    private void enqueueIfWanted(TrackedFeed feed) {
        if (feed.wantsTurn()) {
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
            scheduler.schedule(Duration.ZERO, this::turn);
        }
    }

    private void turn() {
        woken.set(false);
        if (!started || closed) {
            return;
        }
        try {
            serveAll();
        } catch (RuntimeException e) {
            // without this, nobody would be served until the next event
            fault("A turn was cut short", e);
            alarm.atLatest(scheduler.nowNanos() + retryNanos());
        } finally {
            turnEnd.run();
        }
    }

    private void serveAll() {
        long nowNanos = scheduler.nowNanos();
        FeedPositionLookup.Batch answered = lookup.collect(nowNanos);
        if (answered != null) {
            learn(answered, nowNanos);
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
            alarm.atLatest(Math.min(timers.nextNanos(), lookup.dueNanos()));
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
            // whatever it was: the others must be served, and this one gets another turn
            OutOfMemory.tell(thrown);
            fault("A feed could not be served", thrown);
            timers.arm(feed, nowNanos + retryNanos());
        }
    }

    private void serve(TrackedFeed feed, ChannelState state, Routes current, long nowNanos) {
        SendAttempt overdue = feed.alone(() -> state.overdue(nowNanos));
        if (overdue != null) {
            handedOver(feed, state, overdue, Handover.FAILED);
        }
        boolean oneRule = current.haveOneRule();
        if (!oneRule) {
            composer.route(feed, state, current);
        }
        SendAttempt attempt = feed.alone(() -> state.attemptIfDue(nowNanos, random, spreadMillis, oneRule));
        if (attempt != null) {
            // the reminder's time, so that the answer to a signal need not wake anybody to set it
            timers.arm(feed, feed.dueIfWrittenNanos());
            send(feed, state, attempt);
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

    private void send(TrackedFeed feed, ChannelState state, SendAttempt attempt) {
        try {
            SignalMessage message = composer.compose(feed.id, attempt);
            CompletionStage<Handover> handover = state.channel().send(message);
            handover.whenComplete((outcome, thrown) -> {
                if (thrown != null) {
                    fault("A channel failed to send", thrown);
                }
                if (outcome == Handover.WRITTEN) {
                    meters.written(state.channel().kind(), message.tier());
                }
                handedOver(feed, state, attempt, outcome == null ? Handover.FAILED : outcome);
            });
        } catch (RuntimeException e) {
            fault("A channel failed to send", e);
            handedOver(feed, state, attempt, Handover.FAILED);
        }
    }

    private void handedOver(TrackedFeed feed, ChannelState state, SendAttempt attempt, Handover outcome) {
        if (!feed.handedOver(state, attempt, outcome)) {
            return;
        }
        meters.signal(attempt.kind(), outcome);
        if (outcome == Handover.WRITTEN && attempt.newsSinceNanos() != Scheduler.NEVER_NANOS) {
            meters.delayed(scheduler.nowNanos() - attempt.newsSinceNanos());
        }
        if (outcome == Handover.NOT_SUBSCRIBED) {
            channels.dropClosed(feed);
        }
        enqueueIfWanted(feed);
    }

    /** Takes in what a look-up has found, or has all its feeds looked up again later. */
    private void learn(FeedPositionLookup.Batch batch, long nowNanos) {
        Throwable failure = batch.failure();
        if (failure != null) {
            meters.lookUpsFailed.increment();
            log.warn("The positions of feeds could not be looked up", failure);
        } else {
            meters.lookedUp.increment(batch.feeds.size());
        }
        Map<FeedId, FeedPosition> found =
                batch.found().stream().collect(toMap(FeedPosition::feed, position -> position, (one, other) -> other));
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

    private void fault(String what, Throwable why) {
        meters.faults.increment();
        log.warn(what, why);
    }
}
