package io.bellwire.query;

import io.bellwire.log.Feed;
import io.bellwire.log.Revision;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Knows how far the feed of all orders is folded, and completes the searches that wait for it. Thread-safe. */
final class FoldingProgress {
    private static final long NOTHING_FOLDED = -1;

    private final Feed orders;
    private final Clock clock;
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private volatile long foldedTo = NOTHING_FOLDED;
    /** When the oldest change that is not folded was committed, about, milliseconds since 1970; 0 if there is none. */
    private volatile long behindSinceMillis;

    /** A search that waits until the changes up to a revision are folded. */
    private static final class Waiter extends CompletableFuture<Boolean> {
        private final Revision revision;

        Waiter(Revision revision) {
            this.revision = revision;
        }
    }

    FoldingProgress(Feed orders, Clock clock, MeterRegistry meters) {
        this.orders = orders;
        this.clock = clock;
        Gauge.builder("bellwire.query.lag.changes", this, FoldingProgress::lagChanges)
                .description("Changes of orders that the order search does not know yet")
                .register(meters);
        Gauge.builder("bellwire.query.lag", this, FoldingProgress::lagSeconds)
                .description("Age of the oldest of these, about")
                .baseUnit("seconds")
                .register(meters);
    }

    /** The newest revision of the feed of all orders. */
    Revision head() {
        return orders.head();
    }

    /** The revision of the feed of all orders up to which all are folded; empty as long as a scan is not over. */
    Optional<Revision> foldedTo() {
        long revision = foldedTo;
        return revision == NOTHING_FOLDED ? Optional.empty() : Optional.of(new Revision(revision));
    }

    /** Whether all changes up to {@code revision} are folded. */
    boolean isFolded(Revision revision) {
        return foldedTo >= revision.value();
    }

    /** Whether at least this many changes are not folded. */
    boolean isBehindBy(long changes) {
        return head().value() - foldedTo >= changes;
    }

    private double lagChanges() {
        return Math.max(0, head().value() - Math.max(0, foldedTo));
    }

    private double lagSeconds() {
        long since = behindSinceMillis;
        return lagChanges() == 0 || since == 0 ? 0 : Math.max(0, clock.millis() - since) / 1_000.0;
    }

    /**
     * Completes with true once all changes up to {@code revision} are folded. The caller completes it with false to end
     * the wait.
     */
    CompletableFuture<Boolean> awaitFolded(Revision revision) {
        Waiter waiter = new Waiter(revision);
        waiters.add(waiter);
        if (isFolded(revision)) {
            waiter.complete(true);
        }
        var unused = waiter.whenComplete((done, failure) -> waiters.remove(waiter));
        return waiter;
    }

    boolean hasWaiters() {
        return !waiters.isEmpty();
    }

    /** Whether a search waits for a change that is not folded. */
    boolean isUnfoldedAwaited() {
        return waiters.stream().anyMatch(waiter -> !isFolded(waiter.revision));
    }

    /** Notes that nothing is folded, until the next call of {@link #folded}. */
    void nothingFolded() {
        foldedTo = NOTHING_FOLDED;
    }

    void folded(Revision revision) {
        foldedTo = revision.value();
        if (!head().isAfter(revision)) {
            behindSinceMillis = 0;
        }
        waiters.forEach(waiter -> {
            if (!waiter.revision.isAfter(revision)) {
                waiter.complete(true);
            }
        });
    }

    /** Notes when the oldest change that is not folded was committed, about; 0 if there is none. */
    void behindSince(long millis) {
        behindSinceMillis = millis;
    }

    /** Notes the time of a commit. */
    void committed(long millis) {
        if (behindSinceMillis == 0) {
            behindSinceMillis = millis;
        }
    }

    /** Ends all waits, because nothing more is folded. */
    void end() {
        waiters.forEach(waiter -> waiter.complete(false));
    }
}
