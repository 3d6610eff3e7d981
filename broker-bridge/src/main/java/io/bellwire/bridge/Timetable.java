package io.bellwire.bridge;

import static java.util.Comparator.comparingLong;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** When which bell wants a turn: one entry a bell, so that it never outgrows them. Not thread-safe. */
final class Timetable {
    private final TreeSet<Bell> armed =
            new TreeSet<>(comparingLong((Bell bell) -> bell.armedNanos).thenComparingLong(bell -> bell.serial));

    /**
     * Gives {@code bell} a turn at {@code dueNanos}, or before: an earlier entry stays, since a turn too early costs
     * little and moving entries for each signal does not.
     */
    void arm(Bell bell, long dueNanos) {
        if (dueNanos < bell.armedNanos) {
            remove(bell);
            bell.armedNanos = dueNanos;
            armed.add(bell);
        }
    }

    void remove(Bell bell) {
        if (bell.armedNanos != Doorbell.NEVER_NANOS) {
            armed.remove(bell);
            bell.armedNanos = Doorbell.NEVER_NANOS;
        }
    }

    /** Takes out one bell that is due, or returns null. */
    @Nullable Bell takeDue(long nowNanos) {
        if (nextNanos() > nowNanos) {
            return null;
        }
        Bell bell = armed.first();
        remove(bell);
        return bell;
    }

    long nextNanos() {
        return armed.isEmpty() ? Doorbell.NEVER_NANOS : armed.first().armedNanos;
    }
}
