package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Decides what the bytes after the last whole record of the newest segment are: the rest of a write that was under way when
 * the process or the power ended, which nobody was told of and which is cut off; or a record that was damaged later, which is
 * told and never taken for the end of the log.
 *
 * <p>A write that did not get through has left its beginning alone, or has left out whole sectors, which are zeros since no
 * byte of a segment is written twice. Where every sector has something, and yet the checksum is wrong, something was changed. So it was
 * where a whole record follows that says that this one was durable.
 */
final class TornTail {
    private static final int SECTOR_BYTES = 512;

    private TornTail() {}

    /**
     * Throws {@link DamagedLogException} if what comes after {@code end} is not the rest of an unfinished write.
     *
     * @param name the file's, for the message
     */
    static void require(String name, SegmentReader reader, SegmentReader.End end) throws IOException {
        if (end.isClean()) {
            return;
        }
        for (long place = end.place() + 1; place <= end.size() - RecordHeader.BYTES; place++) {
            RecordHeader follower = mayBeginAt(reader, place) ? reader.recordAt(place) : null;
            if (follower != null && follower.synced() >= end.next()) {
                throw new DamagedLogException(
                        name,
                        end.place(),
                        "record " + end.next() + " is not whole, and record " + follower.number() + " at byte " + place
                                + " follows; up to the former all can be read, from the latter on too");
            }
        }
        if (!isUnfinished(reader, end)) {
            throw new DamagedLogException(
                    name,
                    end.place(),
                    "record " + end.next()
                            + " is written to its end, but its checksum is not that of what is there; all"
                            + " before it can be read");
        }
    }

    private static boolean mayBeginAt(SegmentReader reader, long place) throws IOException {
        ByteBuffer bytes = reader.at(place, Integer.BYTES);
        return bytes.remaining() == Integer.BYTES && bytes.getInt(0) == RecordHeader.MAGIC;
    }

    private static boolean isUnfinished(SegmentReader reader, SegmentReader.End end) throws IOException {
        long to = end.size();
        if (to - end.place() < RecordHeader.BYTES) {
            return true;
        }
        RecordHeader header = reader.headerAt(end.place());
        if (header != null) {
            if (header.recordBytes() > to - end.place()) {
                return true;
            }
            to = end.place() + header.recordBytes();
        }
        for (long from = end.place(); from < to; ) {
            long next = Math.min(to, (from / SECTOR_BYTES + 1) * SECTOR_BYTES);
            if (isZeros(reader.at(from, (int) (next - from)))) {
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
