package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Tells the rest of an unfinished write from damage, in the bytes after the last whole record of the newest segment.
 * The rest of a write that was interrupted by the end of the process or of the power was acknowledged to nobody, and is
 * cut off. A record that was damaged later is an error, and is never taken for the end of the log.
 *
 * <p>An unfinished write has written either only its beginning, or not all of its sectors; a sector that was not
 * written is all zeros, since no byte of a segment is written twice. If every sector holds something and yet the
 * checksum is wrong, the record was damaged. It was damaged as well if a whole record follows that says that this one
 * was durable.
 */
final class TornWriteCheck {
    private static final int SECTOR_BYTES = 512;

    private TornWriteCheck() {}

    /**
     * Does nothing if the file is clean, or if what comes after {@code end} is the rest of an unfinished write.
     *
     * @param name the name of the file, for the message
     * @throws DamagedLogException if what comes after {@code end} is damaged
     */
    static void requireCleanOrTorn(String name, SegmentReader reader, SegmentReader.End end) throws IOException {
        if (end.isClean()) {
            return;
        }
        for (long offset = end.offset() + 1; offset <= end.fileBytes() - RecordHeader.BYTES; offset++) {
            RecordHeader follower = isMagicAt(reader, offset) ? reader.recordAt(offset) : null;
            if (follower != null && follower.lastSynced() >= end.nextRecord()) {
                throw new DamagedLogException(
                        name,
                        end.offset(),
                        "record " + end.nextRecord() + " is not whole, and record " + follower.number() + " at byte "
                                + offset + " follows; all before the former can be read, and all from the latter on");
            }
        }
        if (!isTorn(reader, end)) {
            throw new DamagedLogException(
                    name,
                    end.offset(),
                    "record " + end.nextRecord()
                            + " is written to its end, but its checksum is not that of its bytes; all"
                            + " before it can be read");
        }
    }

    private static boolean isMagicAt(SegmentReader reader, long offset) throws IOException {
        ByteBuffer bytes = reader.bytesAt(offset, Integer.BYTES);
        return bytes.remaining() == Integer.BYTES && bytes.getInt(0) == RecordHeader.MAGIC;
    }

    private static boolean isTorn(SegmentReader reader, SegmentReader.End end) throws IOException {
        long to = end.fileBytes();
        if (to - end.offset() < RecordHeader.BYTES) {
            return true;
        }
        RecordHeader header = reader.headerAt(end.offset());
        if (header != null) {
            if (header.recordBytes() > to - end.offset()) {
                return true;
            }
            to = end.offset() + header.recordBytes();
        }
        for (long from = end.offset(); from < to; ) {
            long next = Math.min(to, (from / SECTOR_BYTES + 1) * SECTOR_BYTES);
            if (isZeros(reader.bytesAt(from, (int) (next - from)))) {
                return true;
            }
            from = next;
        }
        return false;
    }

    private static boolean isZeros(ByteBuffer bytes) {
        for (int i = 0; i < bytes.limit(); i++) {
            if (bytes.get(i) != 0) {
                return false;
            }
        }
        return true;
    }
}
