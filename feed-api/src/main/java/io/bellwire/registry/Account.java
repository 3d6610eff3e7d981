package io.bellwire.registry;

import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import java.time.Instant;

/** A registered device or partner, with its feed and its secret. Immutable, except for its feed. */
public record Account(Feed feed, Secret secret, Instant createdAt, boolean disabled) {
    /** The name of its feed, which is also the name of the account. */
    public FeedId id() {
        return feed.id();
    }
}
