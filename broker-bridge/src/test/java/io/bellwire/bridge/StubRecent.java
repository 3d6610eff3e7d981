package io.bellwire.bridge;

import io.bellwire.feed.RecentChanges;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.Event;
import io.bellwire.log.FeedId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Changes in memory that a test puts there. Not thread-safe. */
final class StubRecent implements RecentChanges {
    private final Map<FeedId, TreeMap<Long, Event>> feeds = new HashMap<>();
    /** Whether no cursor is known. */
    boolean chainsForgotten;

    void add(FeedId feed, long revision, Event event) {
        feeds.computeIfAbsent(feed, id -> new TreeMap<>()).put(revision, event);
    }

    void forget(FeedId feed) {
        feeds.remove(feed);
    }

    /** The chains of these feeds are their revisions. */
    @Override
    public Optional<Cursor> cursorAt(FeedId feed, long revision) {
        return chainsForgotten ? Optional.empty() : Optional.of(cursor(revision));
    }

    static Cursor cursor(long revision) {
        return new Cursor(StubLog.EPOCH, revision, (int) revision);
    }

    @Override
    public @Nullable List<Change> after(FeedId feed, long revision, int limit, long bytesMax) {
        TreeMap<Long, Event> events = feeds.getOrDefault(feed, new TreeMap<>());
        if (events.isEmpty() || events.firstKey() > revision + 1) {
            return null;
        }
        List<Change> changes = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<Long, Event> entry : events.tailMap(revision, false).entrySet()) {
            bytes += entry.getValue().tail().length;
            if (changes.size() == limit || (bytes > bytesMax && !changes.isEmpty())) {
                break;
            }
            changes.add(
                    new Change(entry.getKey(), entry.getValue(), entry.getKey().intValue()));
        }
        return changes;
    }
}
