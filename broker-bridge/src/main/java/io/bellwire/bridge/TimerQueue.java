package io.bellwire.bridge;

import static java.util.Comparator.comparingLong;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** When which bell wants a turn: one entry a bell, so that it never outgrows them. Not thread-safe. */
final class TimerQueue {
    private final TreeSet<ChannelEntry> armed =
            new TreeSet<>(comparingLong((ChannelEntry bell) -> bell.armedNanos).thenComparingLong(bell -> bell.serial));

    /**
     * Gives {@code bell} a turn at {@code dueNanos}, or before: an earlier entry stays, since a turn too early costs
     * little and moving entries for each signal does not.
     */
    void arm(ChannelEntry bell, long dueNanos) {
        if (dueNanos < bell.armedNanos) {
            remove(bell);
            bell.armedNanos = dueNanos;
            armed.add(bell);
        }
    }

    void remove(ChannelEntry bell) {
        if (bell.armedNanos != SignalState.NEVER_NANOS) {
            armed.remove(bell);
            bell.armedNanos = SignalState.NEVER_NANOS;
        }
    }

    /** Takes out one bell that is due, or returns null. */
    @Nullable ChannelEntry takeDue(long nowNanos) {
        if (nextNanos() > nowNanos) {
            return null;
        }
        ChannelEntry bell = armed.first();
        remove(bell);
        return bell;
    }

    long nextNanos() {
        return armed.isEmpty() ? SignalState.NEVER_NANOS : armed.first().armedNanos;
    }
}
