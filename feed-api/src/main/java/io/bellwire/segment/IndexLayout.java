package io.bellwire.segment;

/**
 * Where what is in an index file: in blocks that carry a checksum each, the numbers below counted without those. Immutable.
 *
 * @param feeds where the feeds' rows begin, and so on; each part ends where the next one begins
 */
record IndexLayout(
        Counts counts,
        long feeds,
        long entries,
        long orders,
        long owners,
        long keys,
        long events,
        long orderFilter,
        long keyFilter,
        long end) {
    static final int HEADER_BYTES = 128;
    static final int FEED_BYTES = 56;
    static final int ENTRY_BYTES = 12;
    static final int ORDER_BYTES = 32;
    static final int OWNER_BYTES = 8;
    static final int KEY_BYTES = 16;
    static final int EVENT_BYTES = 16;

    /** How many there are of each. Words are of 64 bits. */
    record Counts(int feeds, int entries, int orders, int keys, int events, int orderWords, int keyWords) {}

    static IndexLayout of(Counts counts) {
        long feeds = HEADER_BYTES;
        long entries = feeds + (long) FEED_BYTES * counts.feeds;
        long orders = aligned(entries + (long) ENTRY_BYTES * counts.entries);
        long owners = orders + (long) ORDER_BYTES * counts.orders;
        long keys = owners + (long) OWNER_BYTES * counts.orders;
        long events = keys + (long) KEY_BYTES * counts.keys;
        long orderFilter = events + (long) EVENT_BYTES * counts.events;
        long keyFilter = orderFilter + (long) Long.BYTES * counts.orderWords;
        long end = keyFilter + (long) Long.BYTES * counts.keyWords;
        return new IndexLayout(counts, feeds, entries, orders, owners, keys, events, orderFilter, keyFilter, end);
    }

    private static long aligned(long at) {
        return (at + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }
}
