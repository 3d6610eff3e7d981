package io.bellwire.query;

import io.bellwire.log.LogStore;
import java.util.Comparator;
import java.util.UUID;

/**
 * Orders in which a search finds orders. Both stay as they are for who pages through them while orders change: an id
 * never changes, and an order that changes again moves to where the pages have not come yet.
 */
public enum SearchOrder {
    /** Newest first: the ids of orders ascend with the time of creation. */
    BY_CREATION('c', new UUID(-1, -1), 0),
    /** The one that has not changed for longest first. */
    BY_CHANGE('u', new UUID(0, 0), 0);

    private final char letter;
    private final UUID firstId;
    private final long firstMillis;

    SearchOrder(char letter, UUID firstId, long firstMillis) {
        this.letter = letter;
        this.firstId = firstId;
        this.firstMillis = firstMillis;
    }

    char letter() {
        return letter;
    }

    /** The place before all orders. */
    SearchCursor beginning() {
        return new SearchCursor(this, firstMillis, firstId);
    }

    Comparator<SearchCursor> comparator() {
        // as H2 compares UUIDs
        Comparator<SearchCursor> ascending =
                Comparator.comparingLong(SearchCursor::millis).thenComparing(SearchCursor::id, LogStore.BY_BYTES);
        return this == BY_CREATION ? ascending.reversed() : ascending;
    }
}
