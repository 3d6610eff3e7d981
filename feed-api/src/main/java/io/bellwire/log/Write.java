package io.bellwire.log;

import java.util.Set;
import java.util.UUID;

/**
 * One thing to be written. It says beforehand what it needs to read, so that a group of writes is read for in a few
 * queries; then it decides, on the writer's thread, in the order of submission.
 *
 * @param <T> what the caller is answered once the group is durable
 */
public interface Write<T> {
    /** The feeds whose heads it reads or moves. */
    Set<Feed> feeds();

    /** The feeds that it asks for by name, {@link WriteBatch#feed}: those that do not exist are made. */
    default Set<FeedId> names() {
        return Set.of();
    }

    /** The idempotency keys that it looks at. */
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

    /** What it must know about groups of devices. */
    default GroupMembers.Needs audiences() {
        return GroupMembers.Needs.NONE;
    }

    /** About how many bytes the write keeps in memory while it waits. */
    int bytes();

    /**
     * Decides, from {@code group} alone and into {@code group} alone: it may be called again if the group has to be
     * retried. Must not block, and neither parses JSON nor renders it: events are {@link RenderedEvent rendered} before, and
     * what depends on the state of an order is prepared against its newest event; if that is another one by now, the result
     * is {@link CommandResult.Outdated}. A refusal is a value; a throw fails this write and leaves the others of the group alone.
     */
    T decide(WriteBatch group);
}
