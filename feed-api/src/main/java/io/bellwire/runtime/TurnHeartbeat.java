package io.bellwire.runtime;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether a loop turns when it should. A turn is late if it has not begun when it was due, or has begun and
 * not ended. Thread-safe.
 */
public final class TurnHeartbeat {
    /** Far longer than any turn, and shorter than a supervisor's patience. */
    public static final Duration STALLED_AFTER = Duration.ofSeconds(10);

    private final Scheduler scheduler;
    private final String who;
    private final String consequence;
    /** When the next turn is due at the latest. */
    private final AtomicLong dueNanos = new AtomicLong(Scheduler.NEVER_NANOS);
    /** When the turn that runs has begun. */
    private final AtomicLong begunNanos = new AtomicLong(Scheduler.NEVER_NANOS);

    /**
     * @param who the loop, as {@link #problem} names it
     * @param consequence what does not happen while the loop stands still
     */
    public TurnHeartbeat(Scheduler scheduler, String who, String consequence) {
        this.scheduler = scheduler;
        this.who = who;
        this.consequence = consequence;
    }

    /** A turn was asked for. */
    public void due(long nanos) {
        dueNanos.accumulateAndGet(nanos, Math::min);
    }

    /** A turn begins. Call it before the loop takes notice of what it is asked for: what is asked for later is due again. */
    public void begin() {
        begunNanos.set(scheduler.nowNanos());
        dueNanos.set(Scheduler.NEVER_NANOS);
    }

    /** The turn has ended. */
    public void end() {
        begunNanos.set(Scheduler.NEVER_NANOS);
    }

    /** How late the loop is. */
    public Duration late() {
        long since = Math.min(dueNanos.get(), begunNanos.get());
        return Duration.ofNanos(Math.max(0, scheduler.nowNanos() - Math.min(since, scheduler.nowNanos())));
    }

    /** Empty while the loop turns, else one line that says for how long it has not. */
    public Optional<String> problem() {
        Duration late = late();
        return late.compareTo(STALLED_AFTER) < 0
                ? Optional.empty()
                : Optional.of(
                        who + " has not turned for " + late.toSeconds() + " s although work is due: " + consequence);
    }

    /** The same in seconds, for a metric. */
    public double lateSeconds() {
        return late().toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
