package io.bellwire.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One route: what happens to the events that match. Immutable.
 *
 * @param feeds the further feeds that the events are written to
 * @param rule how their changes are signalled; null if the route does not say
 */
record Route(
        String name,
        EventMatch match,
        List<FeedTemplate> feeds,
        @Nullable SignalRule rule) {
    Route {
        feeds = List.copyOf(feeds);
    }
}
