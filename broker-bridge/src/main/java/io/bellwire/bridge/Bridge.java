package io.bellwire.bridge;

import static java.util.stream.Collectors.toMap;

import io.bellwire.bridge.SignalState.Stroke;
import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.feed.FeedPosition;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.OutOfMemory;
import io.bellwire.route.Routes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings open lines when their feeds have grown, and again until whoever is at their ends has come. Thread-safe: it may be
 * told of events on any thread, returns at once and never throws to who tells it. What it does, it does on its scheduler,
 * one turn at a time.
 *
 * <p>An event only notes what it tells in the {@link SignalState} of each line of its feed and puts the line into the queue,
 * unless it is there already; a turn then asks each doorbell in the queue what is to be done. So both memory and queue
 * are bounded by the number of open lines, however many changes are committed.
 */
public final class Bridge implements FeedListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);
    /** Lines served in one turn, so that timers and look-ups are not kept waiting by a long queue. */
    private static final int TURN_MAX = 1_000;

    private final BridgeOptions options;
    private final Scheduler scheduler;
    private final RandomGenerator random;
    private final BridgeMeters meters;
    private final LogBrake brake = new LogBrake(LOG);

    private final FetchSpreader herd;
    private final ChannelRegistry roster;
    private final Queue<ChannelEntry> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private volatile Routes routes;
    private volatile Runnable turnEnd = () -> {};
    private volatile boolean started;
    private volatile boolean closed;

    // below: the loop's own
    private final TimerQueue timetable = new TimerQueue();
    private final FeedPositionLookup inquiry;
    private final SignalComposer composer;
    private final TurnAlarm nextTurn;
    private long spreadMillis;

    /** A bridge that notes events, and rings nobody before {@link #start}. */
    public Bridge(
            BridgeOptions options,
            FeedSources feeds,
            Scheduler scheduler,
            RandomGenerator random,
            MeterRegistry meters) {
        this.options = options;
        this.scheduler = scheduler;
        this.random = random;
        this.herd = new FetchSpreader(feeds.capacity(), options.spreadMax());
        this.roster = new ChannelRegistry(options, herd);
        this.routes = Routes.none(options.plainRule());
        this.meters = new BridgeMeters(meters);
        this.inquiry = new FeedPositionLookup(feeds.standings(), options, this::wake);
        this.composer = new SignalComposer(feeds.recent());
        this.nextTurn = new TurnAlarm(scheduler, this::turn);
        this.meters.watch(roster, herd);
        this.meters.gauge("bellwire.bridge.queue", "Lines that wait for a turn", queue::size);
    }

    /** Begins to ring. Apart from the constructor because lines may need what is made only after the bridge. */
    public void start() {
        started = true;
        wake();
    }

    /** Runs {@code handOver} after the lines of each turn were rung, for lines that collect what they hand over. */
    public void endTurnsWith(Runnable handOver) {
        turnEnd = handOver;
    }

    /** Has changes ring as {@code newRoutes} say from now on. */
    public void use(Routes newRoutes) {
        routes = newRoutes;
    }

    @Override
    public void committed(List<Advance> advances) {
        for (Advance advance : advances) {
            note("A commit", advance.feed(), doorbell -> doorbell.committed(advance, scheduler.nowNanos()));
        }
    }

    @Override
    public void received(FeedId feed, long revision) {
        note("A feed answer", feed, doorbell -> doorbell.received(revision, scheduler.nowNanos()));
    }

    @Override
    public void processed(FeedId feed, long revision) {
        note("An acknowledgement", feed, doorbell -> doorbell.processed(revision, scheduler.nowNanos()));
    }

    /**
     * There is somebody new at the end of {@code line}, who is to be told where the feed stands. For a line that is open
     * already, too.
     */
    public void opened(SignalChannel line) {
        try {
            if (!closed) {
                enqueue(roster.opened(line));
            }
        } catch (RuntimeException e) {
            fault("A line that has opened could not be noted", e);
        }
    }

    /** Nobody is at the end of {@code line} any more. */
    public void closed(SignalChannel line) {
        closedAll(line.feed(), line::equals);
    }

    /** Nobody is any more at the ends of those lines of {@code feed} that {@code which} holds for. */
    public void closedAll(FeedId feed, Predicate<SignalChannel> which) {
        try {
            for (ChannelEntry bell : roster.of(feed)) {
                if (which.test(bell.line)) {
                    roster.forget(bell);
                    enqueue(bell);
                }
            }
        } catch (RuntimeException e) {
            fault("Lines that have closed could not be noted", e);
        }
    }

    /** Rings nobody from now on. */
    @Override
    public void close() {
        closed = true;
        roster.clear();
        queue.clear();
    }

    /** Tells the feed's doorbells, if there are any; {@code event} answers whether it made a signal needless. */
    private void note(String what, FeedId feed, Function<SignalState, Boolean> event) {
        try {
            for (ChannelEntry bell : roster.of(feed)) {
                if (bell.with(event)) {
                    meters.skipped.increment();
                }
                enqueueIfWanted(bell);
            }
        } catch (RuntimeException e) {
            fault(what + " could not be noted", e);
        }
    }

    /** Most of what happens only puts off what is due: for that nobody has to be woken. */
    private void enqueueIfWanted(ChannelEntry bell) {
        if (bell.wantsTurn()) {
            enqueue(bell);
        }
    }

    private void enqueue(ChannelEntry bell) {
        if (bell.queued.compareAndSet(false, true)) {
            queue.add(bell);
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
            nextTurn.atLatest(scheduler.nowNanos() + options.again().first().toNanos());
        } finally {
            turnEnd.run();
        }
    }

    private void serveAll() {
        long nowNanos = scheduler.nowNanos();
        FeedPositionLookup.Batch answered = inquiry.collect(nowNanos);
        if (answered != null) {
            learn(answered, nowNanos);
        }
        spreadMillis = herd.spreadMillis(nowNanos);
        for (ChannelEntry due = timetable.takeDue(nowNanos); due != null; due = timetable.takeDue(nowNanos)) {
            enqueue(due);
        }
        for (int served = 0; served < TURN_MAX; served++) {
            ChannelEntry bell = queue.poll();
            if (bell == null) {
                break;
            }
            serve(bell);
        }
        inquiry.ask(scheduler.nowNanos());
        if (queue.isEmpty()) {
            nextTurn.atLatest(Math.min(timetable.nextNanos(), inquiry.dueNanos()));
        } else {
            wake();
        }
    }

    private void serve(ChannelEntry bell) {
        // before anything is read: an event from here on queues the bell again
        bell.queued.set(false);
        long nowNanos = scheduler.nowNanos();
        try {
            if (bell.gone) {
                timetable.remove(bell);
                inquiry.remove(bell);
                return;
            }
            Stroke overdue = bell.with(doorbell -> doorbell.overdue(nowNanos));
            if (overdue != null) {
                handedOver(bell, overdue, Handover.FAILED);
            }
            Routes holding = routes;
            if (!holding.areAlike()) {
                composer.judge(bell, holding);
            }
            Stroke stroke =
                    bell.with(doorbell -> doorbell.ringIfDue(nowNanos, random, spreadMillis, holding.areAlike()));
            boolean ask = bell.with(SignalState::needsStanding) && !bell.asking;
            if (stroke != null) {
                // the reminder's time, so that the answer to a signal need not wake anybody to set it
                timetable.arm(bell, bell.with(SignalState::againNanos));
                ring(bell, stroke);
            }
            if (ask && bell.askNotBeforeNanos <= nowNanos) {
                bell.asking = true;
                inquiry.add(bell);
            } else if (ask) {
                timetable.arm(bell, bell.askNotBeforeNanos);
            }
            timetable.arm(bell, bell.with(SignalState::dueNanos));
        } catch (Throwable thrown) {
            // whatever it was: the others must be served, and this one gets another turn
            OutOfMemory.tell(thrown);
            fault("A line could not be served", thrown);
            timetable.arm(bell, nowNanos + options.again().first().toNanos());
        }
    }

    private void ring(ChannelEntry bell, Stroke stroke) {
        try {
            SignalMessage ring = composer.compose(bell, stroke);
            CompletionStage<Handover> handover = bell.line.ring(ring);
            handover.whenComplete((outcome, thrown) -> {
                if (thrown != null) {
                    fault("A line failed to ring", thrown);
                }
                if (outcome == Handover.WRITTEN) {
                    meters.written(bell.line.kind(), ring.tier());
                }
                handedOver(bell, stroke, outcome == null ? Handover.FAILED : outcome);
            });
        } catch (RuntimeException e) {
            fault("A line failed to ring", e);
            handedOver(bell, stroke, Handover.FAILED);
        }
    }

    private void handedOver(ChannelEntry bell, Stroke stroke, Handover outcome) {
        boolean matters = bell.with(doorbell -> {
            boolean counts = doorbell.handedOver(stroke, outcome);
            // under the lock, so that an opening that comes just now is not forgotten with it
            bell.gone |= counts && outcome == Handover.NOT_SUBSCRIBED;
            return counts;
        });
        if (!matters) {
            return;
        }
        meters.signal(stroke.kind(), outcome);
        if (outcome == Handover.WRITTEN && stroke.newsSinceNanos() != SignalState.NEVER_NANOS) {
            meters.delayed(scheduler.nowNanos() - stroke.newsSinceNanos());
        }
        if (outcome == Handover.NOT_SUBSCRIBED) {
            roster.forget(bell);
        }
        enqueueIfWanted(bell);
    }

    /** Takes in what a look-up found, or lets all who asked ask again later. */
    private void learn(FeedPositionLookup.Batch batch, long nowNanos) {
        Throwable failure = batch.failure();
        if (failure != null) {
            meters.lookUpsFailed.increment();
            brake.warn(nowNanos, "Where feeds stand could not be looked up", failure);
        } else {
            meters.lookedUp.increment(batch.feeds.size());
        }
        Map<FeedId, FeedPosition> found =
                batch.found().stream().collect(toMap(FeedPosition::feed, standing -> standing, (one, other) -> other));
        for (ChannelEntry bell : batch.bells()) {
            bell.asking = false;
            if (failure != null) {
                bell.askNotBeforeNanos = nowNanos + options.again().delayNanos(bell.askFailures++, random);
            } else {
                bell.askFailures = 0;
                bell.askNotBeforeNanos = nowNanos + options.window().toNanos();
                FeedPosition standing = found.get(bell.feed);
                if (bell.with(standing == null ? SignalState::absent : doorbell -> doorbell.stands(standing))) {
                    herd.arrived();
                }
            }
            enqueue(bell);
        }
    }

    private void fault(String what, Throwable why) {
        meters.faults.increment();
        brake.warn(scheduler.nowNanos(), what, why);
    }
}
