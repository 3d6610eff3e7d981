package io.bellwire.segment;

import java.nio.ByteBuffer;

/**
 * The beginning of a record, before its body; SEGMENTS.md has the layout. Immutable.
 *
 * @param bodyBytes the length of the body
 * @param number the record's number: one more than that of the record before, also across segments
 * @param lastSynced the number of the newest record that was known to be durable when this one was written
 * @param atMillis when it was written, milliseconds since 1970
 * @param ageMillis the age of the log by then: how long it had been running, over all starts
 * @param bodyChecksum checksum of the body and of the byte that ends the record
 */
record RecordHeader(int bodyBytes, long number, long lastSynced, long atMillis, long ageMillis, int bodyChecksum) {
    static final int BYTES = 48;
    /** No UTF-8 text has the bytes FF and FE of this. */
    static final int MAGIC = 0xFF42_57FE;
    /**
     * The last byte of a record. It is not 0, so the end of a record that was not written can be told from one that
     * was.
     */
    static final byte END = (byte) 0xE5;

    static final int END_BYTES = 1;

    private static final int CHECKED_BYTES = BYTES - Integer.BYTES;

    /** The length of the whole record. */
    long recordBytes() {
        return (long) BYTES + bodyBytes + END_BYTES;
    }

    /** Puts the header at the beginning of {@code record}, which is to be written at {@code offset} of its file. */
    void encode(ByteBuffer record, long offset, Checksums checksums) {
        record.putInt(0, MAGIC)
                .putInt(4, bodyBytes)
                .putLong(8, number)
                .putLong(16, lastSynced)
                .putLong(24, atMillis)
                .putLong(32, ageMillis)
                .putInt(40, bodyChecksum);
        record.putInt(CHECKED_BYTES, checksums.of(record.slice(0, CHECKED_BYTES), offset));
    }

    /** Whether {@code bytes} have a whole header at {@code position}, which is at {@code offset} of the file. */
    static boolean isAt(ByteBuffer bytes, int position, long offset, Checksums checksums) {
        return bytes.limit() - position >= BYTES
                && bytes.getInt(position) == MAGIC
                && bytes.getInt(position + 4) >= 0
                && bytes.getInt(position + CHECKED_BYTES) == checksums.of(bytes.slice(position, CHECKED_BYTES), offset);
    }

    /** The header at {@code position}, where {@link #isAt} has found one. */
    static RecordHeader decode(ByteBuffer bytes, int position) {
        return new RecordHeader(
                bytes.getInt(position + 4),
                bytes.getLong(position + 8),
                bytes.getLong(position + 16),
                bytes.getLong(position + 24),
                bytes.getLong(position + 32),
                bytes.getInt(position + 40));
    }

    /** Whether {@code bodyAndEnd} are the body and the last byte that this header announces. */
    boolean matchesBody(ByteBuffer bodyAndEnd, Checksums checksums) {
        return bodyAndEnd.remaining() == bodyBytes + END_BYTES
                && bodyAndEnd.get(bodyAndEnd.limit() - 1) == END
                && checksums.of(bodyAndEnd, number) == bodyChecksum;
    }
}
