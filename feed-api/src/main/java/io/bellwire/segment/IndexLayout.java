package io.bellwire.segment;

/**
 * Where the parts of an index file begin, and how large their rows are. Offsets count the used bytes of
 * {@link IndexBlocks} only. A part ends where the next one begins. {@link IndexWriter} writes the parts,
 * {@link DiskIndex} reads them. Immutable.
 */
final class IndexLayout {
    static final int HEADER_BYTES = 128;
    static final int FEED_BYTES = 56;
    static final int ENTRY_BYTES = 12;
    static final int ORDER_BYTES = 32;
    static final int DEVICE_BYTES = 8;
    static final int KEY_BYTES = 16;
    static final int EVENT_BYTES = 16;

    final Counts counts;
    final long feeds;
    final long entries;
    final long orders;
    /** Rows of the number of a device's feed and an index into {@link #orders}, 32 bits each. */
    final long devices;

    final long keys;
    final long events;
    final long orderFilter;
    final long keyFilter;

    /** How many rows each part has; of the filters, how many words of 64 bits. */
    record Counts(int feeds, int entries, int orders, int keys, int events, int orderWords, int keyWords) {}

    IndexLayout(Counts counts) {
        this.counts = counts;
        feeds = HEADER_BYTES;
        entries = feeds + (long) FEED_BYTES * counts.feeds;
        orders = aligned(entries + (long) ENTRY_BYTES * counts.entries);
        devices = orders + (long) ORDER_BYTES * counts.orders;
        keys = devices + (long) DEVICE_BYTES * counts.orders;
        events = keys + (long) KEY_BYTES * counts.keys;
        orderFilter = events + (long) EVENT_BYTES * counts.events;
        keyFilter = orderFilter + (long) Long.BYTES * counts.orderWords;
    }

    private static long aligned(long offset) {
        return (offset + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
    }
}
