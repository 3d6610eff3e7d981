package io.bellwire.segment;

import java.io.IOException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Writes the index file of a full segment, and has it used in place of the one in memory. */
final class IndexTask {
    static final String DRAFT_SUFFIX = ".idx.new";

    private final LogFolder folder;
    private final Segments segments;
    private final LogState state;
    private final IndexBlocks blocks;

    IndexTask(LogFolder folder, Segments segments, LogState state, IndexBlocks blocks) {
        this.folder = folder;
        this.segments = segments;
        this.state = state;
        this.blocks = blocks;
    }

    /** Segments must be taken in their order. */
    void run(Segment segment) throws IOException {
        SegmentFacts facts = segment.facts();
        if (!(segment.index() instanceof OpenIndex index) || facts == null) {
            return;
        }
        String name = Segment.indexName(segment.number());
        String draft = Segment.prefix(segment.number()) + DRAFT_SUFFIX;
        if (folder.list().contains(draft)) {
            folder.delete(draft);
        }
        try (LogFile file = folder.create(draft)) {
            IndexWriter.write(file, facts, segment.header().salt(), index, before(segment), segments);
        }
        folder.rename(draft, name);
        blocks.forget(segment.number());
        IndexFile file = new IndexFile(segment.number(), name, folder.open(name));
        segments.indexed(
                segment, SealedIndex.open(blocks, file, segment.header().salt()));
    }

    private IntFunction<IndexWriter.@Nullable Before> before(Segment segment) {
        return no -> {
            long number = state.facts(no).lastIndexed();
            if (number >= segment.number()) { // an index in the middle of the log is made again
                number = segments.newestBefore(segment.number(), no);
            }
            FeedRange range = number == 0 ? null : segments.find(number, no);
            return range == null ? null : new IndexWriter.Before(number, range);
        };
    }
}
