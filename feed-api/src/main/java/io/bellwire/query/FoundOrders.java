package io.bellwire.query;

import io.bellwire.log.Revision;
import io.bellwire.order.OrderId;
import java.util.List;
import java.util.Optional;

/**
 * A page of a search. Immutable.
 *
 * @param next the cursor of the next page; empty at the end of the search. A page may have fewer orders than were asked
 *     for, or none, and yet have a next page
 * @param folded the revision of the feed of all orders up to which the page takes changes into account
 */
public record FoundOrders(List<Found> orders, Optional<SearchCursor> next, Revision folded) {
    public FoundOrders {
        orders = List.copyOf(orders);
    }

    /**
     * One order that was found.
     *
     * @param cursor the cursor of the page that begins after it
     */
    public record Found(OrderId id, SearchCursor cursor) {}
}
