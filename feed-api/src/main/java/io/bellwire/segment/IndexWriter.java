package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Writes the index of one segment to a file: parts of sorted rows, see {@link IndexLayout}. Used by one thread, once.
 */
final class IndexWriter {
    static final long MAGIC = 0x4257_4C4F_4749_4458L; // BWLOGIDX
    static final int VERSION = 1;

    private static final int FLUSH_BLOCKS = 256;

    private final LogFile file;
    private final MemoryIndex index;
    private final OlderRanges older;
    private final ByteBuffer blocks = ByteBuffer.allocateDirect(FLUSH_BLOCKS * IndexBlocks.BLOCK_BYTES);
    private int firstBlock;
    private long offset;

    /** A feed's newest range before the segment, and in which segment that is. */
    record OlderRange(long segment, FeedRange range) {}

    /** What is known of feeds in older segments. */
    interface OlderRanges extends FeedRange.RangeLookup {
        /** The feed's newest range before the segment; null if there is none. */
        @Nullable OlderRange newest(int feedNumber);
    }

    IndexWriter(LogFile file, MemoryIndex index, OlderRanges older) {
        this.file = file;
        this.index = index;
        this.older = older;
    }

    /**
     * Writes the index and syncs the file.
     *
     * @param salt the segment's, so that the index of another segment is not taken for this one's
     */
    void write(SegmentSummary summary, byte[] salt) throws IOException {
        int[] feeds = index.feedNumbers();
        List<OrderLocation> orders = index.orders(null, Integer.MAX_VALUE);
        long[] keys = index.keyHashes();
        long[] events = index.eventNumbers();
        BlockedFilter orderFilter = BlockedFilter.forKeys(orders.size());
        orders.forEach(order -> orderFilter.add(DiskIndex.hash(order.id())));
        BlockedFilter keyFilter = BlockedFilter.forKeys(keys.length);
        Arrays.stream(keys).forEach(keyFilter::add);
        IndexLayout layout = new IndexLayout(new IndexLayout.Counts(
                feeds.length,
                index.entryCount(),
                orders.size(),
                keys.length,
                events.length,
                orderFilter.words().length,
                keyFilter.words().length));
        writeHeader(summary, salt, layout.counts);
        writeFeeds(feeds);
        padTo(layout.entries);
        writeEntries(feeds);
        padTo(layout.orders);
        writeOrders(orders);
        for (long key : keys) {
            putLong(key);
            putLocation(index.response(key));
        }
        for (long event : events) {
            putLong(event);
            putLocation(index.event(event));
        }
        for (long word : orderFilter.words()) {
            putLong(word);
        }
        for (long word : keyFilter.words()) {
            putLong(word);
        }
        finish();
    }

    private void writeHeader(SegmentSummary summary, byte[] salt, IndexLayout.Counts counts) throws IOException {
        putLong(MAGIC);
        putInt(VERSION);
        putInt(counts.feeds());
        putInt(counts.entries());
        putInt(counts.orders());
        putInt(counts.keys());
        putInt(counts.events());
        putInt(counts.orderWords());
        putInt(counts.keyWords());
        ByteBuffer saltHalves = ByteBuffer.wrap(salt);
        putLong(saltHalves.getLong());
        putLong(saltHalves.getLong());
        putLong(summary.number());
        putLong(summary.bytes());
        putLong(summary.firstRecord());
        putLong(summary.nextRecord());
        putLong(summary.lastWritten().atMillis());
        putLong(summary.lastWritten().ageMillis());
        putLong(summary.stateFromSegment());
        putLong(summary.lastEventNumber());
        padTo(IndexLayout.HEADER_BYTES);
    }

