package io.bellwire.feed;

import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.Revision;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * Finds where in a feed a time is, by a binary search over the times of its changes: one read of the store for each
 * doubling of the feed's length. Thread-safe; never blocks.
 */
public final class FeedTimeSearch {
    private final EventLog log;

    public FeedTimeSearch(EventLog log) {
        this.log = log;
    }

    /**
     * The revision before the first change of the feed that was committed at {@code time} or later; the head if there
     * is none, and the revision before the oldest change that is kept if all are later. If the server's clock was set
     * back, so that times go back within the feed, it may be any place at which they pass {@code time}.
     */
    public CompletionStage<Revision> before(Feed feed, Instant time) {
        return log.onReader(() -> search(feed, time.toEpochMilli()));
    }

    private Revision search(Feed feed, long millis) {
        long low = feed.earliest().revision().value();
        long high = feed.head().value();
        while (low < high) { // the change after high is later, that at low is not
            long middle = low + (high - low) / 2 + 1;
            Long at = log.store().timesOf(Map.of(feed, new Revision(middle))).get(feed);
            if (at == null || at < millis) { // retention has removed it meanwhile, which begins with the oldest
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return new Revision(low);
    }
}
