package io.bellwire.bridge;

import static java.util.Comparator.comparingLong;

import io.bellwire.runtime.Scheduler;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** When each feed gets its next turn: one entry a feed, so that it never outgrows them. Not thread-safe. */
final class TimerQueue {
    private final TreeSet<TrackedFeed> armed =
            new TreeSet<>(comparingLong((TrackedFeed feed) -> feed.armedNanos).thenComparingLong(feed -> feed.serial));

    /**
     * Gives {@code feed} a turn at {@code dueNanos}, or before: an earlier entry stays, since a turn too early costs
     * little and moving entries for each signal does not.
     */
    void arm(TrackedFeed feed, long dueNanos) {
        if (dueNanos < feed.armedNanos) {
            remove(feed);
            feed.armedNanos = dueNanos;
            armed.add(feed);
        }
    }

    void remove(TrackedFeed feed) {
        if (feed.armedNanos != Scheduler.NEVER_NANOS) {
            armed.remove(feed);
            feed.armedNanos = Scheduler.NEVER_NANOS;
        }
    }

    /** Takes out one feed that is due, or returns null. */
    @Nullable TrackedFeed takeDue(long nowNanos) {
        if (nextNanos() > nowNanos) {
            return null;
        }
        TrackedFeed feed = armed.first();
        remove(feed);
        return feed;
    }

    long nextNanos() {
        return armed.isEmpty() ? Scheduler.NEVER_NANOS : armed.first().armedNanos;
    }
}
