package io.bellwire.query;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A page of a search. Immutable.
 *
 * @param next where the search goes on; empty at its end. There may be a next page after one that holds fewer orders than
 *     were asked for, or none
 * @param folded up to which revision of the feed of all orders the page knows their changes
 */
public record FoundOrders(List<Found> orders, Optional<SearchCursor> next, long folded) {
    public FoundOrders {
        orders = List.copyOf(orders);
    }

    /**
     * One order.
     *
     * @param cursor the place after it
     */
    public record Found(UUID id, SearchCursor cursor) {}
}
