package io.bellwire.feed;

import io.bellwire.log.FeedId;
import java.util.List;

/**
 * Says in which feeds an event is told besides those that it always goes to. Asked once per event, before it is written, on
 * threads that answer requests: an implementation must return at once and never block. What it throws is counted and taken
 * for no further feeds. A device, partner or group that is not there is passed over.
 */
public interface FeedRouter {
    /** Chooses no feeds, and is not asked. */
    FeedRouter NONE = facts -> List.of();

    /** The further feeds; at most {@value #FEEDS_MAX} of them are used. */
    List<FeedId> feeds(EventFacts facts);

    /** How many further feeds one event may have. */
    int FEEDS_MAX = 16;
}
