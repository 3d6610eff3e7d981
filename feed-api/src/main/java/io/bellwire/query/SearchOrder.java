package io.bellwire.query;

import java.util.Comparator;
import java.util.UUID;

/**
 * Orders in which a search finds orders. Both stay as they are for who pages through them while orders change: a time of
 * creation never changes, and an order that changes again moves to where the pages have not come yet.
 */
public enum SearchOrder {
    /** Newest first. */
    BY_CREATION('c', new UUID(-1, -1), Long.MAX_VALUE),
    /** The one that has not changed for longest first. */
    BY_CHANGE('u', new UUID(0, 0), Long.MIN_VALUE);

    /** As H2 compares UUIDs. */
    private static final Comparator<UUID> UNSIGNED = (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    };

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
        Comparator<SearchCursor> ascending =
                Comparator.comparingLong(SearchCursor::millis).thenComparing(SearchCursor::id, UNSIGNED);
        return this == BY_CREATION ? ascending.reversed() : ascending;
    }
}
