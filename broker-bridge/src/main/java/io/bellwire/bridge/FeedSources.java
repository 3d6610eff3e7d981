package io.bellwire.bridge;

import io.bellwire.feed.FeedPositions;
import io.bellwire.feed.RecentChanges;
import io.bellwire.feed.ServiceRate;

/**
 * What the bridge asks about feeds. Immutable.
 *
 * @param standings where they stand
 * @param recent what was committed of late
 * @param capacity how many requests for them can be served
 */
public record FeedSources(FeedPositions standings, RecentChanges recent, ServiceRate capacity) {
    private static final ServiceRate UNBOUNDED = () -> Double.MAX_VALUE;

    /** For plain signals to readers who may all come at once. */
    public static FeedSources of(FeedPositions standings) {
        return new FeedSources(standings, RecentChanges.NONE, UNBOUNDED);
    }
}
