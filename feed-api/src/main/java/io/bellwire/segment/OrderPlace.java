package io.bellwire.segment;

import java.util.Comparator;
import java.util.UUID;

/**
 * The newest event of an order that a segment holds. Immutable.
 *
 * @param owner the number of its device's feed
 */
record OrderPlace(UUID id, int owner, ItemPlace place) {
    /** By id as a number of 128 bits, which is the order of creation. */
    static final Comparator<UUID> BY_ID = (a, b) -> {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    };
}
