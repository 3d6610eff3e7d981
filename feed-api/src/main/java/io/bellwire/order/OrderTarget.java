package io.bellwire.order;

import io.bellwire.log.Feed;
import java.util.List;

/**
 * An order that is to be changed. Immutable.
 *
 * @param feeds where its changes are told, its device's feed first
 */
public record OrderTarget(OrderId id, List<Feed> feeds) {
    public OrderTarget {
        feeds = List.copyOf(feeds);
    }
}
