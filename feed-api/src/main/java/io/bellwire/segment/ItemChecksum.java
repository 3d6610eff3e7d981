package io.bellwire.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum that an event and a response carry in their item, CRC32C of all that follows it: it lets them be read by
 * their location without the rest of the record.
 */
final class ItemChecksum {
    private static final int OFFSET = 1; // after the item's type
    /** Where the checked part of an item begins. */
    static final int END = OFFSET + Integer.BYTES;

    private ItemChecksum() {}

    /** Begins an item of this type at the end of {@code record}, with room for its checksum. */
    static RecordBuffer begin(RecordBuffer record, int type) {
        return record.put(type).putInt(0);
    }

    /** Ends the item that begins at {@code start} of {@code record} and ends where the record ends now. */
    static void end(RecordBuffer record, int start) {
        record.setInt(start + OFFSET, of(record.from(start)));
    }

    /** Whether {@code item} is of this type and has not changed since it was written. */
    static boolean isIntact(ByteBuffer item, int type) {
        return item.limit() >= END && item.get(0) == type && item.getInt(OFFSET) == of(item);
    }

    private static int of(ByteBuffer item) {
        CRC32C crc = new CRC32C();
        crc.update(item.slice(END, item.limit() - END));
        return (int) crc.getValue();
    }
}
