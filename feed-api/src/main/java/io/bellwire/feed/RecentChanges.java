package io.bellwire.feed;

import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The newest changes of feeds that are in memory; never asks the store. Thread-safe. */
public interface RecentChanges {
    /** Has no changes in memory. */
    RecentChanges NONE = new RecentChanges() {
        @Override
        public @Nullable List<Change> after(FeedId feed, Revision revision, int limit, long bytesMax) {
            return null;
        }

        @Override
        public Optional<Cursor> cursorAt(FeedId feed, Revision revision) {
            return Optional.empty();
        }
    };

    /**
     * Up to {@code limit} changes after {@code revision}, as many as fit into {@code bytesMax} but at least one; null
     * if they are not all in memory.
     */
    @Nullable List<Change> after(FeedId feed, Revision revision, int limit, long bytesMax);

    /** The cursor of a reader that has read up to {@code revision}; empty if that change is not in memory. */
    Optional<Cursor> cursorAt(FeedId feed, Revision revision);

    /** The recent changes of {@code log}. */
    static RecentChanges of(EventLog log) {
        return new RecentChanges() {
            @Override
            public @Nullable List<Change> after(FeedId id, Revision revision, int limit, long bytesMax) {
                Feed feed = log.inMemory(id);
                return feed == null ? null : feed.recent(revision, limit, bytesMax);
            }

            @Override
            public Optional<Cursor> cursorAt(FeedId id, Revision revision) {
                Feed feed = log.inMemory(id);
                OptionalInt chain = feed == null ? OptionalInt.empty() : feed.chainAt(revision);
                return feed == null || chain.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Cursor(feed.epoch(), revision, chain.getAsInt()));
            }
        };
    }
}
