package io.bellwire.bridge;

import io.bellwire.feed.RecentChanges;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.Event;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Recent changes that the test adds. Not thread-safe. */
final class StubRecentChanges implements RecentChanges {
    private final Map<FeedId, TreeMap<Revision, Event>> feeds = new HashMap<>();
    /** Whether no cursor can be found. */
    boolean withoutCursors;

    void add(FeedId feed, long revision, Event event) {
        feeds.computeIfAbsent(feed, id -> new TreeMap<>()).put(new Revision(revision), event);
    }

    void remove(FeedId feed) {
        feeds.remove(feed);
    }

    /** The chain of each cursor is its revision. */
    @Override
    public Optional<Cursor> cursorAt(FeedId feed, Revision revision) {
        return withoutCursors ? Optional.empty() : Optional.of(cursor(revision.value()));
    }

    static Cursor cursor(long revision) {
        return new Cursor(StubFeedPositions.EPOCH, new Revision(revision), (int) revision);
    }

    @Override
    public @Nullable List<Change> after(FeedId feed, Revision revision, int limit, long bytesMax) {
        TreeMap<Revision, Event> events = feeds.getOrDefault(feed, new TreeMap<>());
        if (events.isEmpty() || events.firstKey().isAfter(revision.next())) {
            return null;
        }
        List<Change> changes = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<Revision, Event> entry : events.tailMap(revision, false).entrySet()) {
            bytes += entry.getValue().json().length();
            if (changes.size() == limit || (bytes > bytesMax && !changes.isEmpty())) {
                break;
            }
            changes.add(new Change(
                    entry.getKey(), entry.getValue(), (int) entry.getKey().value()));
        }
        return changes;
    }
}
