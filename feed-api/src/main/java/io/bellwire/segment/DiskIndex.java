package io.bellwire.segment;

import io.bellwire.order.OrderId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The index of a sealed segment, in a file: sorted rows, found by halving. Only its filters are always in memory. */
final class DiskIndex implements SegmentIndex {
    private final IndexBlocks blocks;
    private final IndexFile file;
    private final IndexLayout layout;
    private final SegmentSummary summary;
    private final BlockedFilter orderFilter;
    private final BlockedFilter keyFilter;

    private DiskIndex(IndexBlocks blocks, IndexFile file, IndexLayout layout, SegmentSummary summary) {
        this.blocks = blocks;
        this.file = file;
        this.layout = layout;
        this.summary = summary;
        this.orderFilter = readFilter(file, layout.orderFilter, layout.counts.orderWords());
        this.keyFilter = readFilter(file, layout.keyFilter, layout.counts.keyWords());
    }

    /**
     * Opens the index in {@code file}.
     *
     * @param salt the segment's
     * @throws DamagedLogException if the file is damaged, of another version, or the index of another segment
     */
    static DiskIndex open(IndexBlocks blocks, IndexFile file, byte[] salt) {
        IndexBlocks.Reader in = new IndexBlocks.Reader(blocks, file);
        boolean isKnownForm = in.getLong(0) == IndexWriter.MAGIC && in.getInt(8) == IndexWriter.VERSION;
        ByteBuffer saltHalves = ByteBuffer.wrap(salt);
        if (!isKnownForm || in.getLong(40) != saltHalves.getLong() || in.getLong(48) != saltHalves.getLong()) {
            throw new DamagedLogException(file.name(), 0, "it is not the index of this segment");
        }
        IndexLayout layout = new IndexLayout(new IndexLayout.Counts(
                in.getInt(12),
                in.getInt(16),
                in.getInt(20),
                in.getInt(24),
                in.getInt(28),
                in.getInt(32),
                in.getInt(36)));
        SegmentSummary summary = new SegmentSummary(
                in.getLong(56),
                in.getLong(64),
                in.getLong(72),
                in.getLong(80),
                new SegmentSummary.WriteTime(in.getLong(88), in.getLong(96)),
                in.getLong(104),
                in.getLong(112));
        return new DiskIndex(blocks, file, layout, summary);
    }

    private static BlockedFilter readFilter(IndexFile file, long offset, int count) {
        // read once: these blocks must not take the memory of blocks that are used again
        IndexBlocks.Reader in = new IndexBlocks.Reader(new IndexBlocks(0), file);
        long[] words = new long[count];
        for (int i = 0; i < count; i++) {
            words[i] = in.getLong(offset + (long) i * Long.BYTES);
        }
        return BlockedFilter.of(words);
    }

    /** The number by which the order filter knows an order. */
    static long hash(UUID id) {
        return id.getMostSignificantBits() * 31 + id.getLeastSignificantBits();
    }

    SegmentSummary summary() {
        return summary;
    }

    IndexFile file() {
        return file;
    }

    private IndexBlocks.Reader reader() {
        return new IndexBlocks.Reader(blocks, file);
    }

    /** What a row is searched by. */
    private interface SearchKey {
        /** Compares this key with that of the row at {@code row}. */
        int compareTo(IndexBlocks.Reader in, long row);
    }

