package io.bellwire.delivery;

import io.bellwire.log.FeedId;
import io.bellwire.webhook.EndpointId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The feeds of all partners that have, or had, endpoints. Thread-safe. */
final class PartnerFeeds {
    private final Map<FeedId, PartnerFeed> feeds = new ConcurrentHashMap<>();

    /** The feed, if endpoints of it were seen. */
    @Nullable PartnerFeed get(FeedId id) {
        return feeds.get(id);
    }

    PartnerFeed getOrAdd(FeedId id) {
        return feeds.computeIfAbsent(id, PartnerFeed::new);
    }

    /** The endpoint; null if there is none. */
    @Nullable TrackedEndpoint find(EndpointId id) {
        PartnerFeed feed = feeds.get(id.feed());
        return feed == null ? null : feed.find(id);
    }

    /** The age, at this time, of the oldest change that an endpoint has not received; 0 if there is none. */
    double oldestSeconds(long nowMillis) {
        long oldest = Long.MAX_VALUE;
        for (PartnerFeed feed : feeds.values()) {
            for (TrackedEndpoint endpoint : feed.endpoints()) {
                oldest = endpoint.oldestMillis == 0 ? oldest : Math.min(oldest, endpoint.oldestMillis);
            }
        }
        return oldest == Long.MAX_VALUE ? 0 : Math.max(0, nowMillis - oldest) / 1e3;
    }
}
