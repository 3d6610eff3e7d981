package io.bellwire.segment;

import io.bellwire.log.BatchInput;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.IdempotencyKey;
import io.bellwire.log.LogStore;
import io.bellwire.log.OrderLock;
import io.bellwire.log.Position;
import io.bellwire.log.StoredAccount;
import io.bellwire.log.StoredResponse;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Loads what a batch needs to be decided, and makes the feeds that it asks for by name and that do not exist. Used by
 * the thread that commits.
 */
final class BatchLoader {
    private final LogState state;
    private final Segments segments;

    BatchLoader(LogState state, Segments segments) {
        this.state = state;
        this.segments = segments;
    }

    /** @param responsesAgeMin responses in segments that were sealed at a lower age of the log have expired */
    BatchInput load(LogStore.Needs asked, long responsesAgeMin) {
        Set<FeedId> created = new LinkedHashSet<>();
        Map<FeedId, Feed> named = findOrCreate(asked.names(), created);
        LogStore.Needs needs = asked.with(named.values());
        Map<UUID, Event> orders = new HashMap<>();
        Map<UUID, OrderLock> locks = new HashMap<>();
        for (UUID id : needs.orders()) {
            putIfPresent(orders, id, segments.order(id));
            putIfPresent(locks, id, state.lock(id));
        }
        Map<FeedId, StoredAccount> accounts = new HashMap<>();
        needs.accounts()
                .forEach(id -> putIfPresent(accounts, id, state.accounts().get(id)));
        return new BatchInput(
                state.lastEventNumber() + 1,
                named,
                created,
                heads(needs.feeds(), created),
                orders,
                locks,
                responses(needs.keys(), responsesAgeMin),
                Set.of(),
                accounts,
                state.groups().load(needs.groupNeeds()));
    }

    private static <K, V> void putIfPresent(Map<K, V> map, K key, @Nullable V value) {
        if (value != null) {
            map.put(key, value);
        }
    }

    /** Finds the feeds of these names; makes those that do not exist, and adds their names to {@code created}. */
    private Map<FeedId, Feed> findOrCreate(Set<FeedId> names, Set<FeedId> created) {
        Map<FeedId, Feed> found = new HashMap<>();
        for (FeedId name : names) {
            Feed feed = state.feed(name);
            if (feed == null) {
                created.add(name);
                feed = new Feed(
                        state.feedCount() + created.size(),
                        name,
                        Epoch.ofFeed(state.requireEpoch(), name),
                        Position.START,
                        Position.START,
                        Position.START,
                        Position.START);
            }
            found.put(name, feed);
        }
        return found;
    }

    private Map<Integer, Position> heads(Set<Feed> feeds, Set<FeedId> created) {
        Map<Integer, Position> heads = new HashMap<>();
        for (Feed feed : feeds) {
            heads.put(
                    feed.feedNumber(),
                    created.contains(feed.id())
                            ? Position.START
                            : state.snapshot(feed.feedNumber()).head());
        }
        return heads;
    }

    private Map<IdempotencyKey, StoredResponse> responses(Collection<IdempotencyKey> keys, long ageMin) {
        Map<IdempotencyKey, StoredResponse> responses = new HashMap<>();
        for (IdempotencyKey key : keys) {
            StoredResponse response = segments.response(ResponseCodec.hash(key), ageMin);
            if (response != null && response.key().equals(key)) {
                responses.put(key, response);
            }
        }
        return responses;
    }
}
