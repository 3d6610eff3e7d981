package io.bellwire.delivery;

import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.CallPayload;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.EndpointState;
import io.bellwire.webhook.RecoveryRefusedException;
import io.bellwire.webhook.RecoveryRefusedException.Reason;
import io.bellwire.webhook.ReplayRange;
import io.bellwire.webhook.ReplayState;
import io.bellwire.webhook.WebhookEndpoint;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Calls endpoints again with what they have received before. A replay is a second {@link EndpointDelivery} of the same
 * endpoint, which ends where live delivery was; so it disturbs neither the position nor the order of that. Belongs to
 * the loop of {@link Deliveries}.
 */
final class Replays {
    /** How often it is saved where a replay is. A kill repeats what was received within it. */
    static final Duration SAVED_AFTER = Duration.ofSeconds(5);

    private static final long LOOK_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int RATE_PART = 10;

    private final DeliveryPorts ports;
    private final EndpointCalls calls;
    private final DeliveryFaults faults;
    private final Consumer<TrackedEndpoint> enqueue;
    private final ReplayFactory factory;
    private final AtomicInteger running = new AtomicInteger();

    /** @param enqueue gives an endpoint another turn */
    Replays(
            DeliveryPorts ports,
            EndpointCalls calls,
            DeliveryFaults faults,
            Consumer<TrackedEndpoint> enqueue,
            ReplayFactory factory) {
        this.ports = ports;
        this.calls = calls;
        this.faults = faults;
        this.enqueue = enqueue;
        this.factory = factory;
    }

    /** How many replays are not over. */
    int running() {
        return running.get();
    }

    /** Starts a replay of the endpoint, in its turn; {@code started} is completed when that is durable. */
    void start(TrackedEndpoint live, ReplayRange range, CompletableFuture<EndpointReplay> started) {
        try {
            ReplayRun run = begin(live, begun(live, range));
            save(run, Optional.of(new EndpointNews.ReplayStarted(run.shown)), isSaved -> {
                if (isSaved) {
                    run.isStarted = true;
                    started.complete(run.shown);
                } else {
                    drop(run);
                    started.completeExceptionally(new RecoveryRefusedException(
                            Reason.UNAVAILABLE, "it could not be written that the replay begins: try again"));
                }
            });
        } catch (RecoveryRefusedException e) {
            started.completeExceptionally(e);
        }
    }

    /** The replay that is asked for, as it begins. */
    private static EndpointReplay begun(TrackedEndpoint live, ReplayRange range) {
        ReplayRun before = live.replay;
        WebhookEndpoint endpoint = live.delivery.endpoint();
        EndpointPosition position = live.delivery.position();
        int rateMax = endpoint.settings().limits().perSecond();
        if (live.isRemoved) {
            throw refused(Reason.NOT_FOUND, "the endpoint is deleted");
        }
        if (before != null && !before.isOver()) {
            throw refused(Reason.CONFLICT, "a replay of the endpoint is not over: stop it first");
        }
        if (before != null && !before.isEndWritten) { // that write would remove what is saved of the next replay
            throw refused(Reason.UNAVAILABLE, "the end of the replay before is not written yet: try again");
        }
        if (endpoint.settings().payload() == CallPayload.SIGNAL) {
            throw refused(Reason.CONFLICT, "the endpoint gets signals, which cannot be replayed: read the feed");
        }
        if (!endpoint.isCalled()) {
            throw refused(Reason.CONFLICT, "the endpoint is disabled, or has no URL that is confirmed");
        }
        if (range.perSecond().orElse(1) > rateMax) {
            throw refused(Reason.INVALID, "rate_per_s must be at most that of the endpoint, which is " + rateMax);
        }
        if (position == null) {
            throw refused(Reason.UNAVAILABLE, "the feed of the endpoint is not read yet: try again");
        }
        if (range.to().isPresent() && range.to().get().isAfter(position.revision())) {
            throw refused(
                    Reason.CONFLICT,
                    "to_cursor is after what the endpoint has received, which is revision " + position.revision()
                            + ": the rest is delivered anyway");
        }
        if (!range.from().isBefore(range.to().orElse(position.revision()))) {
            throw refused(
                    Reason.CONFLICT,
                    "there is nothing to replay: the endpoint has received changes up to " + "revision "
                            + position.revision());
        }
        return new EndpointReplay(
                ReplayState.RUNNING,
                position.epoch(),
                range.from(),
                range.to().orElse(position.revision()),
                range.from(),
                range.perSecond().orElse(Math.max(1, rateMax / RATE_PART)),
                live.record.nowMillis(),
                OptionalLong.empty(),
                0,
                0,
                0,
                Optional.empty());
    }

    private static RecoveryRefusedException refused(Reason reason, String why) {
        return new RecoveryRefusedException(reason, why);
    }

    /** Goes on with a replay that was not over when the server was stopped. */
    void resume(TrackedEndpoint live, EndpointReplay saved) {
        if (live.replay == null && !live.isRemoved) {
            begin(live, saved).isStarted = true;
            changed(live); // it may want signals by now
        }
    }

    private ReplayRun begin(TrackedEndpoint live, EndpointReplay begun) {
        ReplayRun run = factory.make(live, begun);
        run.own.replay = run;
        live.replay = run;
        running.incrementAndGet();
        enqueue.accept(run.own);
        return run;
    }

