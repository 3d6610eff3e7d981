package io.bellwire.delivery;

import io.bellwire.log.Change;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The feeds of partners in the log; what is not in memory is read on the log's reader threads. Thread-safe. */
public final class LoggedEndpointFeed implements EndpointFeed {
    private final EventLog log;

    public LoggedEndpointFeed(EventLog log) {
        this.log = log;
    }

    @Override
    public @Nullable FeedSlice recent(FeedId id, Revision after, int limit, long bytesMax) {
        Feed feed = log.inMemory(id);
        if (feed == null) {
            return null;
        }
        // before the changes: a head that is too old only means another turn
        Position head = feed.headPosition();
        List<Change> changes = feed.recent(after, limit, bytesMax);
        return changes == null ? null : slice(feed, head, changes);
    }

    @Override
    public CompletionStage<FeedSlice> load(FeedId id, Revision after, int limit, long bytesMax) {
        return log.onReader(() -> read(id, after, limit, bytesMax));
    }

    private FeedSlice read(FeedId id, Revision after, int limit, long bytesMax) {
        // the feed of a partner that has never had a change may not exist yet
        Feed feed = log.getOrCreateFeed(id);
        Position head = feed.headPosition();
        Revision from = Revision.max(after, feed.earliest().revision());
        List<Change> changes = head.revision().isAfter(from)
                ? log.store().read(feed, from, head.revision(), limit, bytesMax)
                : List.of();
        return slice(feed, head, changes);
    }

    private static FeedSlice slice(Feed feed, Position head, List<Change> changes) {
        Revision earliest = feed.earliest().revision();
        if (!changes.isEmpty()) {
            head = head.furthest(changes.get(changes.size() - 1).position());
        }
        return new FeedSlice(feed.cursor(head), feed.received(), feed.processed(), earliest, changes);
    }
}
