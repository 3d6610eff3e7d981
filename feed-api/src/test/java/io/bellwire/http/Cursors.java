package io.bellwire.http;

/** Cursors that no page has given. */
final class Cursors {
    private static final int EPOCH_LENGTH = 10;

    private Cursors() {}

    /** The cursor before the first change of the feed that {@code cursor} is of. */
    static String beginningOf(String cursor) {
        return cursor.substring(0, EPOCH_LENGTH) + ".0.0000000";
    }

    /** A cursor of {@code revision}, which the feed that {@code cursor} is of does not have, or not with this chain. */
    static String madeUp(String cursor, long revision) {
        return cursor.substring(0, EPOCH_LENGTH) + "." + revision + ".0000001";
    }

    /** A cursor of {@code cursor}'s revision that a log has given which has another change there. */
    static String ofAnotherLog(String cursor) {
        char last = cursor.charAt(cursor.length() - 1);
        return cursor.substring(0, cursor.length() - 1) + (last == '0' ? '1' : '0');
    }
}
