package io.bellwire.query;

import io.bellwire.order.OrderId;
import java.util.Comparator;
import java.util.UUID;

/**
 * The orders in which a search finds orders. In both, a reader of pages misses no order that changes meanwhile: an id
 * never changes, and an order that changes again moves to a later page.
 */
public enum SearchOrder {
    /** Newest first: the ids of orders ascend with the time of creation. */
    BY_CREATION('c', new UUID(-1, -1), 0),
    /** The one that has not changed for longest first. */
    BY_CHANGE('u', new UUID(0, 0), 0);

    private final char letter;
    private final UUID beforeFirstId;
    private final long beforeFirstMillis;

    SearchOrder(char letter, UUID beforeFirstId, long beforeFirstMillis) {
        this.letter = letter;
        this.beforeFirstId = beforeFirstId;
        this.beforeFirstMillis = beforeFirstMillis;
    }

    char letter() {
        return letter;
    }

    /** The cursor before all orders. */
    SearchCursor beginning() {
        return new SearchCursor(this, beforeFirstMillis, beforeFirstId);
    }

    Comparator<SearchCursor> comparator() {
        // as H2 compares UUIDs
        Comparator<SearchCursor> ascending =
                Comparator.comparingLong(SearchCursor::millis).thenComparing(SearchCursor::id, OrderId.BY_BYTES);
        return this == BY_CREATION ? ascending.reversed() : ascending;
    }
}
