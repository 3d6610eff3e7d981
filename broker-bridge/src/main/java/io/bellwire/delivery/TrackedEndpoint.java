package io.bellwire.delivery;

import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.EndpointHealth;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.EndpointState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint as {@link Deliveries} keeps it. The loop changes {@code delivery} and the fields below it, holding this
 * object's lock where {@link #health} may look.
 */
final class TrackedEndpoint {
    final EndpointId id;
    final PartnerFeed feed;
    /** Puts endpoints that are due together into a fixed order. */
    final long serial;
    /** Whether it is in the loop's queue, where it is at most once. */
    final AtomicBoolean queued = new AtomicBoolean();
    /** What has happened and is to be applied in the next turn, with its time. Any thread adds. */
    final Queue<Event> inbox = new ConcurrentLinkedQueue<>();

    final EndpointDelivery delivery;
    final DeliveryRecord record;

    @Nullable UrlChallenge challenge;

    /** Calls under way, the challenge's included. */
    List<RunningCall> calls = List.of();

    /** Calls that somebody has asked for, which wait. */
    List<AskedCall> asked = List.of();
    /** No test before this time. */
    long testNanos;
    /** The replay of the endpoint, or the last one that is over; or what this is the replay's own endpoint of. */
    volatile @Nullable ReplayRun replay;

    /** When it gets its next turn. */
    long armedNanos = Scheduler.NEVER_NANOS;
    /** When its next attempt follows, for {@link #health}. */
    long nextNanos = Scheduler.NEVER_NANOS;
    /** Whether a write about it is under way. */
    boolean isWriting;
    /** No write before this time, after one that failed. */
    long writeNanos;
    /** The position that is saved, or that waits to be; -1 if there is none. */
    long savedPosition = -1;

    /** The state that it is counted in; none any more once it is removed. */
    private EndpointState state = EndpointState.HEALTHY;

    private boolean isCounted;
    private boolean isSuspicious;
    /** As {@link EndpointDelivery#oldestMillis}, for all to read. */
    volatile long oldestMillis;

    volatile boolean isRemoved;

    /** Something that has happened. */
    interface Event {
        void apply(long nowNanos);
    }

    TrackedEndpoint(PartnerFeed feed, long serial, EndpointDelivery delivery, DeliveryRecord record) {
        this.id = delivery.endpoint().id();
        this.feed = feed;
        this.serial = serial;
        this.delivery = delivery;
        this.record = record;
    }

    /** Whether this is the replay of an endpoint, beside its live delivery. */
    boolean isReplay() {
        ReplayRun run = replay;
        return run != null && run.own == this;
    }

    /** A call has begun. */
    void begin(RunningCall call) {
        if (calls.isEmpty()) {
            calls = new ArrayList<>(2);
        }
        calls.add(call);
    }

    /** The call has ended; false if it had already. */
    boolean end(RunningCall call) {
        boolean wasRunning = !calls.isEmpty() && calls.remove(call); // the empty list takes no calls of remove
        if (calls.isEmpty()) {
            calls = List.of();
        }
        return wasRunning;
    }

    /** Counts it as it is doing now. */
    void count(DeliveryMeters meters, long nowNanos) {
        EndpointState now = delivery.state(nowNanos);
        if (!isCounted || now != state || delivery.receiver().isSuspicious() != isSuspicious) {
            uncount(meters);
            isCounted = true;
            state = now;
            isSuspicious = delivery.receiver().isSuspicious();
            meters.added(state, isSuspicious);
        }
    }

    /** Counts it no more. */
    void uncount(DeliveryMeters meters) {
        if (isCounted) {
            isCounted = false;
            meters.removed(state, isSuspicious);
        }
    }

    /** How it is doing; any thread may ask. */
    synchronized EndpointHealth health(long nowNanos) {
        CallStatistics statistics = record.statistics();
        EndpointPosition position = delivery.position();
        long oldest = delivery.oldestMillis();
        return new EndpointHealth(
                delivery.state(nowNanos),
                delivery.receiver().isSuspicious(),
                position == null ? Optional.empty() : Optional.of(position.revision()),
                delivery.pending(),
                oldest == 0 ? OptionalLong.empty() : OptionalLong.of(oldest),
                statistics == null ? 0 : statistics.attempts(nowNanos),
                statistics == null ? 0 : statistics.failures(nowNanos),
                delivery.failuresInRow(),
                statistics == null ? Duration.ZERO : statistics.percentile(0.5),
                statistics == null ? Duration.ZERO : statistics.percentile(0.99),
                Optional.ofNullable(record.lastError()),
                nextNanos == Scheduler.NEVER_NANOS
                        ? Optional.empty()
                        : Optional.of(Duration.ofNanos(Math.max(0, nextNanos - nowNanos))),
                record.falseFailures(),
                delivery.receiver().signatureCheck());
    }
}
