package io.bellwire.feed;

import io.bellwire.log.Change;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The newest changes of feeds as far as they are in memory: nothing is ever asked of the database. Thread-safe. */
public interface RecentChanges {
    /** Nothing in memory. */
    RecentChanges NONE = (feed, revision, limit, bytesMax) -> null;

    /**
     * Up to {@code limit} changes after {@code revision}, as many as {@code bytesMax} holds but at least one; null if they
     * are not all in memory.
     */
    @Nullable List<Change> after(FeedId feed, long revision, int limit, long bytesMax);

    /** Those of {@code log}. */
    static RecentChanges of(EventLog log) {
        return (id, revision, limit, bytesMax) -> {
            Feed feed = log.known(id);
            return feed == null ? null : feed.recent(revision, limit, bytesMax);
        };
    }
}
