package io.bellwire.segment;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The index of a segment that is written no more, in a file; only its filters are in memory. */
final class SealedIndex implements SegmentIndex {
    private final IndexBlocks blocks;
    private final IndexFile file;
    private final IndexLayout layout;
    private final SegmentFacts facts;
    private final BlockedFilter orderFilter;
    private final BlockedFilter keyFilter;

    private SealedIndex(
            IndexBlocks blocks,
            IndexFile file,
            IndexLayout layout,
            SegmentFacts facts,
            BlockedFilter orderFilter,
            BlockedFilter keyFilter) {
        this.blocks = blocks;
        this.file = file;
        this.layout = layout;
        this.facts = facts;
        this.orderFilter = orderFilter;
        this.keyFilter = keyFilter;
    }

    /**
     * Opens the index in {@code file}; {@link DamagedLogException} if it is not one of this version, of this segment.
     *
     * @param salt the segment's
     */
    static SealedIndex open(IndexBlocks blocks, IndexFile file, byte[] salt) {
        IndexBlocks.Reader in = new IndexBlocks.Reader(blocks, file);
        boolean isOurs = in.getLong(0) == IndexWriter.MAGIC && in.getInt(8) == IndexWriter.VERSION;
        java.nio.ByteBuffer bound = java.nio.ByteBuffer.wrap(salt);
        if (!isOurs || in.getLong(40) != bound.getLong() || in.getLong(48) != bound.getLong()) {
            throw new DamagedLogException(file.name(), 0, "it is not the index of this segment");
        }
        IndexLayout layout = IndexLayout.of(new IndexLayout.Counts(
                in.getInt(12),
                in.getInt(16),
                in.getInt(20),
                in.getInt(24),
                in.getInt(28),
                in.getInt(32),
                in.getInt(36)));
        SegmentFacts facts = new SegmentFacts(
                in.getLong(56),
                in.getLong(64),
                in.getLong(72),
                in.getLong(80),
                in.getLong(88),
                in.getLong(96),
                in.getLong(104),
                in.getLong(112));
        return new SealedIndex(
                blocks,
                file,
                layout,
                facts,
                filter(file, layout.orderFilter(), layout.counts().orderWords()),
                filter(file, layout.keyFilter(), layout.counts().keyWords()));
    }

    private static BlockedFilter filter(IndexFile file, long from, int count) {
        IndexBlocks.Reader in = new IndexBlocks.Reader(new IndexBlocks(0), file); // not worth a place among the others
        long[] words = new long[count];
        for (int i = 0; i < count; i++) {
            words[i] = in.getLong(from + (long) i * Long.BYTES);
        }
        return BlockedFilter.of(words);
    }

    /** What the filters know an order by. */
    static long hash(UUID id) {
        return id.getMostSignificantBits() * 31 + id.getLeastSignificantBits();
    }

    SegmentFacts facts() {
        return facts;
    }

    IndexFile file() {
        return file;
    }

    private IndexBlocks.Reader in() {
        return new IndexBlocks.Reader(blocks, file);
    }

    /** A number that rows are sorted by. */
    private interface Key {
        int compareTo(IndexBlocks.Reader in, long row);
    }

