package io.bellwire.feed;

import io.bellwire.log.FeedId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Looks up the positions of feeds. Thread-safe. */
public interface FeedPositions {
    /**
     * The position of each of {@code feeds}, in any order; feeds that do not exist are left out. Never blocks the
     * caller, and makes a fixed number of queries however many feeds are asked for. Fails with
     * {@link java.io.UncheckedIOException} if the log cannot be read now; a later call may succeed.
     *
     * <p>Example: {@code positions.of(Set.of(new FeedId("devices/grill")))} completes with one position, or with none
     * if no device of that name was ever registered.
     */
    CompletionStage<List<FeedPosition>> of(Set<FeedId> feeds);
}
