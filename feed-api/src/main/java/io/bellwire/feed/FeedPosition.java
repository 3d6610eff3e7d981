package io.bellwire.feed;

import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The positions of one feed and of its reader, as revisions. Immutable.
 *
 * @param epoch the feed's epoch
 * @param head the feed's newest revision, 0 if it has no change yet
 * @param received the highest revision that a feed answer to the reader has carried
 * @param processed the revision up to which the reader has acknowledged
 * @param oldestPendingAt when the change {@code processed + 1} was committed; null if nothing is pending
 */
public record FeedPosition(
        FeedId feed,
        Epoch epoch,
        Revision head,
        Revision received,
        Revision processed,
        @Nullable Instant oldestPendingAt) {
    /** How many changes the reader has not acknowledged. */
    public long pending() {
        return head.minus(processed);
    }
}
