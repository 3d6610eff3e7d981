package io.bellwire.escalation;

import io.bellwire.document.Document;
import io.bellwire.document.ReplaceDocuments;
import io.bellwire.document.ReplaceDocuments.Replacement;
import io.bellwire.escalation.EscalationChange.Kind;
import io.bellwire.escalation.FeedConditions.Look;
import io.bellwire.escalation.FeedConditions.Request;
import io.bellwire.feed.LossDistances;
import io.bellwire.feed.LossDistances.LossDistance;
import io.bellwire.log.FeedId;
import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Scheduler;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.runtime.TurnAlarm;
import io.bellwire.runtime.TurnHeartbeat;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at feeds once a second, finds those that have a problem, and takes the steps that the rules name. Without rules
 * it does nothing. Thread-safe; everything happens on the scheduler, and what blocks on reading threads of the log.
 */
public final class EscalationLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EscalationLoop.class);

    /** Feeds with a problem that are followed at once. */
    static final int TRACKED_MAX = 10_000;

    static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** Feeds with a problem that are looked at in one turn. */
    private static final int LOOKED_AT_ONCE = 500;

    /** Turns from one look at all endpoints to the next. */
    private static final int TURNS_BETWEEN_PARTNERS = 2;

    private final EscalationPorts ports;
    private final Scheduler scheduler;
    private final EscalationMeters meters;
    private final RateLimitedLog warnings;
    private final TurnHeartbeat heartbeat;
    private final TurnAlarm alarm;
    private volatile Escalations escalations = Escalations.NONE;
    private volatile boolean isStarted;
    private volatile boolean isClosed;

    // below: the loop's own
    /** In the order in which they are to be looked at. */
    private final Map<FeedId, TrackedEscalation> tracked = new LinkedHashMap<>();

    private final Withheld withheld;
    private final EscalationMessages messages;
    private final LossSweep sweep = new LossSweep();
    private boolean isLooking;
    private int turnsToPartners;
    /** Whether what is withheld is going to be published. */
    private boolean isPublishing;

    /** A loop that does nothing before {@link #open} and {@link #start}. */
    public EscalationLoop(EscalationPorts ports, Scheduler scheduler, MeterRegistry registry) {
        this.ports = ports;
        this.scheduler = scheduler;
        this.withheld = new Withheld(ports);
        this.messages = new EscalationMessages(ports);
        this.meters = new EscalationMeters(registry, ports.escalated()::all);
        this.warnings = new RateLimitedLog(LOG, new Stopwatch(scheduler::nowNanos));
        this.heartbeat = new TurnHeartbeat(scheduler, "the escalation of feeds", "no feed with a problem is found");
        this.alarm = new TurnAlarm(scheduler, this::turn);
        meters.gauge("late.seconds", "How late the loop of escalations is", heartbeat::lateSeconds);
        meters.lossGauge("devices", sweep::leastOfDevices);
        meters.lossGauge("partners", sweep::leastOfPartners);
    }

    /**
     * Withholds again what was withheld when the server ended; blocks. To be called once, before {@link #start} and
     * before anybody is served.
     */
    public void open(Escalations rules) {
        escalations = rules;
        long nowNanos = scheduler.nowNanos();
        for (Document document : ports.log().load()) {
            FeedId feed = EscalationDocuments.feedOf(document);
            tracked.put(feed, new TrackedEscalation(feed, Optional.of(document), nowNanos));
        }
        publish(nowNanos);
    }

    /** Begins to look. */
    public void start() {
        isStarted = true;
        wake();
    }

    /** Uses these rules from the next look on. */
    public void use(Escalations rules) {
        escalations = rules;
        wake();
    }

    /** Empty while the loop turns, else one line that says why not. */
    public Optional<String> problem() {
        return isClosed ? Optional.empty() : heartbeat.problem();
    }

    /** Takes no further steps; what is withheld stays so. */
    @Override
    public void close() {
        isClosed = true;
    }

    private void wake() {
        if (isStarted && !isClosed) {
            heartbeat.due(scheduler.nowNanos());
            scheduler.schedule(Duration.ZERO, this::turn);
        }
    }

    private void turn() {
        guarded(this::beginLook);
        if (!isClosed && isNeeded()) {
            long nextNanos = scheduler.nowNanos() + LOOK_EVERY.toNanos();
            heartbeat.due(nextNanos);
            alarm.atLatest(nextNanos);
        }
    }

    /** Runs a part of a turn: the loop must go on whatever is thrown. */
    private void guarded(Runnable part) {
        heartbeat.begin();
        try {
            if (!isClosed) {
                part.run();
            }
        } catch (Throwable thrown) {
            OutOfMemory.report(thrown);
            meters.faults.increment();
            warnings.error("A look at feeds was cut short", thrown);
        }
        heartbeat.end();
    }

    private boolean isNeeded() {
        return !escalations.rules().isEmpty() || !tracked.isEmpty();
    }

    // ---- looking

    private void beginLook() {
        publish(scheduler.nowNanos());
        if (isLooking || !isNeeded()) {
            return;
        }
        if (!escalations.watchLoss()) {
            sweep.stop();
        }
        boolean withPartners = --turnsToPartners <= 0 && !escalations.rules().isEmpty();
        turnsToPartners = withPartners ? TURNS_BETWEEN_PARTNERS : turnsToPartners;
        Request request =
                new Request(nextFeeds(), withPartners, escalations.watchLoss() ? sweep.next() : Optional.empty());
        isLooking = true;
        later(ports.conditions().look(request), (look, thrown) -> {
            isLooking = false;
            if (look != null) {
                looked(request, look);
            } else if (thrown != null) {
                warnings.warn("Feeds could not be looked at", thrown);
            }
        });
    }

    /** Runs {@code use} in the loop when the stage has ended. */
    private <T> void later(CompletionStage<T> stage, Ending<T> use) {
        stage.whenComplete((value, thrown) -> scheduler.schedule(Duration.ZERO, () -> {
            guarded(() -> use.ended(value, thrown));
            if (!isClosed && isNeeded()) {
                heartbeat.due(scheduler.nowNanos() + LOOK_EVERY.toNanos());
            }
        }));
    }

    private interface Ending<T> {
        void ended(@Nullable T value, @Nullable Throwable thrown);
    }

    /** The feeds whose turn it is; they go to the end. */
    private List<FeedId> nextFeeds() {
        List<FeedId> next = tracked.keySet().stream().limit(LOOKED_AT_ONCE).toList();
        if (tracked.size() > next.size()) {
            for (FeedId feed : next) {
                TrackedEscalation moved = tracked.remove(feed);
                if (moved != null) {
                    tracked.put(feed, moved);
                }
            }
        }
        return next;
    }

    private void looked(Request request, Look look) {
        long nowNanos = scheduler.nowNanos();
        Map<FeedId, FeedCondition> conditions = new HashMap<>();
        look.conditions().forEach(condition -> conditions.put(condition.feed(), condition));
        for (FeedId feed : request.feeds()) {
            TrackedEscalation known = tracked.get(feed);
            if (known != null && known.isInDoubt && !known.isWriting) {
                readAgain(known);
            } else if (known != null && !known.isWriting) {
                decide(known, conditions.getOrDefault(feed, FeedCondition.none(feed)), nowNanos);
            }
        }
        look.troubled().forEach(feed -> track(feed, nowNanos));
        look.sweep().ifPresent(page -> swept(page, nowNanos));
        publish(nowNanos);
    }

    private void swept(LossDistances.Page page, long nowNanos) {
        sweep.looked(page);
        for (LossDistance distance : page.distances()) {
            boolean isSoon = escalations
                    .of(distance.feed())
                    .filter(rule -> rule.isSoon(distance.leftMillis()))
                    .isPresent();
            if (isSoon) {
                track(distance.feed(), nowNanos);
            }
        }
    }

    private void track(FeedId feed, long nowNanos) {
        if (tracked.containsKey(feed) || escalations.of(feed).isEmpty()) {
            return;
        }
        if (tracked.size() >= TRACKED_MAX) {
            meters.dropped.increment();
            warnings.warn(
                    "A feed with a problem is not followed",
                    new IllegalStateException(feed + ": " + TRACKED_MAX + " others have one"));
            return;
        }
        tracked.put(feed, new TrackedEscalation(feed, Optional.empty(), nowNanos));
    }

    // ---- deciding and writing

    private void decide(TrackedEscalation one, FeedCondition condition, long nowNanos) {
        EscalationRule rule = escalations.of(one.feed).orElse(null);
        Optional<EscalationChange> change = one.look(condition, rule, nowNanos);
        if (change.isPresent()) {
            write(one, change.get(), rule);
        } else if (one.document.isEmpty() && one.machine.isForgettable(nowNanos)) {
            tracked.remove(one.feed);
        }
    }

    private void write(TrackedEscalation one, EscalationChange change, @Nullable EscalationRule rule) {
        Optional<Document> after = change.kind() == Kind.FORGOTTEN
                ? Optional.empty()
                : Optional.of(EscalationDocuments.write(one.feed, change.after()));
        ReplaceDocuments write = new ReplaceDocuments(
                List.of(new Replacement(EscalationDocuments.key(one.feed), one.document, after)),
                List.of(),
                EscalationNews.events(one.feed, one.last(), change, one.machine.state(), rule));
        one.isWriting = true;
        later(ports.log().write(write), (isWritten, thrown) -> {
            one.isWriting = false;
            if (isWritten == null) {
                warnings.warn(
                        "A step of an escalation could not be written, and will be tried again", asThrown(thrown));
                readAgain(one);
            } else if (isWritten) {
                one.document = after;
                written(one, change, rule);
            } else {
                readAgain(one);
            }
        });
    }

    /** A write that has failed may be in the log all the same. */
    private void readAgain(TrackedEscalation one) {
        one.isWriting = true;
        one.isInDoubt = true;
        later(ports.log().find(EscalationDocuments.key(one.feed)), (found, thrown) -> {
            one.isWriting = false;
            if (found != null) {
                one.isInDoubt = false;
                if (!found.equals(one.document)) {
                    one.restore(found, scheduler.nowNanos());
                    publishSoon();
                }
            }
        });
    }

    private static Throwable asThrown(@Nullable Throwable thrown) {
        return thrown == null ? new IllegalStateException("no result") : thrown;
    }

    private void written(TrackedEscalation one, EscalationChange change, @Nullable EscalationRule rule) {
        boolean wasTold = one.machine.state().isTold();
        one.machine.written(change, scheduler.nowNanos());
        if (change.kind() == Kind.STEP) {
            meters.steps.increment();
        }
        messages.send(one.feed, change, wasTold, rule);
        publishSoon();
    }

    /** Once for all writes that end now: with many feeds, each time takes a while. */
    private void publishSoon() {
        if (!isPublishing) {
            isPublishing = true;
            scheduler.schedule(Duration.ZERO, () -> {
                isPublishing = false;
                publish(scheduler.nowNanos());
            });
        }
    }

    private void publish(long nowNanos) {
        withheld.publish(tracked.values(), feed -> escalations.of(feed), nowNanos);
    }
}
