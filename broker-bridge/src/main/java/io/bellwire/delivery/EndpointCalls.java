package io.bellwire.delivery;

import io.bellwire.delivery.DeliveryStep.Call;
import io.bellwire.delivery.DeliveryStep.Load;
import io.bellwire.delivery.DeliveryStep.Probe;
import io.bellwire.delivery.DeliveryStep.Wait;
import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Does what the deliveries of endpoints want: reads their feeds and makes their calls, within the limits of all
 * endpoints together. Belongs to the loop of {@link Deliveries}; what is read and answered goes into the endpoint's
 * inbox.
 */
final class EndpointCalls {
    /** After its deadline, a call whose sender has not reported its end counts as failed. */
    static final Duration OVERDUE_AFTER = Duration.ofSeconds(10);

    /** Calls and reads of one endpoint in one turn, so that one with a long backlog does not hold up the others. */
    private static final int STEPS_MAX = 32;

    private final EndpointFeed feeds;
    private final CallSender sender;
    private final RecentAttempts attempts;
    private final CallCapacity capacity;
    private final DeliveryFaults faults;
    private final Consumer<TrackedEndpoint> enqueue;

    /** @param enqueue gives an endpoint another turn */
    EndpointCalls(
            DeliveryPorts ports, CallCapacity capacity, DeliveryFaults faults, Consumer<TrackedEndpoint> enqueue) {
        this.feeds = ports.feed();
        this.sender = ports.sender();
        this.attempts = ports.attempts();
        this.capacity = capacity;
        this.faults = faults;
        this.enqueue = enqueue;
    }

    /** Does all that can be done now. Returns when the endpoint wants its next turn, unless something happens. */
    long run(TrackedEndpoint endpoint, long nowNanos) {
        boolean mayCall = false;
        try {
            for (int steps = 0; steps < STEPS_MAX; steps++) {
                mayCall = mayCall || capacity.admitsCall(endpoint);
                if (!mayCall) {
                    return Scheduler.NEVER_NANOS;
                }
                DeliveryStep step = endpoint.delivery.next(nowNanos);
                if (step instanceof Wait wait) {
                    return wait.untilNanos();
                }
                if (step instanceof Call call) {
                    mayCall = false;
                    begin(
                            endpoint,
                            call.call(),
                            CallMade.of(
                                    call.call(),
                                    call.delivery().first,
                                    call.delivery().last,
                                    endpoint.record.nowMillis()),
                            (result, endNanos) -> endpoint.delivery.ended(call.delivery(), result, endNanos),
                            nowNanos);
                } else if (step instanceof Probe probe) {
                    mayCall = false;
                    CallMade made = CallMade.of(probe.call(), 0, 0, endpoint.record.nowMillis());
                    begin(endpoint, probe.call(), made, probe.ending(), nowNanos);
                } else if (step instanceof Load load && !load(endpoint, load, nowNanos)) {
                    return Scheduler.NEVER_NANOS;
                }
            }
            enqueue.accept(endpoint);
            return Scheduler.NEVER_NANOS;
        } finally {
            endpoint.delivery.endTurn();
        }
    }

    /** Loads from memory, or begins to load from the store; false if too many reads are under way. */
    private boolean load(TrackedEndpoint endpoint, Load load, long nowNanos) {
        FeedSlice recent = feeds.recent(endpoint.feed.id(), load.after(), load.limit(), load.bytesMax());
        if (recent != null) {
            endpoint.delivery.loading(load);
            endpoint.delivery.loaded(recent, nowNanos);
            return true;
        }
        if (!capacity.admitsLoad(endpoint)) {
            return false;
        }
        CompletionStage<FeedSlice> loading =
                feeds.load(endpoint.feed.id(), load.after(), load.limit(), load.bytesMax());
        endpoint.delivery.loading(load);
        capacity.loadBegun();
        loading.whenComplete((slice, thrown) -> happened(endpoint, endNanos -> {
            capacity.loadEnded();
            if (slice != null) {
                endpoint.delivery.loaded(slice, endNanos);
            } else {
                endpoint.delivery.loadFailed(endNanos);
                faults.warn("The feed of an endpoint could not be read", thrown);
            }
        }));
        return true;
    }

    /**
     * Makes the next attempt of the challenge of the endpoint's new URL, if it is due. Returns when the endpoint wants
     * its next turn, unless something happens.
     */
    long runChallenge(TrackedEndpoint endpoint, UrlChallenge challenge, long wallMillis, long nowNanos) {
        if (!challenge.isDue(nowNanos)) {
            return challenge.dueNanos(nowNanos);
        }
        if (!capacity.admitsCall(endpoint)) {
            return Scheduler.NEVER_NANOS;
        }
        challenge.begin();
        String challengeText = challenge.pending().challenge();
        CallBody body = CallBody.challenge(endpoint.feed.id(), challengeText, "challenge-" + challengeText, wallMillis);
        PreparedCall call =
                body.toCall(endpoint.delivery.endpoint(), challenge.pending().url());
        begin(endpoint, call, CallMade.of(call, 0, 0, wallMillis), challenge::ended, nowNanos);
        return challenge.dueNanos(nowNanos);
    }

    /** Makes the call, which the endpoint may make: its end is remembered as an attempt, and goes to {@code ending}. */
    void begin(TrackedEndpoint endpoint, PreparedCall call, CallMade made, RunningCall.Ending ending, long nowNanos) {
        long overdueNanos = nowNanos + call.deadline().toNanos() + OVERDUE_AFTER.toNanos();
        RunningCall running = new RunningCall(call.body().length, overdueNanos, (result, endNanos) -> {
            if (!(result instanceof CallResult.Busy) && !endpoint.isRemoved) {
                attempts.add(endpoint.id, made, result, endNanos);
            }
            ending.ended(result, endNanos);
        });
        endpoint.begin(running);
        capacity.callBegun(running.bytes);
        try {
            sender.send(call, result -> happened(endpoint, endNanos -> end(endpoint, running, result, endNanos)));
        } catch (Throwable thrown) {
            OutOfMemory.report(thrown);
            faults.report("A call could not be made", thrown);
            CallResult failed = new CallResult.Failed("fault", thrown.toString(), Duration.ZERO);
            happened(endpoint, endNanos -> end(endpoint, running, failed, endNanos));
        }
    }

    private void happened(TrackedEndpoint endpoint, TrackedEndpoint.Event event) {
        endpoint.inbox.add(event);
        enqueue.accept(endpoint);
    }

    private void end(TrackedEndpoint endpoint, RunningCall running, CallResult result, long nowNanos) {
        if (endpoint.end(running)) {
            capacity.callEnded(running.bytes);
            running.ended(result, nowNanos);
        }
    }

    /** Ends the calls that no answer is awaited for any more. */
    void endOverdue(TrackedEndpoint endpoint, long nowNanos) {
        if (overdueNanos(endpoint) > nowNanos) {
            return;
        }
        for (RunningCall running : List.copyOf(endpoint.calls)) {
            if (running.overdueNanos <= nowNanos) {
                end(endpoint, running, new CallResult.Failed("lost", "the call has no end", OVERDUE_AFTER), nowNanos);
            }
        }
    }

    /** When the first call that is under way will be overdue. */
    static long overdueNanos(TrackedEndpoint endpoint) {
        long first = Scheduler.NEVER_NANOS;
        for (RunningCall running : endpoint.calls) {
            first = Math.min(first, running.overdueNanos);
        }
        return first;
    }
}
