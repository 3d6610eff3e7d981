package io.bellwire.segment;

import java.nio.ByteBuffer;

/**
 * What stands before a record's body; {@code SEGMENTS.md} has the layout. Immutable.
 *
 * @param bodyBytes the length of the body
 * @param number the record's number: one more than that of the record before, also across segments
 * @param synced the number of the newest record that was known to be durable when this one was written
 * @param atMillis when it was written, milliseconds since 1970
 * @param ageMillis how long the log had been running by then, over all starts
 * @param bodyChecksum checksum of the body and of the byte that ends the record
 */
record RecordHeader(int bodyBytes, long number, long synced, long atMillis, long ageMillis, int bodyChecksum) {
    static final int BYTES = 48;
    /** Two of these bytes are in no UTF-8 text. */
    static final int MAGIC = 0xFF42_57FE;

    /** The last byte of a record. It is not 0, so that the end of a record that was not written can be told from one that was. */
    static final byte END = (byte) 0xE5;

    static final int END_BYTES = 1;
    private static final int CHECKED_BYTES = BYTES - Integer.BYTES;

    /** How long the whole record is. */
    long recordBytes() {
        return (long) BYTES + bodyBytes + END_BYTES;
    }

    /** Puts the header where {@code record} begins; the record is to be at {@code place} of its file. */
    void encode(ByteBuffer record, long place, Checksums checksums) {
        record.putInt(0, MAGIC)
                .putInt(4, bodyBytes)
                .putLong(8, number)
                .putLong(16, synced)
                .putLong(24, atMillis)
                .putLong(32, ageMillis)
                .putInt(40, bodyChecksum);
        record.putInt(CHECKED_BYTES, checksums.of(record.slice(0, CHECKED_BYTES), place));
    }

    /** Whether a whole header stands at {@code position} of {@code bytes}, which is {@code place} of the file. */
    static boolean isAt(ByteBuffer bytes, int position, long place, Checksums checksums) {
        return bytes.limit() - position >= BYTES
                && bytes.getInt(position) == MAGIC
                && bytes.getInt(position + 4) >= 0
                && bytes.getInt(position + CHECKED_BYTES) == checksums.of(bytes.slice(position, CHECKED_BYTES), place);
    }

    /** The header at {@code position}, which {@link #isAt is} there. */
    static RecordHeader decode(ByteBuffer bytes, int position) {
        return new RecordHeader(
                bytes.getInt(position + 4),
                bytes.getLong(position + 8),
                bytes.getLong(position + 16),
                bytes.getLong(position + 24),
                bytes.getLong(position + 32),
                bytes.getInt(position + 40));
    }

    /** Whether {@code bodyAndEnd} is what this header announces. */
    boolean isBody(ByteBuffer bodyAndEnd, Checksums checksums) {
        return bodyAndEnd.remaining() == bodyBytes + END_BYTES
                && bodyAndEnd.get(bodyAndEnd.limit() - 1) == END
                && checksums.of(bodyAndEnd, number) == bodyChecksum;
    }
}
