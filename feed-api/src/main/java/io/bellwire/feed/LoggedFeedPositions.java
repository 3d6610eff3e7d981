package io.bellwire.feed;

import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Looks up the positions of feeds in the log: in memory if all of them are there, else in a fixed number of queries.
 * Thread-safe.
 */
public final class LoggedFeedPositions implements FeedPositions {
    private final EventLog log;

    public LoggedFeedPositions(EventLog log) {
        this.log = log;
    }

    @Override
    public CompletionStage<List<FeedPosition>> of(Set<FeedId> ids) {
        Map<FeedId, Feed> known = new HashMap<>();
        for (FeedId id : ids) {
            Feed feed = log.inMemory(id);
            if (feed != null) {
                known.put(id, feed);
            }
        }
        if (known.size() == ids.size()) {
            List<FeedPosition> positions = new ArrayList<>();
            Map<Feed, Revision> untimed = new HashMap<>();
            known.values().forEach(feed -> addPosition(feed, positions, untimed));
            if (untimed.isEmpty()) {
                return CompletableFuture.completedFuture(positions);
            }
        }
        return log.onReader(() -> read(ids));
    }

    private List<FeedPosition> read(Set<FeedId> ids) {
        List<FeedPosition> positions = new ArrayList<>();
        Map<Feed, Revision> untimed = new HashMap<>();
        log.feeds(ids).forEach(feed -> addPosition(feed, positions, untimed));
        Map<Feed, Long> times = log.store().timesOf(untimed);
        untimed.forEach((feed, revision) -> {
            Long at = times.get(feed);
            positions.add(position(feed, revision.previous(), at == null ? null : Instant.ofEpochMilli(at)));
        });
        return positions;
    }

    /**
     * Adds the feed's position, or, if the time of its oldest pending change is not in memory, that change's revision
     * to {@code untimed}.
     */
    private static void addPosition(Feed feed, List<FeedPosition> positions, Map<Feed, Revision> untimed) {
        Revision processed = feed.processed();
        if (!processed.isBefore(feed.head())) {
            positions.add(position(feed, processed, null));
            return;
        }
        Event oldest = feed.recentAt(processed.next());
        if (oldest == null) {
            // retention may have dropped changes that the device has not processed
            untimed.put(feed, Revision.max(processed.next(), feed.first()));
        } else {
            positions.add(position(feed, processed, Instant.ofEpochMilli(oldest.atMillis())));
        }
    }

    private static FeedPosition position(Feed feed, Revision processed, @Nullable Instant oldestPendingAt) {
        return new FeedPosition(
                feed.id(),
                feed.epoch(),
                Revision.max(feed.head(), processed),
                feed.received(),
                processed,
                oldestPendingAt);
    }
}
