package io.bellwire.delivery;

import static java.util.Comparator.comparingLong;

import io.bellwire.runtime.Scheduler;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** When each endpoint gets its next turn: at most one entry an endpoint, none for one that is idle. Not thread-safe. */
final class EndpointTimers {
    private final TreeSet<TrackedEndpoint> armed =
            new TreeSet<>(comparingLong((TrackedEndpoint one) -> one.armedNanos).thenComparingLong(one -> one.serial));

    /** Gives the endpoint a turn at {@code dueNanos}, or before: an earlier entry stays. */
    void arm(TrackedEndpoint endpoint, long dueNanos) {
        if (dueNanos < endpoint.armedNanos) {
            remove(endpoint);
            endpoint.armedNanos = dueNanos;
            armed.add(endpoint);
        }
    }

    void remove(TrackedEndpoint endpoint) {
        if (endpoint.armedNanos != Scheduler.NEVER_NANOS) {
            armed.remove(endpoint);
            endpoint.armedNanos = Scheduler.NEVER_NANOS;
        }
    }

    /** Takes out one endpoint that is due, or returns null. */
    @Nullable TrackedEndpoint takeDue(long nowNanos) {
        if (nextNanos() > nowNanos) {
            return null;
        }
        TrackedEndpoint endpoint = armed.first();
        remove(endpoint);
        return endpoint;
    }

    long nextNanos() {
        return armed.isEmpty() ? Scheduler.NEVER_NANOS : armed.first().armedNanos;
    }

    int size() {
        return armed.size();
    }
}
