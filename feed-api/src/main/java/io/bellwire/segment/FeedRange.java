package io.bellwire.segment;

import org.jspecify.annotations.Nullable;

/**
 * The changes of one feed that one segment holds, and where to look for older ones. Immutable.
 *
 * @param no the feed's number
 * @param first the first revision
 * @param count how many changes there are; their revisions have no gaps
 * @param row which row of the segment's entries is the first
 * @param depth how many older segments hold changes of the feed, as far back as was known
 * @param previous the newest of these; 0 if there is none
 * @param jump one of these, further back the more there are; 0 if there is none
 * @param jumpFirst the first revision there
 */
record FeedRange(int no, long first, int count, int row, int depth, long previous, long jump, long jumpFirst) {
    /** Of a segment that older ones are not known to. */
    FeedRange(int no, long first, int count) {
        this(no, first, count, 0, 0, 0, 0, 0);
    }

    boolean contains(long revision) {
        return revision >= first && revision < first + count;
    }

    /**
     * The same with the way to older segments: to the one before, and to one that makes a search as quick as in a tree (the
     * jump pointers of E. Myers, "An applicative random-access stack", 1983).
     *
     * @param rowOf where the entries begin
     * @param before the feed's range in the segment before
     * @param ranges finds its ranges in older ones
     */
    FeedRange after(int rowOf, FeedRange before, long segmentBefore, Ranges ranges) {
        FeedRange jumped = before.jump == 0 ? null : ranges.find(before.jump, no);
        if (jumped != null && jumped.jump != 0) {
            FeedRange twice = ranges.find(jumped.jump, no);
            if (twice != null && before.depth - jumped.depth == jumped.depth - twice.depth) {
                return new FeedRange(
                        no, first, count, rowOf, before.depth + 1, segmentBefore, jumped.jump, jumped.jumpFirst);
            }
        }
        return new FeedRange(no, first, count, rowOf, before.depth + 1, segmentBefore, segmentBefore, before.first);
    }

    FeedRange at(int rowOf) {
        return new FeedRange(no, first, count, rowOf, 0, 0, 0, 0);
    }

    /** Ranges by segment. */
    interface Ranges {
        /** The feed's range in that segment; null if the segment is gone. */
        @Nullable FeedRange find(long segment, int no);
    }
}