    /**
     * The index of the first of {@code count} rows whose key is not less than {@code key}; {@code count} if all are
     * less.
     */
    private static int search(IndexBlocks.Reader in, long firstRow, int rowBytes, int count, SearchKey key) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (key.compareTo(in, firstRow + (long) middle * rowBytes) > 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public @Nullable FeedRange feedRange(int feedNumber) {
        IndexBlocks.Reader in = reader();
        int count = layout.counts.feeds();
        int found = search(
                in,
                layout.feeds,
                IndexLayout.FEED_BYTES,
                count,
                (rows, row) -> Integer.compare(feedNumber, rows.getInt(row)));
        FeedRange range = found < count ? feedRangeAt(in, found) : null;
        return range != null && range.feedNumber() == feedNumber ? range : null;
    }

    /** The range at this index of the list of all feeds that have changes here; null if the list is shorter. */
    @Nullable FeedRange feedRangeAt(int index) {
        return index < layout.counts.feeds() ? feedRangeAt(reader(), index) : null;
    }

    private FeedRange feedRangeAt(IndexBlocks.Reader in, int index) {
        long row = layout.feeds + (long) index * IndexLayout.FEED_BYTES;
        FeedRange.Older older = new FeedRange.Older(
                in.getInt(row + 12), in.getLong(row + 24), in.getLong(row + 32), in.getLong(row + 40));
        return new FeedRange(in.getInt(row), in.getLong(row + 16), in.getInt(row + 4), in.getInt(row + 8), older);
    }

    @Override
    public EntryLocations entries(FeedRange range, long revision, int limit) {
        int skipped = (int) (revision - range.firstRevision());
        int count = Math.max(0, Math.min(limit, range.count() - skipped));
        EntryLocations entries = new EntryLocations(revision, new int[count], new int[count], new int[count]);
        IndexBlocks.Reader in = reader();
        for (int i = 0; i < count; i++) {
            long row = layout.entries + (long) (range.firstRow() + skipped + i) * IndexLayout.ENTRY_BYTES;
            entries.offsets()[i] = in.getInt(row);
            entries.lengths()[i] = in.getInt(row + 4);
            entries.chains()[i] = in.getInt(row + 8);
        }
        return entries;
    }

    private static UUID idAt(IndexBlocks.Reader in, long row) {
        return new UUID(in.getLong(row), in.getLong(row + 8));
    }

    private static ItemLocation locationAt(IndexBlocks.Reader in, long offset) {
        return new ItemLocation(in.getInt(offset), in.getInt(offset + 4));
    }

    private OrderLocation orderAt(IndexBlocks.Reader in, int index) {
        long row = layout.orders + (long) index * IndexLayout.ORDER_BYTES;
        return new OrderLocation(idAt(in, row), in.getInt(row + 16), locationAt(in, row + 24));
    }

    /** The index of the first order whose id is not less than {@code id}. */
    private int searchOrder(IndexBlocks.Reader in, UUID id) {
        return search(
                in,
                layout.orders,
                IndexLayout.ORDER_BYTES,
                layout.counts.orders(),
                (rows, row) -> OrderId.BY_BYTES.compare(id, idAt(rows, row)));
    }

    @Override
    public @Nullable OrderLocation order(UUID id) {
        if (!orderFilter.mayContain(hash(id))) {
            return null;
        }
        IndexBlocks.Reader in = reader();
        int found = searchOrder(in, id);
        OrderLocation order = found < layout.counts.orders() ? orderAt(in, found) : null;
        return order != null && order.id().equals(id) ? order : null;
    }

    /** How many orders have ids up to {@code last}; 0 if that is null. */
    private int countUpTo(IndexBlocks.Reader in, @Nullable UUID last) {
        if (last == null) {
            return 0;
        }
        int found = searchOrder(in, last);
        boolean isThere =
                found < layout.counts.orders() && orderAt(in, found).id().equals(last);
        return isThere ? found + 1 : found;
    }

    @Override
    public List<OrderLocation> orders(@Nullable UUID after, int limit) {
        IndexBlocks.Reader in = reader();
        List<OrderLocation> page = new ArrayList<>();
        for (int i = countUpTo(in, after); i < layout.counts.orders() && page.size() < limit; i++) {
            page.add(orderAt(in, i));
        }
        return page;
    }

    @Override
    public List<OrderLocation> ordersOf(int deviceFeedNumber, @Nullable UUID after, int limit) {
        IndexBlocks.Reader in = reader();
        int count = layout.counts.orders();
        long first = ((long) deviceFeedNumber << Integer.SIZE) | countUpTo(in, after);
        int found = search(
                in,
                layout.devices,
                IndexLayout.DEVICE_BYTES,
                count,
                (rows, row) -> Long.compare(first, rows.getLong(row)));
        List<OrderLocation> page = new ArrayList<>();
        for (int i = found; i < count && page.size() < limit; i++) {
            long deviceAndOrder = in.getLong(layout.devices + (long) i * IndexLayout.DEVICE_BYTES);
            if (deviceAndOrder >>> Integer.SIZE != deviceFeedNumber) {
                break;
            }
            page.add(orderAt(in, (int) deviceAndOrder));
        }
        return page;
    }

    @Override
    public @Nullable ItemLocation response(long keyHash) {
        return keyFilter.mayContain(keyHash)
                ? locationOf(keyHash, layout.keys, IndexLayout.KEY_BYTES, layout.counts.keys())
                : null;
    }

    /** The response at this index of the list of all that are here; null if the list is shorter. */
    @Nullable ItemLocation responseAt(int index) {
        return index < layout.counts.keys()
                ? locationAt(reader(), layout.keys + (long) index * IndexLayout.KEY_BYTES + Long.BYTES)
                : null;
    }

    int eventCount() {
        return layout.counts.events();
    }

    @Override
    public @Nullable ItemLocation event(long eventNumber) {
        return locationOf(eventNumber, layout.events, IndexLayout.EVENT_BYTES, layout.counts.events());
    }

    /** The location in the row that begins with {@code key}; null if there is none. */
    private @Nullable ItemLocation locationOf(long key, long firstRow, int rowBytes, int count) {
        IndexBlocks.Reader in = reader();
        int found = search(in, firstRow, rowBytes, count, (rows, row) -> Long.compare(key, rows.getLong(row)));
        long row = firstRow + (long) found * rowBytes;
        return found < count && in.getLong(row) == key ? locationAt(in, row + Long.BYTES) : null;
    }
}
