package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Writes the index file of a segment: sorted rows, found by halving. Used by one thread. */
final class IndexWriter {
    static final long MAGIC = 0x4257_4C4F_4749_4458L; // BWLOGIDX
    static final int VERSION = 1;
    private static final int FLUSH_BLOCKS = 256;

    private final LogFile file;
    private final ByteBuffer blocks = ByteBuffer.allocateDirect(FLUSH_BLOCKS * IndexBlocks.BLOCK_BYTES);
    private int firstBlock;
    private long at;

    private IndexWriter(LogFile file) {
        this.file = file;
    }

    /** The feed's newest range before the segment, and which segment that is in. */
    record Before(long segment, FeedRange range) {}

    /**
     * Writes {@code index} to {@code file} and syncs it.
     *
     * @param salt the segment's, so that an index of another file is not taken for this one's
     * @param before what is known of each feed in older segments; null if there is nothing
     */
    static void write(
            LogFile file,
            SegmentFacts facts,
            byte[] salt,
            OpenIndex index,
            IntFunction<@Nullable Before> before,
            FeedRange.Ranges ranges)
            throws IOException {
        new IndexWriter(file).write(facts, salt, index, before, ranges);
    }

    private void write(
            SegmentFacts facts,
            byte[] salt,
            OpenIndex index,
            IntFunction<@Nullable Before> before,
            FeedRange.Ranges ranges)
            throws IOException {
        int[] feeds = index.feedNumbers();
        List<OrderPlace> orders = index.orders(null, Integer.MAX_VALUE);
        long[] keys = index.keyHashes();
        long[] events = index.eventNumbers();
        BlockedFilter orderFilter = BlockedFilter.forKeys(orders.size());
        orders.forEach(order -> orderFilter.add(SealedIndex.hash(order.id())));
        BlockedFilter keyFilter = BlockedFilter.forKeys(keys.length);
        Arrays.stream(keys).forEach(keyFilter::add);
        IndexLayout layout = IndexLayout.of(new IndexLayout.Counts(
                feeds.length,
                index.entryCount(),
                orders.size(),
                keys.length,
                events.length,
                orderFilter.words().length,
                keyFilter.words().length));
        writeHeader(facts, salt, layout.counts());
        writeFeeds(index, feeds, layout, before, ranges);
        writeEntries(index, feeds);
        padTo(layout.orders());
        writeOrders(orders);
        for (long key : keys) {
            putLong(key);
            putPlace(index.response(key));
        }
        for (long event : events) {
            putLong(event);
            putPlace(index.event(event));
        }
        for (long word : orderFilter.words()) {
            putLong(word);
        }
        for (long word : keyFilter.words()) {
            putLong(word);
        }
        finish();
    }

    private void writeHeader(SegmentFacts facts, byte[] salt, IndexLayout.Counts counts) throws IOException {
        putLong(MAGIC);
        putInt(VERSION);
        putInt(counts.feeds());
        putInt(counts.entries());
        putInt(counts.orders());
        putInt(counts.keys());
        putInt(counts.events());
        putInt(counts.orderWords());
        putInt(counts.keyWords());
        ByteBuffer bound = ByteBuffer.wrap(salt);
        putLong(bound.getLong());
        putLong(bound.getLong());
        putLong(facts.number());
        putLong(facts.bytes());
        putLong(facts.firstRecord());
        putLong(facts.nextRecord());
        putLong(facts.lastAtMillis());
        putLong(facts.lastAgeMillis());
        putLong(facts.stateFrom());
        putLong(facts.lastSeq());
        padTo(IndexLayout.HEADER_BYTES);
    }

    private void writeFeeds(
            OpenIndex index,
            int[] feeds,
            IndexLayout layout,
            IntFunction<@Nullable Before> before,
            FeedRange.Ranges ranges)
            throws IOException {
        int row = 0;
        for (int no : feeds) {
            FeedRange found = index.feed(no);
            if (found == null) {
                throw new IllegalStateException("feed " + no + " has gone from the index");
            }
            Before older = before.apply(no);
            FeedRange range = older == null ? found.at(row) : found.after(row, older.range(), older.segment(), ranges);
            putInt(no);
            putInt(range.count());
            putInt(row);
            putInt(range.depth());
            putLong(range.first());
            putLong(range.previous());
            putLong(range.jump());
            putLong(range.jumpFirst());
            putLong(0);
            row += range.count();
        }
        padTo(layout.entries());
    }

    private void writeEntries(OpenIndex index, int[] feeds) throws IOException {
        for (int no : feeds) {
            FeedRange range = index.feed(no);
            if (range != null) {
                EntryRows rows = index.entries(range, range.first(), range.count());
                for (int i = 0; i < rows.count(); i++) {
                    putInt(rows.offsets()[i]);
                    putInt(rows.lengths()[i]);
                    putInt(rows.chains()[i]);
                }
            }
        }
    }

    private void writeOrders(List<OrderPlace> orders) throws IOException {
        for (OrderPlace order : orders) {
            UUID id = order.id();
            putLong(id.getMostSignificantBits());
            putLong(id.getLeastSignificantBits());
            putInt(order.owner());
            putInt(0);
            putPlace(order.place());
        }
        long[] byOwner = new long[orders.size()];
        for (int i = 0; i < byOwner.length; i++) {
            byOwner[i] = ((long) orders.get(i).owner() << Integer.SIZE) | i;
        }
        Arrays.sort(byOwner);
        for (long row : byOwner) {
            putLong(row);
        }
    }

    private void putPlace(@Nullable ItemPlace place) throws IOException {
        if (place == null) {
            throw new IllegalStateException("the index has lost what it has just listed");
        }
        putInt(place.offset());
        putInt(place.length());
    }

    private void putInt(int value) throws IOException {
        place(Integer.BYTES);
        blocks.putInt(value);
        at += Integer.BYTES;
    }

    private void putLong(long value) throws IOException {
        place(Long.BYTES);
        blocks.putLong(value);
        at += Long.BYTES;
    }

    private void padTo(long end) throws IOException {
        while (at < end) {
            putInt(0);
        }
    }

    /** Goes on to the next block if this one is full; numbers never lie across two since each is at a multiple of its size. */
    private void place(int bytes) throws IOException {
        if (at > 0 && at % IndexBlocks.USED_BYTES == 0) {
            endBlock();
        }
        if (blocks.remaining() < bytes) {
            throw new IllegalStateException("a block is longer than it may be");
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
        while (at % IndexBlocks.USED_BYTES != 0) {
            putInt(0);
        }
        endBlock();
        flush();
        file.sync();
    }
}
