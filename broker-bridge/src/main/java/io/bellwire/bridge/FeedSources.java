package io.bellwire.bridge;

import io.bellwire.feed.FeedPositions;
import io.bellwire.feed.RecentChanges;
import io.bellwire.feed.ServiceRate;

/**
 * What the bridge asks about feeds. Immutable.
 *
 * @param positions where feeds and their readers stand
 * @param recent what was committed of late
 * @param rate how many pages of feeds can be served
 */
public record FeedSources(FeedPositions positions, RecentChanges recent, ServiceRate rate) {
    private static final ServiceRate UNBOUNDED = () -> Double.MAX_VALUE;

    /** For plain signals to readers who may all come at once. */
    public static FeedSources of(FeedPositions positions) {
        return new FeedSources(positions, RecentChanges.NONE, UNBOUNDED);
    }
}
