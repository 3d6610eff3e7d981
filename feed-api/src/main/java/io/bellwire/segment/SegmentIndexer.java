package io.bellwire.segment;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes the index file of a sealed segment, and puts it in place of the segment's index in memory. */
final class SegmentIndexer {
    static final String DRAFT_SUFFIX = ".idx.new";

    private final LogFolder folder;
    private final Segments segments;
    private final LogState state;
    private final IndexBlocks blocks;

    SegmentIndexer(LogFolder folder, Segments segments, LogState state, IndexBlocks blocks) {
        this.folder = folder;
        this.segments = segments;
        this.state = state;
        this.blocks = blocks;
    }

    /**
     * Writes the index of {@code segment}; nothing if it has one or is not sealed. Segments must be indexed in their
     * order.
     */
    void run(Segment segment) throws IOException {
        SegmentSummary summary = segment.summary();
        if (!(segment.index() instanceof MemoryIndex index) || summary == null) {
            return;
        }
        String name = Segment.indexName(segment.number());
        String draft = Segment.prefix(segment.number()) + DRAFT_SUFFIX;
        if (folder.list().contains(draft)) {
            folder.delete(draft);
        }
        try (LogFile file = folder.create(draft)) {
            new IndexWriter(file, index, olderRanges(segment))
                    .write(summary, segment.header().salt());
        }
        folder.rename(draft, name);
        blocks.evict(segment.number());
        IndexFile file = new IndexFile(segment.number(), name, folder.open(name));
        segments.replaceIndex(
                segment, DiskIndex.open(blocks, file, segment.header().salt()));
    }

    private IndexWriter.OlderRanges olderRanges(Segment segment) {
        return new IndexWriter.OlderRanges() {
            @Override
            public IndexWriter.@Nullable OlderRange newest(int feedNumber) {
                long older = state.snapshot(feedNumber).lastIndexedSegment();
                if (older >= segment.number()) { // an index in the middle of the log is made again
                    older = segments.newestBefore(segment.number(), feedNumber);
                }
                FeedRange range = older == 0 ? null : segments.feedRange(older, feedNumber);
                return range == null ? null : new IndexWriter.OlderRange(older, range);
            }

            @Override
            public @Nullable FeedRange feedRange(long older, int feedNumber) {
                return segments.feedRange(older, feedNumber);
            }
        };
    }
}
