package io.bellwire.feed;

import io.bellwire.log.FeedId;
import java.util.List;

/**
 * Decides which further feeds get an event, besides those that always get it. It is asked once for each event, before
 * the event is written, on threads that answer requests: an implementation MUST return at once. If it throws, the
 * failure is counted and the event gets no further feeds. Feeds of devices, partners and groups that do not exist are
 * left out.
 */
public interface FeedRouter {
    /** How many further feeds one event may have. */
    int FEEDS_MAX = 16;

    /** No further feeds; it is not asked. */
    FeedRouter NONE = facts -> List.of();

    /** The further feeds; at most {@value #FEEDS_MAX} of them are used. */
    List<FeedId> feeds(EventFacts facts);
}
