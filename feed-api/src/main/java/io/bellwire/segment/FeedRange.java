package io.bellwire.segment;

import org.jspecify.annotations.Nullable;

/**
 * The changes of one feed that one segment holds, and in which older segments to look for older ones. Immutable.
 *
 * @param firstRevision the revision of the first change
 * @param count how many changes there are; their revisions have no gaps
 * @param firstRow which row of the segment's entries is the first change
 */
record FeedRange(int feedNumber, long firstRevision, int count, int firstRow, Older older) {
    /**
     * Where older changes of the feed are. Segments are numbered from 1; 0 stands for no segment.
     *
     * @param segmentCount how many older segments hold changes of the feed, as far back as was known
     * @param previous the newest of these segments
     * @param skip one of these segments, further back the more there are
     * @param skipFirstRevision the first revision of the feed in {@code skip}
     */
    record Older(int segmentCount, long previous, long skip, long skipFirstRevision) {
        static final Older NONE = new Older(0, 0, 0, 0);

        /** In which older segment to look next for {@code revision}, which is older than the range. */
        long segmentToSearch(long revision) {
            return revision < skipFirstRevision ? skip : previous;
        }
    }

    /** A range whose rows and older segments are not known. */
    FeedRange(int feedNumber, long firstRevision, int count) {
        this(feedNumber, firstRevision, count, 0, Older.NONE);
    }

    boolean contains(long revision) {
        return revision >= firstRevision && revision <= lastRevision();
    }

    long lastRevision() {
        return firstRevision + count - 1;
    }

    /** The same range with its entries from row {@code row} on, and no older segments. */
    FeedRange withFirstRow(int row) {
        return new FeedRange(feedNumber, firstRevision, count, row, Older.NONE);
    }

    /**
     * The same range with its entries from row {@code row} on, and with the way to older segments: to the previous one,
     * and to one that makes a search as quick as in a tree (the jump pointers of E. Myers, "An applicative
     * random-access stack", 1983).
     *
     * @param previous the feed's range in {@code previousSegment}, the newest older segment that has one
     * @param ranges finds the feed's ranges in older segments
     */
    FeedRange after(int row, FeedRange previous, long previousSegment, RangeLookup ranges) {
        Older before = previous.older;
        int segmentCount = before.segmentCount + 1;
        FeedRange skipped = before.skip == 0 ? null : ranges.feedRange(before.skip, feedNumber);
        if (skipped != null && skipped.older.skip != 0) {
            FeedRange skippedTwice = ranges.feedRange(skipped.older.skip, feedNumber);
            if (skippedTwice != null
                    && before.segmentCount - skipped.older.segmentCount
                            == skipped.older.segmentCount - skippedTwice.older.segmentCount) {
                Older far =
                        new Older(segmentCount, previousSegment, skipped.older.skip, skipped.older.skipFirstRevision);
                return new FeedRange(feedNumber, firstRevision, count, row, far);
            }
        }
        Older near = new Older(segmentCount, previousSegment, previousSegment, previous.firstRevision);
        return new FeedRange(feedNumber, firstRevision, count, row, near);
    }

    /** Finds ranges by segment. */
    interface RangeLookup {
        /** The feed's range in that segment; null if the segment is gone. */
        @Nullable FeedRange feedRange(long segment, int feedNumber);
    }
}
