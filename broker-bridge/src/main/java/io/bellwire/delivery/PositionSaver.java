package io.bellwire.delivery;

import io.bellwire.runtime.Scheduler;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointPosition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Saves the positions that have moved, many in one write, one write at a time. Belongs to the loop of {@link
 * Deliveries}; what a write has become arrives from other threads.
 */
final class PositionSaver {
    /** How long a position that has moved is not saved. A kill repeats what was received within it. */
    static final Duration SOON = Duration.ofSeconds(1);
    /** The same for one that has only moved over changes that are not wanted. */
    static final Duration LATER = Duration.ofMinutes(10);

    private static final int WRITE_MAX = 1_000;

    private final EndpointLog log;
    private final DeliveryFaults faults;
    private final Runnable wake;

    private final Set<TrackedEndpoint> soon = new LinkedHashSet<>();
    private final Set<TrackedEndpoint> later = new LinkedHashSet<>();
    private long soonNanos = Scheduler.NEVER_NANOS;
    private long laterNanos = Scheduler.NEVER_NANOS;
    private @Nullable SaveUnderWay underWay;

    private static final class SaveUnderWay {
        private final List<TrackedEndpoint> endpoints = new ArrayList<>();
        private volatile boolean isDone;
        private volatile @Nullable Throwable failure;
    }

    /** @param wake is called when {@link #turn} has something to do */
    PositionSaver(EndpointLog log, DeliveryFaults faults, Runnable wake) {
        this.log = log;
        this.faults = faults;
        this.wake = wake;
    }

    /** The position of the endpoint has moved. */
    void moved(TrackedEndpoint endpoint, boolean isUrgent, long nowNanos) {
        if (isUrgent && soon.add(endpoint)) {
            soonNanos = Math.min(soonNanos, nowNanos + SOON.toNanos());
        } else if (!isUrgent && later.add(endpoint)) {
            laterNanos = Math.min(laterNanos, nowNanos + LATER.toNanos());
        }
    }

    /** Begins the write that is due, and ends the one that is done. */
    void turn(long nowNanos) {
        SaveUnderWay last = underWay;
        if (last != null && last.isDone) {
            underWay = null;
            if (last.failure != null) {
                faults.warn("The positions of endpoints could not be saved", last.failure);
                soon.addAll(last.endpoints);
                soonNanos = nowNanos + SOON.toNanos();
            }
        }
        if (underWay == null && dueNanos() <= nowNanos) {
            if (laterNanos <= nowNanos) {
                soon.addAll(later);
            }
            begin(nowNanos);
        }
    }

    private void begin(long nowNanos) {
        SaveUnderWay save = new SaveUnderWay();
        Map<EndpointId, EndpointPosition> positions = new LinkedHashMap<>();
        Iterator<TrackedEndpoint> each = soon.iterator();
        while (each.hasNext() && positions.size() < WRITE_MAX) {
            TrackedEndpoint endpoint = each.next();
            EndpointPosition position = endpoint.delivery.position();
            each.remove();
            later.remove(endpoint);
            if (position != null && !endpoint.isRemoved) {
                save.endpoints.add(endpoint);
                positions.put(endpoint.id, position);
            }
        }
        soonNanos = soon.isEmpty() ? Scheduler.NEVER_NANOS : nowNanos;
        laterNanos = later.isEmpty() ? Scheduler.NEVER_NANOS : laterNanos;
        if (positions.isEmpty()) {
            return;
        }
        underWay = save;
        try {
            log.savePositions(positions).whenComplete((done, thrown) -> end(save, thrown));
        } catch (RuntimeException e) {
            end(save, e);
        }
    }

    private void end(SaveUnderWay save, @Nullable Throwable failure) {
        save.failure = failure;
        save.isDone = true;
        wake.run();
    }

    /** Saves what has moved, as far as one write can; called when the server stops. */
    void close(long nowNanos) {
        soon.addAll(later);
        begin(nowNanos);
    }

    /** When {@link #turn} wants to be called though nothing woke it. */
    long dueNanos() {
        return underWay == null ? Math.min(soonNanos, laterNanos) : Scheduler.NEVER_NANOS;
    }
}
