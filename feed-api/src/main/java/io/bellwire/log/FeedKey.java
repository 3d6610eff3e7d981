package io.bellwire.log;

/**
 * One 64-bit key for a place in a feed: the feed's number above, the revision below. A single integer key is what lets
 * H2 cluster a feed's entries, so that a page costs the page and not the log.
 */
final class FeedKey {
    private static final int REVISION_BITS = 32;

    private FeedKey() {}

    static long of(int feedNo, long revision) {
        return ((long) feedNo << REVISION_BITS) | revision;
    }

    static int feedNo(long key) {
        return (int) (key >>> REVISION_BITS);
    }

    static long revision(long key) {
        return key & Cursor.REVISION_MAX;
    }
}
