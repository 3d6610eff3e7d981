package io.bellwire.log;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The feeds in memory: one object for each, however it was found or made, since two would disagree about the head as soon as
 * one of them is appended to. Thread-safe; one thread at a time calls {@link #resolve}, {@link #made} and {@link #notMade}.
 */
final class FeedCache {
    private final Map<FeedId, Feed> feeds = new ConcurrentHashMap<>();
    /** Made by the group that is being committed: nobody is shown them, but a reader may find them in the store before. */
    private final Map<FeedId, Feed> making = new ConcurrentHashMap<>();

    @Nullable Feed get(FeedId id) {
        return feeds.get(id);
    }

    Collection<Feed> all() {
        return feeds.values();
    }

    /** The one object for a feed that was found in the store. */
    Feed keep(Feed found) {
        return feeds.computeIfAbsent(found.id(), id -> making.getOrDefault(id, found));
    }

    /** What the store has found, with the one object for each feed, and with the feeds in memory that go by these names. */
    WriteBatch.Loaded resolve(WriteBatch.Loaded loaded, Set<FeedId> names) {
        Map<FeedId, Feed> named = new HashMap<>();
        for (FeedId name : names) {
            Feed known = feeds.get(name);
            Feed found = loaded.feeds().get(name);
            if (known != null) {
                named.put(name, known);
            } else if (found != null && loaded.made().contains(name)) {
                making.put(name, found);
                named.put(name, found);
            } else if (found != null) {
                named.put(name, keep(found));
            }
        }
        return loaded.withFeeds(named);
    }

    /** The group that made feeds is durable. */
    void made(WriteBatch group) {
        for (FeedId id : group.made()) {
            feeds.putIfAbsent(id, group.feed(id)); // before it leaves the others: keep() looks here first
        }
        making.clear();
    }

    /** The group that made feeds failed. */
    void notMade() {
        making.clear();
    }
}