    private void drop(ReplayRun run) {
        running.decrementAndGet();
        run.live.replay = null;
        run.own.isRemoved = true;
        enqueue.accept(run.own);
    }

    /** Ends the replay of the endpoint; {@code stopped} is completed when that is durable. */
    void stop(TrackedEndpoint live, CompletableFuture<EndpointReplay> stopped) {
        ReplayRun run = live.replay;
        if (run == null || run.isOver()) {
            stopped.completeExceptionally(refused(Reason.NOT_FOUND, "no replay of the endpoint runs"));
        } else if (!run.isStarted) {
            stopped.completeExceptionally(refused(Reason.CONFLICT, "the replay is just beginning"));
        } else {
            run.stoppers.add(stopped);
            end(run, ReplayState.STOPPED);
        }
    }

    /** The endpoint was written anew. */
    void changed(TrackedEndpoint live) {
        ReplayRun run = live.replay;
        if (run == null || run.isOver()) {
            return;
        }
        WebhookEndpoint endpoint = live.delivery.endpoint();
        if (endpoint.settings().payload() == CallPayload.SIGNAL) {
            end(run, ReplayState.STOPPED);
        } else {
            run.own.delivery.changed(ReplayRun.called(endpoint, run.perSecond));
            enqueue.accept(run.own);
        }
    }

    /** The endpoint was deleted, and its replay with it. */
    void removed(TrackedEndpoint live) {
        ReplayRun run = live.replay;
        if (run != null && run.live == live) {
            live.replay = null;
            run.own.isRemoved = true;
            if (!run.isOver()) {
                running.decrementAndGet();
            }
            run.stoppers.forEach(
                    one -> one.completeExceptionally(refused(Reason.NOT_FOUND, "the endpoint is deleted")));
            run.stoppers.clear();
            enqueue.accept(run.own);
        }
    }

    private void end(ReplayRun run, ReplayState state) {
        running.decrementAndGet();
        run.show(state);
        run.writeNanos = 0;
        enqueue.accept(run.own);
    }

    /** A turn of the replay's own endpoint. Returns when it wants the next one, unless something happens. */
    long run(TrackedEndpoint own, long nowNanos) {
        ReplayRun run = own.replay;
        if (run == null || !run.isStarted) {
            return Scheduler.NEVER_NANOS;
        }
        long nextNanos = Scheduler.NEVER_NANOS;
        if (!run.isOver()) {
            nextNanos = call(run, nowNanos);
        }
        return Math.min(nextNanos, write(run, nowNanos));
    }

    private long call(ReplayRun run, long nowNanos) {
        EndpointPosition live = run.live.delivery.position();
        if (live != null && !live.epoch().equals(run.epoch)) {
            end(run, ReplayState.FAILED); // the log was restored: its revisions are those of other changes
            return Scheduler.NEVER_NANOS;
        }
        long nextNanos = isHeld(run, nowNanos) ? nowNanos + LOOK_NANOS : calls.run(run.own, nowNanos);
        if (run.own.delivery.disabling().isDecided()) {
            end(run, ReplayState.FAILED);
        } else if (!run.at().isBefore(run.to)) {
            end(run, ReplayState.DONE);
        } else {
            run.show(
                    isHeld(run, nowNanos) || run.own.delivery.failuresInRow() > 0
                            ? ReplayState.WAITING
                            : ReplayState.RUNNING);
        }
        return nextNanos;
    }

    /** Whether live delivery must be able to go on first; an endpoint with nothing to deliver is tried by its replay. */
    private static boolean isHeld(ReplayRun run, long nowNanos) {
        EndpointDelivery live = run.live.delivery;
        return live.position() == null
                || live.isSuspended()
                || live.state(nowNanos) == EndpointState.DISABLED
                || (live.state(nowNanos) == EndpointState.PAUSED && live.pending() > 0);
    }

    /** Writes where the replay is, at times, and that it is over. */
    private long write(ReplayRun run, long nowNanos) {
        boolean isDue = run.isOver() ? !run.isEndWritten : run.shown.at().value() != run.savedRevision;
        if (!isDue || run.isWriting) {
            return Scheduler.NEVER_NANOS;
        }
        if (run.writeNanos > nowNanos) {
            return run.writeNanos;
        }
        run.writeNanos = nowNanos + SAVED_AFTER.toNanos();
        EndpointReplay saved = run.shown;
        boolean isEnd = saved.state().isEnd();
        save(run, isEnd ? Optional.of(new EndpointNews.ReplayEnded(saved)) : Optional.empty(), isSaved -> {
            if (isSaved) {
                run.savedRevision = saved.at().value();
                run.isEndWritten = isEnd;
            }
            if (run.isEndWritten) {
                run.stoppers.forEach(one -> one.complete(run.shown));
                run.stoppers.clear();
            }
        });
        return Scheduler.NEVER_NANOS;
    }

    private void save(ReplayRun run, Optional<EndpointNews> news, Consumer<Boolean> saved) {
        run.isWriting = true;
        CompletionStage<?> write;
        try {
            write = ports.log().saveReplay(run.live.id, run.shown, news);
        } catch (RuntimeException e) {
            write = CompletableFuture.failedFuture(e);
        }
        write.whenComplete((done, thrown) -> {
            run.own.inbox.add(endNanos -> {
                run.isWriting = false;
                if (thrown != null) {
                    faults.warn("A replay could not be saved", thrown);
                }
                saved.accept(thrown == null);
            });
            enqueue.accept(run.own);
        });
    }
}
