package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one segment one after the other, and stops at the first that is not whole. Used by one thread.
 */
final class SegmentReader {
    private static final int WINDOW_BYTES = 1 << 20;

    private final LogFile file;
    private final Checksums checksums;
    private final long fileBytes;
    private ByteBuffer window = ByteBuffer.allocateDirect(WINDOW_BYTES).limit(0);
    private long windowOffset;

    /** Receives the records that are read. */
    interface RecordVisitor {
        /**
         * Receives one whole record.
         *
         * @param offset where the record begins in its file
         * @param body its body, valid during the call only
         */
        void record(RecordHeader header, long offset, ByteBuffer body);
    }

    /**
     * Where reading ended.
     *
     * @param offset the end of the last whole record
     * @param nextRecord the number of the record that would begin there
     * @param fileBytes the size of the file: more than {@code offset} if something follows that is not a whole record
     */
    record End(long offset, long nextRecord, long fileBytes) {
        boolean isClean() {
            return offset == fileBytes;
        }
    }

    /** Reads {@code file}, whose header is {@code segment}, up to its present size. */
    SegmentReader(LogFile file, SegmentHeader segment) throws IOException {
        this.file = file;
        this.checksums = segment.checksums();
        this.fileBytes = file.size();
    }

    /** Hands over the records from {@code offset} on, the first of which must have the number {@code firstRecord}. */
    End read(long offset, long firstRecord, RecordVisitor visitor) throws IOException {
        long at = offset;
        long number = firstRecord;
        while (true) {
            RecordHeader header = headerAt(at);
            if (header == null || header.number() != number || header.recordBytes() > fileBytes - at) {
                return new End(at, number, fileBytes);
            }
            ByteBuffer body = bodyAt(at, header);
            if (!header.matchesBody(body, checksums)) {
                return new End(at, number, fileBytes);
            }
            visitor.record(header, at, body.slice(0, header.bodyBytes()));
            at += header.recordBytes();
            number++;
        }
    }

    /** The body, and the last byte, of the record at {@code offset}. */
    private ByteBuffer bodyAt(long offset, RecordHeader header) throws IOException {
        return bytesAt(offset, (int) header.recordBytes())
                .slice(RecordHeader.BYTES, header.bodyBytes() + RecordHeader.END_BYTES);
    }

    /** The whole header of a record at {@code offset}, whatever comes after it; null if there is none. */
    @Nullable RecordHeader headerAt(long offset) throws IOException {
        ByteBuffer bytes = bytesAt(offset, RecordHeader.BYTES);
        return RecordHeader.isAt(bytes, 0, offset, checksums) ? RecordHeader.decode(bytes, 0) : null;
    }

    /** The header of a whole record at {@code offset}, whatever its number; null if there is none. */
    @Nullable RecordHeader recordAt(long offset) throws IOException {
        RecordHeader header = headerAt(offset);
        return header != null
                        && header.recordBytes() <= fileBytes - offset
                        && header.matchesBody(bodyAt(offset, header), checksums)
                ? header
                : null;
    }

    /** Where the first whole record at {@code offset} or later begins; the size of the file if there is none. */
    long nextRecordOffset(long offset) throws IOException {
        long at = offset;
        while (at < fileBytes && recordAt(at) == null) {
            at++;
        }
        return Math.min(at, fileBytes);
    }

    /** The {@code length} bytes from {@code offset} on, or as many as there are; valid until the next call. */
    ByteBuffer bytesAt(long offset, int length) throws IOException {
        long end = Math.min(fileBytes, offset + length);
        if (offset < windowOffset || end > windowOffset + window.limit()) {
            if (window.capacity() < length) {
                window = ByteBuffer.allocateDirect(length);
            }
            window.clear();
            int unused = file.read(window, offset);
            window.flip();
            windowOffset = offset;
        }
        int from = (int) (offset - windowOffset);
        return window.slice(from, Math.max(0, Math.min(length, window.limit() - from)));
    }
}