    private void writeFeeds(int[] feeds) throws IOException {
        int row = 0;
        for (int feedNumber : feeds) {
            FeedRange found = rangeOf(feedNumber);
            OlderRange before = older.newest(feedNumber);
            FeedRange range = before == null
                    ? found.withFirstRow(row)
                    : found.after(row, before.range(), before.segment(), older);
            putInt(feedNumber);
            putInt(range.count());
            putInt(row);
            putInt(range.older().segmentCount());
            putLong(range.firstRevision());
            putLong(range.older().previous());
            putLong(range.older().skip());
            putLong(range.older().skipFirstRevision());
            putLong(0);
            row += range.count();
        }
    }

    private FeedRange rangeOf(int feedNumber) {
        FeedRange range = index.feedRange(feedNumber);
        if (range == null) {
            throw new IllegalStateException("feed " + feedNumber + " has gone from the index");
        }
        return range;
    }

    private void writeEntries(int[] feeds) throws IOException {
        for (int feedNumber : feeds) {
            FeedRange range = rangeOf(feedNumber);
            EntryLocations entries = index.entries(range, range.firstRevision(), range.count());
            for (int i = 0; i < entries.count(); i++) {
                putInt(entries.offsets()[i]);
                putInt(entries.lengths()[i]);
                putInt(entries.chains()[i]);
            }
        }
    }

    private void writeOrders(List<OrderLocation> orders) throws IOException {
        for (OrderLocation order : orders) {
            UUID id = order.id();
            putLong(id.getMostSignificantBits());
            putLong(id.getLeastSignificantBits());
            putInt(order.deviceFeedNumber());
            putInt(0);
            putLocation(order.location());
        }
        long[] byDevice = new long[orders.size()];
        for (int i = 0; i < byDevice.length; i++) {
            byDevice[i] = ((long) orders.get(i).deviceFeedNumber() << Integer.SIZE) | i;
        }
        Arrays.sort(byDevice);
        for (long row : byDevice) {
            putLong(row);
        }
    }

    private void putLocation(@Nullable ItemLocation location) throws IOException {
        if (location == null) {
            throw new IllegalStateException("the index has lost an item that it has just listed");
        }
        putInt(location.offset());
        putInt(location.length());
    }

    private void putInt(int value) throws IOException {
        reserve(Integer.BYTES);
        blocks.putInt(value);
        offset += Integer.BYTES;
    }

    private void putLong(long value) throws IOException {
        reserve(Long.BYTES);
        blocks.putLong(value);
        offset += Long.BYTES;
    }

    private void padTo(long end) throws IOException {
        while (offset < end) {
            putInt(0);
        }
    }

    /**
     * Begins the next block if this one is full. No number lies in two blocks, since each is at a multiple of its size.
     */
    private void reserve(int bytes) throws IOException {
        if (offset > 0 && offset % IndexBlocks.USED_BYTES == 0) {
            endBlock();
        }
        if (blocks.remaining() < bytes) {
            throw new IllegalStateException(
                    "a block has " + blocks.remaining() + " bytes left, and must have " + bytes + " at least");
        }
    }

    private void endBlock() throws IOException {
        int block = (blocks.position() - 1) / IndexBlocks.BLOCK_BYTES;
        if (blocks.position() % IndexBlocks.BLOCK_BYTES != IndexBlocks.USED_BYTES) {
            return; // ended already
        }
        ByteBuffer whole = blocks.slice(block * IndexBlocks.BLOCK_BYTES, IndexBlocks.BLOCK_BYTES);
        blocks.putInt(IndexBlocks.checksum(whole, firstBlock + block)).putInt(0);
        if (!blocks.hasRemaining()) {
            flush();
        }
    }

    private void flush() throws IOException {
        int count = blocks.position() / IndexBlocks.BLOCK_BYTES;
        file.write(blocks.flip(), (long) firstBlock * IndexBlocks.BLOCK_BYTES);
        blocks.clear();
        firstBlock += count;
    }

    private void finish() throws IOException {
        while (offset % IndexBlocks.USED_BYTES != 0) {
            putInt(0);
        }
        endBlock();
        flush();
        file.sync();
    }
}
