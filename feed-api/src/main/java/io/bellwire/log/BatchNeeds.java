package io.bellwire.log;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a batch must read before it decides; each of its writes adds what it needs. Not thread-safe.
 *
 * <p>Example: {@code new BatchNeeds().feed(feed).key(OrderStore.LOCKS, id)}.
 */
public final class BatchNeeds {
    private final Set<Feed> feeds;
    private final Set<FeedId> names;
    private final Map<RecordType<?, ?>, Set<Object>> keys;
    private int feedCount;

    public BatchNeeds() {
        this(new LinkedHashSet<>(), new LinkedHashSet<>(), new HashMap<>());
    }

    private BatchNeeds(Set<Feed> feeds, Set<FeedId> names, Map<RecordType<?, ?>, Set<Object>> keys) {
        this.feeds = feeds;
        this.names = names;
        this.keys = keys;
    }

    /** A feed whose head the write reads or moves. */
    public BatchNeeds feed(Feed feed) {
        feeds.add(feed);
        feedCount++;
        return this;
    }

    /** Feeds whose heads the write reads or moves. */
    public BatchNeeds feeds(Collection<Feed> some) {
        feeds.addAll(some);
        feedCount += some.size();
        return this;
    }

    /**
     * A feed that the write uses by name, with {@link WriteBatch#feed}; it is created if it does not exist. The write
     * may read and move its head.
     */
    public BatchNeeds name(FeedId name) {
        names.add(name);
        feedCount++;
        return this;
    }

    /** The key of a record that the write reads or puts. */
    public <K> BatchNeeds key(RecordType<K, ?> type, K key) {
        keysOf(type).add(key);
        return this;
    }

    /** Keys of records that the write reads or puts. */
    public <K> BatchNeeds keys(RecordType<K, ?> type, Collection<K> some) {
        if (!some.isEmpty()) {
            keysOf(type).addAll(some);
        }
        return this;
    }

    private Set<Object> keysOf(RecordType<?, ?> type) {
        return keys.computeIfAbsent(type, absent -> new LinkedHashSet<>());
    }

    /** How many feeds were added, each as often as it was: about as many changes the batch may append. */
    int feedCount() {
        return feedCount;
    }

    /** The feeds that are to be found by name. */
    public Set<FeedId> names() {
        return names;
    }

    /** The keys of records of this type. */
    @SuppressWarnings("unchecked") // key() and keys() put keys of that type
    public <K> Set<K> keys(RecordType<K, ?> type) {
        return (Set<K>) keys.getOrDefault(type, Set.of());
    }

    /** The same, with feeds that are in memory in place of their names. */
    BatchNeeds resolvedBy(FeedCache known) {
        if (names.isEmpty()) {
            return this;
        }
        Set<FeedId> unknown = new LinkedHashSet<>();
        List<Feed> found = new ArrayList<>();
        for (FeedId name : names) {
            Feed feed = known.get(name);
            if (feed == null) {
                unknown.add(name);
            } else {
                found.add(feed);
            }
        }
        return new BatchNeeds(withFeeds(found), unknown, keys);
    }

    /** The feeds whose heads are needed, with {@code found}, which were found by name. */
    public Set<Feed> withFeeds(Collection<Feed> found) {
        if (found.isEmpty()) {
            return feeds;
        }
        Set<Feed> all = new LinkedHashSet<>(feeds);
        all.addAll(found);
        return all;
    }
}
