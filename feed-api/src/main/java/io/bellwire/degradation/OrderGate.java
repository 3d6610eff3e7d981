package io.bellwire.degradation;

import io.bellwire.log.FeedId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;

/**
 * Lets new orders in, or a share of them while a feed that they go to is degraded. By which share is drawn once for each
 * order: an order with an idempotency key that was refused is refused again when it is repeated, as long as the share
 * is the same, so that callers that repeat their orders place no more of them than others. Thread-safe.
 */
public final class OrderGate {
    /** The odd number next to 2^64 divided by the golden ratio: multiplied with it, near numbers get far apart. */
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final EscalatedFeeds feeds;
    private final RandomGenerator random;
    /** Makes it impossible to choose an idempotency key that is let in. */
    private final long salt;

    private final Counter refused;

    /** @param random draws which orders are let in; thread-safe */
    public OrderGate(EscalatedFeeds feeds, RandomGenerator random, MeterRegistry meters) {
        this.feeds = feeds;
        this.random = random;
        this.salt = random.nextLong();
        this.refused = Counter.builder("bellwire.escalation.orders.refused")
                .description("New orders that were refused because a feed that they go to is degraded")
                .register(meters);
    }

    /** Whether something is withheld from any feed: while not, nobody need ask {@link #refusal}. */
    public boolean isOpenToAll() {
        return !feeds.isAnyDegraded();
    }

    /**
     * Why the order is not let in; empty if it is.
     *
     * @param recipients the feeds that it goes to
     * @param key the first bits of its idempotency key, evenly distributed; empty if it has none
     */
    public Optional<OrderRefusal> refusal(List<FeedId> recipients, OptionalLong key) {
        EscalatedFeed least = null;
        for (FeedId recipient : recipients) {
            EscalatedFeed found = feeds.degraded(recipient).orElse(null);
            if (found != null && (least == null || found.ordersPercent() < least.ordersPercent())) {
                least = found;
            }
        }
        if (least == null || draw(key) < least.ordersPercent()) {
            return Optional.empty();
        }
        refused.increment();
        return Optional.of(
                new OrderRefusal(least.feed(), least.problem(), least.ordersPercent() == 0, least.retryAfter()));
    }

    /** A number from 0 to 99, always the same for the same key. */
    private int draw(OptionalLong key) {
        if (key.isEmpty()) {
            return random.nextInt(EscalatedFeed.ALL_PERCENT);
        }
        long mixed = (key.getAsLong() ^ salt) * SPREAD;
        return (int) Long.remainderUnsigned(mixed >>> Integer.SIZE, EscalatedFeed.ALL_PERCENT);
    }
}
