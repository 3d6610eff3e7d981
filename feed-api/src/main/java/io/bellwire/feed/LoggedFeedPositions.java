package io.bellwire.feed;

import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** {@link FeedPositions} out of the log: from memory where it can be, else in a fixed number of queries for all. Thread-safe. */
public final class LoggedFeedPositions implements FeedPositions {
    private final EventLog log;

    public LoggedFeedPositions(EventLog log) {
        this.log = log;
    }

    @Override
    public CompletionStage<List<FeedPosition>> of(Set<FeedId> ids) {
        Map<FeedId, Feed> known = new HashMap<>();
        for (FeedId id : ids) {
            Feed feed = log.known(id);
            if (feed != null) {
                known.put(id, feed);
            }
        }
        if (known.size() == ids.size()) {
            List<FeedPosition> standings = new ArrayList<>();
            Map<Feed, Long> untimed = new HashMap<>();
            known.values().forEach(feed -> look(feed, standings, untimed));
            if (untimed.isEmpty()) {
                return CompletableFuture.completedFuture(standings);
            }
        }
        return log.onReader(() -> read(ids));
    }

    private List<FeedPosition> read(Set<FeedId> ids) {
        List<FeedPosition> standings = new ArrayList<>();
        Map<Feed, Long> untimed = new HashMap<>();
        log.feeds(ids).forEach(feed -> look(feed, standings, untimed));
        Map<Feed, Long> times = log.store().timesOf(untimed);
        untimed.forEach((feed, revision) -> {
            Long at = times.get(feed);
            standings.add(standing(feed, revision - 1, at == null ? null : Instant.ofEpochMilli(at)));
        });
        return standings;
    }

    private void look(Feed feed, List<FeedPosition> standings, Map<Feed, Long> untimed) {
        long processed = feed.processed();
        if (processed >= feed.head()) {
            standings.add(standing(feed, processed, null));
            return;
        }
        Event oldest = feed.recentAt(processed + 1);
        if (oldest == null) {
            // the oldest that is still there, if retention was faster than the device
            untimed.put(feed, Math.max(processed + 1, feed.first()));
        } else {
            standings.add(standing(feed, processed, Instant.ofEpochMilli(oldest.atMillis())));
        }
    }

    private FeedPosition standing(Feed feed, long processed, @Nullable Instant oldestPendingAt) {
        return new FeedPosition(
                feed.id(), feed.epoch(), Math.max(feed.head(), processed), feed.received(), processed, oldestPendingAt);
    }
}
