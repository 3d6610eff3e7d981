package io.bellwire.query;

import io.bellwire.log.Feed;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** How far the feed of all orders is folded, and who waits for it to be. Thread-safe. */
final class FoldingProgress {
    private static final long NOTHING_FOLDED = -1;

    private final Feed orders;
    private final Clock clock;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private volatile long foldedTo = NOTHING_FOLDED;
    /** When the oldest change that is not folded was committed, about; 0 if there is none. */
    private volatile long behindSinceMillis;

    /** A search that waits until the changes up to a revision are folded. */
    private static final class Waiter extends CompletableFuture<Boolean> {
        private final long revision;

        Waiter(long revision) {
            this.revision = revision;
        }
    }

    FoldingProgress(Feed orders, Clock clock, MeterRegistry meters) {
        this.orders = orders;
        this.clock = clock;
        Gauge.builder("bellwire.query.lag.changes", this, FoldingProgress::lag)
                .description("Changes of orders that the order search does not know yet")
                .register(meters);
        Gauge.builder("bellwire.query.lag", this, FoldingProgress::lagSeconds)
                .description("Age of the oldest of these, about")
                .baseUnit("seconds")
                .register(meters);
    }

    /** The newest revision of the feed of all orders. */
    long head() {
        return orders.head();
    }

    /** Up to which revision of the feed of all orders the search knows everything; -1 if it is not ready at all. */
    long foldedTo() {
        return foldedTo;
    }

    /** Whether so many changes, at least, are not folded. */
    boolean isBehindBy(long changes) {
        return head() - foldedTo >= changes;
    }

    private double lag() {
        return Math.max(0, head() - Math.max(0, foldedTo));
    }

    private double lagSeconds() {
        long since = behindSinceMillis;
        return lag() == 0 || since == 0 ? 0 : Math.max(0, clock.millis() - since) / 1_000.0;
    }

    /** Completes with true once everything up to {@code revision} is folded. Whoever waits in vain completes it. */
    CompletableFuture<Boolean> foldedUpTo(long revision) {
        Waiter waiter = new Waiter(revision);
        waiters.add(waiter);
        if (foldedTo >= revision) {
            waiter.complete(true);
        }
        var unused = waiter.whenComplete((done, failure) -> waiters.remove(waiter));
        return waiter;
    }

    boolean isWaitedFor() {
        return !waiters.isEmpty();
    }

    /** Whether somebody waits for what is not folded. */
    boolean isMoreWaitedFor() {
        return waiters.stream().anyMatch(waiter -> waiter.revision > foldedTo);
    }

    /** The search is not ready until something is {@link #folded}. */
    void nothingFolded() {
        foldedTo = NOTHING_FOLDED;
    }

    void folded(long revision) {
        foldedTo = revision;
        if (head() <= revision) {
            behindSinceMillis = 0;
        }
        waiters.forEach(waiter -> {
            if (waiter.revision <= revision) {
                waiter.complete(true);
            }
        });
    }

    /** The oldest change that is not folded was committed at about this time; 0 if there is none. */
    void behindSince(long millis) {
        behindSinceMillis = millis;
    }

    /** A change was committed at this time. */
    void committed(long millis) {
        if (behindSinceMillis == 0) {
            behindSinceMillis = millis;
        }
    }

    /** Nothing more is folded. */
    void end() {
        waiters.forEach(waiter -> waiter.complete(false));
    }
}
