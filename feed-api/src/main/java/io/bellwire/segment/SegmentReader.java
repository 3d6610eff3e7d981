package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one segment one after the other, and stops at the first one that is not whole. Used by one thread.
 */
final class SegmentReader {
    private static final int WINDOW_BYTES = 1 << 20;

    private final LogFile file;
    private final Checksums checksums;
    private final long size;
    private ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES).limit(0);
    private long windowPlace;

    /** What is done with each record. */
    interface Visitor {
        /**
         * One record that is whole.
         *
         * @param place where the record begins in its file
         * @param body its body, to be used during the call alone
         */
        void record(RecordHeader header, long place, ByteBuffer body);
    }

    /**
     * Where reading ended.
     *
     * @param place the end of the last whole record
     * @param next the number of the record that would come there
     * @param size the file's size: past {@code place} if there is something that is no whole record
     */
    record End(long place, long next, long size) {
        boolean isClean() {
            return place == size;
        }
    }

    /** Reads {@code file}, whose header is {@code segment}, as far as it goes now. */
    SegmentReader(LogFile file, SegmentHeader segment) throws IOException {
        this.file = file;
        this.checksums = segment.checksums();
        this.size = file.size();
    }

    long size() {
        return size;
    }

    /** Hands over the records from {@code place} on, the first of which has the number {@code first}. */
    End read(long place, long first, Visitor visitor) throws IOException {
        long at = place;
        long number = first;
        while (true) {
            ByteBuffer head = at(at, RecordHeader.BYTES);
            if (!RecordHeader.isAt(head, 0, at, checksums)) {
                return new End(at, number, size);
            }
            RecordHeader header = RecordHeader.decode(head, 0);
            if (header.number() != number || header.recordBytes() > size - at) {
                return new End(at, number, size);
            }
            ByteBuffer body = body(at, header);
            if (!header.isBody(body, checksums)) {
                return new End(at, number, size);
            }
            visitor.record(header, at, body.slice(0, header.bodyBytes()));
            at += header.recordBytes();
            number++;
        }
    }

    /** The body, and the last byte, of the record at {@code place}. */
    private ByteBuffer body(long place, RecordHeader header) throws IOException {
        return at(place, (int) header.recordBytes())
                .slice(RecordHeader.BYTES, header.bodyBytes() + RecordHeader.END_BYTES);
    }

    /** A whole record's header at {@code place}, whatever comes after it; null if there is none. */
    @Nullable RecordHeader headerAt(long place) throws IOException {
        ByteBuffer head = at(place, RecordHeader.BYTES);
        return RecordHeader.isAt(head, 0, place, checksums) ? RecordHeader.decode(head, 0) : null;
    }

    /** The header of a whole record at {@code place}, whatever its number; null if there is none. */
    @Nullable RecordHeader recordAt(long place) throws IOException {
        RecordHeader header = headerAt(place);
        return header != null && header.recordBytes() <= size - place && header.isBody(body(place, header), checksums)
                ? header
                : null;
    }

    /** The {@code length} bytes from {@code place} on, or as many as there are; valid until the next call. */
    ByteBuffer at(long place, int length) throws IOException {
        long end = Math.min(size, place + length);
        if (place < windowPlace || end > windowPlace + window.limit()) {
            if (window.capacity() < length) {
                window = ByteBuffer.allocateDirect(length);
            }
            window.clear();
            int unused = file.read(window, place);
            window.flip();
            windowPlace = place;
        }
        int offset = (int) (place - windowPlace);
        return window.slice(offset, Math.max(0, Math.min(length, window.limit() - offset)));
    }
}
