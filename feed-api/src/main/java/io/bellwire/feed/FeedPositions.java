package io.bellwire.feed;

import io.bellwire.log.FeedId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Tells where feeds stand. Thread-safe. */
public interface FeedPositions {
    /**
     * Where each of {@code feeds} stands: one standing per known feed, in no order; feeds that do not exist are left out.
     * Never blocks the caller, and makes a fixed number of queries however many feeds are asked for. Fails with
     * {@link java.io.UncheckedIOException} if the log cannot be read just now; asking again later may succeed.
     */
    CompletionStage<List<FeedPosition>> of(Set<FeedId> feeds);
}
