package io.bellwire.log;

import java.util.Set;
import java.util.UUID;

/**
 * One write. It says first what it needs to read, so that the log reads for a whole batch in a few queries; then it
 * decides, on the writer's thread, in the order of submission.
 *
 * <p>For example, {@code CreateFeeds} names its feeds, and decides on those that it gets.
 *
 * @param <T> the caller's result, once the batch is durable
 */
public interface Write<T> {
    /** The feeds whose heads it reads or moves. */
    Set<Feed> feeds();

    /** The feeds that it uses by name, with {@link WriteBatch#feed}; those that do not exist are created. */
    default Set<FeedId> names() {
        return Set.of();
    }

    /** The idempotency keys that it reads. */
    default Set<IdempotencyKey> keys() {
        return Set.of();
    }

    /** The orders that it reads or changes. */
    default Set<UUID> orders() {
        return Set.of();
    }

    /** The accounts that it reads or changes. */
    default Set<FeedId> accounts() {
        return Set.of();
    }

    /** What it needs to know about groups of devices. */
    default GroupMembers.Needs groupNeeds() {
        return GroupMembers.Needs.NONE;
    }

    /** About how many bytes of memory the write takes while it waits. */
    int bytes();

    /**
     * Decides, only from {@code batch} and only into {@code batch}; it may be called again if the batch has to be
     * repeated. Must not block, parse JSON or render it: events are {@link RenderedEvent rendered} before. What depends
     * on the state of an order is prepared against its newest event; if the order has another one by now, the result is
     * {@link CommandResult.Outdated}. A refusal is a value. A throw fails this write and does not affect the other
     * writes of the batch.
     */
    T decide(WriteBatch batch);
}