    /** The first of {@code count} rows that is not before {@code key}; {@code count} if all are. */
    private static int search(IndexBlocks.Reader in, long from, int rowBytes, int count, Key key) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (key.compareTo(in, from + (long) middle * rowBytes) > 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public @Nullable FeedRange feed(int no) {
        IndexBlocks.Reader in = in();
        int count = layout.counts().feeds();
        int found = search(
                in, layout.feeds(), IndexLayout.FEED_BYTES, count, (rows, at) -> Integer.compare(no, rows.getInt(at)));
        FeedRange range = found < count ? feedAt(in, found) : null;
        return range != null && range.no() == no ? range : null;
    }

    /** The feed at this place of the list of all that have changes here; null if there are not so many. */
    @Nullable FeedRange feedAt(int index) {
        return index < layout.counts().feeds() ? feedAt(in(), index) : null;
    }

    private FeedRange feedAt(IndexBlocks.Reader in, int index) {
        long row = layout.feeds() + (long) index * IndexLayout.FEED_BYTES;
        return new FeedRange(
                in.getInt(row),
                in.getLong(row + 16),
                in.getInt(row + 4),
                in.getInt(row + 8),
                in.getInt(row + 12),
                in.getLong(row + 24),
                in.getLong(row + 32),
                in.getLong(row + 40));
    }

    @Override
    public EntryRows entries(FeedRange range, long revision, int limit) {
        int skipped = (int) (revision - range.first());
        int count = Math.max(0, Math.min(limit, range.count() - skipped));
        EntryRows rows = new EntryRows(revision, new int[count], new int[count], new int[count]);
        IndexBlocks.Reader in = in();
        for (int i = 0; i < count; i++) {
            long row = layout.entries() + (long) (range.row() + skipped + i) * IndexLayout.ENTRY_BYTES;
            rows.offsets()[i] = in.getInt(row);
            rows.lengths()[i] = in.getInt(row + 4);
            rows.chains()[i] = in.getInt(row + 8);
        }
        return rows;
    }

    private static UUID id(IndexBlocks.Reader in, long row) {
        return new UUID(in.getLong(row), in.getLong(row + 8));
    }

    private OrderPlace orderAt(IndexBlocks.Reader in, int index) {
        long row = layout.orders() + (long) index * IndexLayout.ORDER_BYTES;
        return new OrderPlace(
                id(in, row), in.getInt(row + 16), new ItemPlace(in.getInt(row + 24), in.getInt(row + 28)));
    }

    /** The first order that is not before {@code id}. */
    private int searchOrder(IndexBlocks.Reader in, UUID id) {
        return search(
                in,
                layout.orders(),
                IndexLayout.ORDER_BYTES,
                layout.counts().orders(),
                (rows, at) -> OrderPlace.BY_ID.compare(id, id(rows, at)));
    }

    @Override
    public @Nullable OrderPlace order(UUID id) {
        if (!orderFilter.mayContain(hash(id))) {
            return null;
        }
        IndexBlocks.Reader in = in();
        int found = searchOrder(in, id);
        OrderPlace order = found < layout.counts().orders() ? orderAt(in, found) : null;
        return order != null && order.id().equals(id) ? order : null;
    }

    /** How many orders are before {@code after} or are it. */
    private int countUpTo(IndexBlocks.Reader in, @Nullable UUID after) {
        if (after == null) {
            return 0;
        }
        int found = searchOrder(in, after);
        boolean isThere =
                found < layout.counts().orders() && orderAt(in, found).id().equals(after);
        return isThere ? found + 1 : found;
    }

    @Override
    public List<OrderPlace> orders(@Nullable UUID after, int limit) {
        IndexBlocks.Reader in = in();
        List<OrderPlace> page = new ArrayList<>();
        for (int i = countUpTo(in, after); i < layout.counts().orders() && page.size() < limit; i++) {
            page.add(orderAt(in, i));
        }
        return page;
    }

    @Override
    public List<OrderPlace> ordersOf(int owner, @Nullable UUID after, int limit) {
        IndexBlocks.Reader in = in();
        int count = layout.counts().orders();
        long first = ((long) owner << Integer.SIZE) | countUpTo(in, after);
        List<OrderPlace> page = new ArrayList<>();
        for (int i = search(
                        in,
                        layout.owners(),
                        IndexLayout.OWNER_BYTES,
                        count,
                        (rows, at) -> Long.compare(first, rows.getLong(at)));
                i < count && page.size() < limit;
                i++) {
            long row = in.getLong(layout.owners() + (long) i * IndexLayout.OWNER_BYTES);
            if (row >>> Integer.SIZE != owner) {
                break;
            }
            page.add(orderAt(in, (int) row));
        }
        return page;
    }

    @Override
    public @Nullable ItemPlace response(long keyHash) {
        return keyFilter.mayContain(keyHash)
                ? place(layout.keys(), IndexLayout.KEY_BYTES, layout.counts().keys(), keyHash)
                : null;
    }

    /** The response at this place of the list of all that are here; null if there are not so many. */
    @Nullable ItemPlace responseAt(int index) {
        if (index >= layout.counts().keys()) {
            return null;
        }
        long row = layout.keys() + (long) index * IndexLayout.KEY_BYTES;
        IndexBlocks.Reader in = in();
        return new ItemPlace(in.getInt(row + 8), in.getInt(row + 12));
    }

    int eventCount() {
        return layout.counts().events();
    }

    @Override
    public @Nullable ItemPlace event(long seq) {
        return place(layout.events(), IndexLayout.EVENT_BYTES, layout.counts().events(), seq);
    }

    private @Nullable ItemPlace place(long from, int rowBytes, int count, long key) {
        IndexBlocks.Reader in = in();
        int found = search(in, from, rowBytes, count, (rows, at) -> Long.compare(key, rows.getLong(at)));
        long row = from + (long) found * rowBytes;
        return found < count && in.getLong(row) == key ? new ItemPlace(in.getInt(row + 8), in.getInt(row + 12)) : null;
    }
}
