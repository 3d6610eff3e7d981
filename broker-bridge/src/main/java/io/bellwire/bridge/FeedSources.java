package io.bellwire.bridge;

import io.bellwire.feed.FeedCapacity;
import io.bellwire.feed.RecentChanges;
import io.bellwire.feed.Standings;

/**
 * What the bridge asks about feeds. Immutable.
 *
 * @param standings where they stand
 * @param recent what was committed of late
 * @param capacity how many requests for them can be served
 */
public record FeedSources(Standings standings, RecentChanges recent, FeedCapacity capacity) {
    private static final FeedCapacity UNBOUNDED = () -> Double.MAX_VALUE;

    /** For plain signals to readers who may all come at once. */
    public static FeedSources of(Standings standings) {
        return new FeedSources(standings, RecentChanges.NONE, UNBOUNDED);
    }
}
