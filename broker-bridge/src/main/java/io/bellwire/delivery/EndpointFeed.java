package io.bellwire.delivery;

import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The feeds of partners, as deliveries read them. Thread-safe; no method blocks. */
public interface EndpointFeed {
    /**
     * Up to {@code limit} changes after {@code after}, as many as {@code bytesMax} holds but at least one; null if
     * they, or the feed, are not in memory. Without changes if {@code after} is the head, or past it.
     */
    @Nullable FeedSlice recent(FeedId feed, Revision after, int limit, long bytesMax);

    /**
     * The same from the store. Fails with {@link io.bellwire.log.OverloadedException} or {@link
     * java.io.UncheckedIOException} if the log cannot be read now; a later call may succeed.
     */
    CompletionStage<FeedSlice> load(FeedId feed, Revision after, int limit, long bytesMax);
}
