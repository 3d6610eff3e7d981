package io.bellwire.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the events that match. Immutable.
 *
 * @param feeds where they land too
 * @param ring how they ring; null if another route says that
 */
record Route(
        String name,
        EventMatch match,
        List<FeedTemplate> feeds,
        @Nullable SignalRule ring) {
    Route {
        feeds = List.copyOf(feeds);
    }
}
