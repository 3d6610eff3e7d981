package io.bellwire.segment;

import io.bellwire.log.CommitInDoubtException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Appends records to the newest segment, each with one write, after the last whole record. It cuts off what a failed
 * write has left behind before it writes the next record. Used by one thread at a time; another thread may call
 * {@link #syncWritten} meanwhile.
 */
final class SegmentWriter implements Closeable {
    private final String name;
    private final LogFile file;
    private final Checksums checksums;
    private long endOffset;
    private volatile long nextRecord;
    private final AtomicLong lastSynced;
    private boolean hasPartialWrite;
    private volatile @Nullable IOException syncFailure;

    /**
     * A writer of a segment that is synced.
     *
     * @param endOffset where the last whole record ends, which is the end of the file
     * @param nextRecord the number of the record that is written there next
     */
    SegmentWriter(String name, LogFile file, SegmentHeader segment, long endOffset, long nextRecord) {
        this.name = name;
        this.file = file;
        this.checksums = segment.checksums();
        this.endOffset = endOffset;
        this.nextRecord = nextRecord;
        this.lastSynced = new AtomicLong(nextRecord - 1);
    }

    /** Where the next record begins. */
    long endOffset() {
        return endOffset;
    }

    /** The number of the next record. */
    long nextRecord() {
        return nextRecord;
    }

    /**
     * Ends {@code record} and writes it at {@link #endOffset}. On {@link UncheckedIOException} no part of it is in the
     * log.
     *
     * @return its header
     */
    RecordHeader append(RecordBuffer record, long atMillis, long ageMillis) {
        requireWritable();
        ByteBuffer bytes = record.end();
        int bodyBytes = bytes.limit() - RecordHeader.BYTES - RecordHeader.END_BYTES;
        int checksum = checksums.of(bytes.slice(RecordHeader.BYTES, bodyBytes + RecordHeader.END_BYTES), nextRecord);
        RecordHeader header = new RecordHeader(bodyBytes, nextRecord, lastSynced.get(), atMillis, ageMillis, checksum);
        header.encode(bytes, endOffset, checksums);
        try {
            truncatePartialWrite();
            hasPartialWrite = true;
            file.write(bytes, endOffset);
            hasPartialWrite = false;
        } catch (IOException e) {
            tryTruncatePartialWrite();
            throw new UncheckedIOException(name + " cannot be written: " + e.getMessage(), e);
        }
        endOffset += header.recordBytes();
        nextRecord = header.number() + 1;
        return header;
    }

    private void truncatePartialWrite() throws IOException {
        if (hasPartialWrite) {
            file.truncate(endOffset);
            file.sync(); // or a start might find a whole record that was refused, after a power cut
            hasPartialWrite = false;
        }
    }

    private void tryTruncatePartialWrite() {
        try {
            truncatePartialWrite();
        } catch (IOException e) {
            hasPartialWrite = true; // the next write tries again, and fails if it cannot
        }
    }

    /**
     * Makes all records durable. A failure is final: the operating system reports a page that it could not write only
     * once, and counts it as written from then on, so a second try would succeed and prove nothing.
     */
    void sync() {
        requireWritable();
        try {
            file.sync();
        } catch (IOException e) {
            syncFailure = e;
            throw new CommitInDoubtException(e);
        }
        lastSynced.set(nextRecord - 1);
    }

    /**
     * Makes the records durable that are written by now; others may be written meanwhile. On an exception the caller
     * MUST {@link #refuseWrites}.
     */
    void syncWritten() throws IOException {
        long lastWritten = nextRecord - 1;
        if (lastSynced.get() == lastWritten || syncFailure != null) {
            return;
        }
        try {
            file.sync();
        } catch (ClosedChannelException e) {
            return; // the log was synced before it was closed
        }
        lastSynced.accumulateAndGet(lastWritten, Math::max);
    }

    /** Refuses every write and sync from now on. */
    void refuseWrites(IOException cause) {
        syncFailure = cause;
    }

    /** Why nothing can be written any more; null as long as something can. */
    @Nullable String problem() {
        IOException failure = syncFailure;
        return failure == null
                ? null
                : name + " could not be forced to disk (" + failure.getMessage()
                        + "), and may not be there after a power cut: look after the disk, then start the server again";
    }

    private void requireWritable() {
        String problem = problem();
        if (problem != null) {
            throw new CommitInDoubtException(new IOException(problem, syncFailure));
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
