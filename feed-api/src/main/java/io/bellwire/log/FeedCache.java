package io.bellwire.log;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The feeds in memory, one object for each, however it was found or created: two objects would disagree about the head
 * as soon as one of them is appended to. Thread-safe; {@link #resolve}, {@link #created} and {@link #notCreated} are
 * called by one thread at a time.
 */
final class FeedCache {
    private final Map<FeedId, Feed> feeds = new ConcurrentHashMap<>();
    /**
     * Feeds that the present batch creates. Nobody gets them yet, but a reader may find them in the store before the
     * batch is published.
     */
    private final Map<FeedId, Feed> beingCreated = new ConcurrentHashMap<>();

    @Nullable Feed get(FeedId id) {
        return feeds.get(id);
    }

    Collection<Feed> all() {
        return feeds.values();
    }

    /** The one object for a feed that was found in the store. */
    Feed keep(Feed found) {
        return feeds.computeIfAbsent(found.id(), id -> beingCreated.getOrDefault(id, found));
    }

    /**
     * What the store has found, with the one object for each feed, and with the feeds in memory that have these names.
     */
    BatchInput resolve(BatchInput loaded, Set<FeedId> names) {
        Map<FeedId, Feed> named = new HashMap<>();
        for (FeedId name : names) {
            Feed known = feeds.get(name);
            Feed found = loaded.feeds().get(name);
            if (known != null) {
                named.put(name, known);
            } else if (found != null && loaded.createdFeeds().contains(name)) {
                beingCreated.put(name, found);
                named.put(name, found);
            } else if (found != null) {
                named.put(name, keep(found));
            }
        }
        return loaded.withFeeds(named);
    }

    /** The batch that creates feeds is durable. */
    void created(WriteBatch batch) {
        for (FeedId id : batch.createdFeeds()) {
            feeds.putIfAbsent(id, batch.feed(id)); // before it is removed from the others: keep() looks here first
        }
        beingCreated.clear();
    }

    /** The batch that creates feeds has failed. */
    void notCreated() {
        beingCreated.clear();
    }
}
