package io.bellwire.http;

/** Makes cursors that no page has carried. */
final class Cursors {
    private static final int EPOCH_LENGTH = 10;

    private Cursors() {}

    /** The cursor before the first change of the feed of {@code cursor}. */
    static String beginningOf(String cursor) {
        return cursor.substring(0, EPOCH_LENGTH) + ".0.0000000";
    }

    /**
     * A cursor of {@code revision} in the feed of {@code cursor}, with a checksum that the feed does not have there.
     */
    static String madeUp(String cursor, long revision) {
        return cursor.substring(0, EPOCH_LENGTH) + "." + revision + ".0000001";
    }

    /** A cursor of the same revision, as a log with another change at this revision would give. */
    static String ofAnotherLog(String cursor) {
        char last = cursor.charAt(cursor.length() - 1);
        return cursor.substring(0, cursor.length() - 1) + (last == '0' ? '1' : '0');
    }
}
