package io.bellwire.registry;

import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import java.time.Instant;

/** A registered device or partner: whoever has a feed and a secret. Immutable but for its feed. */
public record Account(Feed feed, Secret secret, Instant createdAt, boolean disabled) {
    /** The name of its feed, which names the party too. */
    public FeedId id() {
        return feed.id();
    }
}
