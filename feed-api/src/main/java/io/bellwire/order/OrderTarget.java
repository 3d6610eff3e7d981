package io.bellwire.order;

import io.bellwire.log.Feed;
import java.util.List;

/**
 * An order that is to be changed. Immutable.
 *
 * @param feeds where its changes are told, its device's feed first
 * @param bytes how large it is, which each of its changes is too
 */
public record OrderTarget(OrderId id, List<Feed> feeds, int bytes) {
    public OrderTarget {
        feeds = List.copyOf(feeds);
    }
}
