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
 * Appends records to the newest segment: each with one write, after the last one that is whole. What a failed write has
 * left behind is cut off before the next one. Used by one thread at a time, besides which another may call {@link #syncWritten}.
 */
final class SegmentWriter implements Closeable {
    private final String name;
    private final LogFile file;
    private final Checksums checksums;
    private long end;
    private volatile long next;
    private final AtomicLong synced;
    private boolean hasLeftover;
    private volatile @Nullable IOException syncFailure;

    /**
     * @param end where the last whole record ends, which is the end of the file
     * @param next the number of the record that comes there
     */
    SegmentWriter(String name, LogFile file, SegmentHeader segment, long end, long next) {
        this.name = name;
        this.file = file;
        this.checksums = segment.checksums();
        this.end = end;
        this.next = next;
        this.synced = new AtomicLong(next - 1); // who opens a segment syncs it
    }

    /** Where the next record begins. */
    long end() {
        return end;
    }

    /** The number of the next record. */
    long next() {
        return next;
    }

    /**
     * Ends {@code record} and writes it. On {@link UncheckedIOException} nothing of it is in the log.
     *
     * @return its header; it begins where {@link #end} was
     */
    RecordHeader append(RecordBuffer record, long atMillis, long ageMillis) {
        requireSynced();
        ByteBuffer bytes = record.end();
        int bodyBytes = bytes.limit() - RecordHeader.BYTES - RecordHeader.END_BYTES;
        int checksum = checksums.of(bytes.slice(RecordHeader.BYTES, bodyBytes + RecordHeader.END_BYTES), next);
        RecordHeader header = new RecordHeader(bodyBytes, next, synced.get(), atMillis, ageMillis, checksum);
        header.encode(bytes, end, checksums);
        try {
            cutLeftover();
            hasLeftover = true;
            file.write(bytes, end);
            hasLeftover = false;
        } catch (IOException e) {
            cutLeftoverNow();
            throw new UncheckedIOException(name + " cannot be written: " + e.getMessage(), e);
        }
        end += header.recordBytes();
        next = header.number() + 1;
        return header;
    }

    private void cutLeftover() throws IOException {
        if (hasLeftover) {
            file.truncate(end);
            file.sync(); // or a whole record that was refused might be found after a power cut
            hasLeftover = false;
        }
    }

    private void cutLeftoverNow() {
        try {
            cutLeftover();
        } catch (IOException e) {
            hasLeftover = true; // the next write tries again, and fails if it cannot
        }
    }

    /**
     * Makes all records durable. A failure is final: the operating system reports a page that it could not write once, and
     * then counts it as written, so that a second try would succeed and prove nothing.
     */
    void sync() {
        requireSynced();
        try {
            file.sync();
        } catch (IOException e) {
            syncFailure = e;
            throw new CommitInDoubtException(e);
        }
        synced.set(next - 1);
    }

    /** Makes durable what is there by now, while more may be written. Who gets the exception must see to it that nothing is. */
    void syncWritten() throws IOException {
        long written = next - 1;
        if (synced.get() == written || syncFailure != null) {
            return;
        }
        try {
            file.sync();
        } catch (ClosedChannelException e) {
            return; // who closes it has synced it
        }
        synced.accumulateAndGet(written, Math::max);
    }

    /** Has nothing be written from now on. */
    void fail(IOException cause) {
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

    private void requireSynced() {
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
