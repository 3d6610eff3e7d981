package io.bellwire.log;

import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What a batch has when it begins.
 *
 * @param feeds the feeds that were asked for by name
 * @param createdFeeds the names of those of them that the batch creates
 * @param heads by feed number
 * @param orders with their newest events
 */
public record BatchInput(
        long firstEventNumber,
        Map<FeedId, Feed> feeds,
        Set<FeedId> createdFeeds,
        Map<Integer, Position> heads,
        Map<UUID, Event> orders,
        Map<UUID, OrderLock> locks,
        Map<IdempotencyKey, StoredResponse> storedResponses,
        Set<Long> usedKeyRows,
        Map<FeedId, StoredAccount> accounts,
        GroupMembers.Loaded groupMembers) {
    /** The same with these feeds in place of those that were asked for by name. */
    BatchInput withFeeds(Map<FeedId, Feed> named) {
        return new BatchInput(
                firstEventNumber,
                named,
                createdFeeds,
                heads,
                orders,
                locks,
                storedResponses,
                usedKeyRows,
                accounts,
                groupMembers);
    }
}
