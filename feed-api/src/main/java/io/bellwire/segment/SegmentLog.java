package io.bellwire.segment;

import io.bellwire.log.CommitInDoubtException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records, one after the other. A record goes to the newest segment first, is synced, and only then is read into
 * {@link LogState} and the index in memory, in the same way as at a start. Seals full segments and begins new ones.
 * Thread-safe; records are written one at a time.
 */
final class SegmentLog {
    private static final Logger log = LoggerFactory.getLogger(SegmentLog.class);
    /** A start reads about this many segments at most, unless the state takes more. */
    private static final int SEGMENTS_READ_MAX = 4;

    /** The state is written once more after this many times the segments that it takes. */
    private static final int SEGMENTS_PER_STATE = 8;

    private final LogFolder folder;
    private final long segmentBytes;
    private final RandomGenerator random;
    private final Executor background;
    private final LogState state;
    private final Segments segments;
    private final SegmentIndexer indexer;
    private final IndexBlocks blocks;
    private final LogAge age;
    private final RecordBuffer record = new RecordBuffer();
    private final ItemWriter items = new ItemWriter(record);
    private LogManifest manifest;
    private volatile SegmentWriter writer;
    private MemoryIndex index;
    private SegmentSummary.WriteTime lastWritten;
    /** The age of the first record of the newest segment; if that was there at the start, the age at the start. */
    private long firstAgeMillis;
    /** A segment has begun, and the background work for the one before has not been started yet. */
    private boolean hasNewSegment;

    private boolean isWritingState;
    /** How many segments were sealed while the state was written last. */
    private long segmentsOfLastState;

    private boolean isClosed;

    SegmentLog(
            LogFolder folder,
            long segmentBytes,
            RandomGenerator random,
            LongSupplier nanoTime,
            long nowMillis,
            Executor background,
            LogOpening.Opened opened) {
        this.folder = folder;
        this.segmentBytes = segmentBytes;
        this.random = random;
        this.background = background;
        this.state = opened.state();
        this.segments = opened.segments();
        this.blocks = opened.blocks();
        this.indexer = new SegmentIndexer(folder, segments, state, blocks);
        this.manifest = opened.manifest();
        this.writer = opened.writer();
        this.index = opened.index();
        this.lastWritten = new SegmentSummary.WriteTime(nowMillis, opened.lastAgeMillis());
        this.firstAgeMillis = opened.lastAgeMillis();
        this.age = new LogAge(opened.lastAgeMillis(), nowMillis, nanoTime);
    }

    LogState state() {
        return state;
    }

    Segments segments() {
        return segments;
    }

    /** Why nothing can be written any more; empty as long as something can. */
    Optional<String> problem() {
        return Optional.ofNullable(writer.problem());
    }

    /** The age of the log when the wall clock shows {@code millis}. */
    synchronized long ageAt(long millis) {
        return age.at(millis);
    }

    /** The age of the log when its newest record was written. */
    synchronized long lastWrittenAgeMillis() {
        return lastWritten.ageMillis();
    }

    /**
     * Writes one record; nothing if {@code content} writes no items. On an exception nothing of the record is visible:
     * it is not in the log or, on a {@link CommitInDoubtException}, the next start may find it there.
     *
     * @param isSynced whether it must be durable when this returns
     */
    synchronized void append(long atMillis, boolean isSynced, Consumer<ItemWriter> content) {
        if (isClosed) {
            throw new UncheckedIOException("the log is closed", new IOException("closed"));
        }
        record.begin();
        content.accept(items);
        if (record.isEmpty()) {
            return;
        }
        if (writer.endOffset() >= segmentBytes) {
            beginSegment();
        }
        long bodyOffset = writer.endOffset() + RecordHeader.BYTES;
        long ageMillis = age.at(atMillis);
        if (writer.endOffset() == SegmentHeader.BYTES) {
            firstAgeMillis = ageMillis;
        }
        RecordHeader header = writer.append(record, atMillis, ageMillis);
        if (isSynced) {
            writer.sync();
        }
        lastWritten = new SegmentSummary.WriteTime(atMillis, ageMillis);
        try {
            ItemReader.read(record.body(header.bodyBytes()), bodyOffset, state);
            ItemReader.read(record.body(header.bodyBytes()), bodyOffset, new IndexUpdater(index));
        } catch (RuntimeException e) {
            // a defect: memory is no longer the same as the log, and nothing may be decided from it
            IOException cause = new IOException("a record contradicts those before it: " + e.getMessage(), e);
            writer.refuseWrites(cause);
            throw new CommitInDoubtException(cause);
        }
        if (hasNewSegment) { // only now: the work in the background may write records too
            hasNewSegment = false;
            startBackgroundWork();
        }
    }

    /**
     * Makes durable what is written by now; others may write meanwhile. After a failure every write fails, in a newer
     * segment too.
     */
    void syncWritten() {
        try {
            writer.syncWritten();
        } catch (IOException e) {
            log.error("the log cannot be forced to disk", e);
            synchronized (this) {
                writer.refuseWrites(e);
            }
        }
    }

    /** Seals the newest segment and begins the next one, if its first record is older than {@code ageMaxMillis}. */
    synchronized void sealSegmentOlderThan(long ageMaxMillis, long nowMillis) {
        boolean hasRecords = writer.endOffset() > SegmentHeader.BYTES;
        if (hasRecords && age.at(nowMillis) - firstAgeMillis > ageMaxMillis) {
            beginSegment();
            hasNewSegment = false;
            startBackgroundWork();
        }
    }

    /** Begins the next segment. If it cannot be created, as on a full disk, the present one grows on up to a limit. */
    private void beginSegment() {
        try {
            writer.sync(); // the next segment must not be durable before this one is
            Segment full = segments.newest();
            SegmentHeader header = SegmentHeader.of(full.number() + 1, writer.nextRecord(), manifest.log(), random);
            LogFile file = Segment.createFile(folder, header);
            LogManifest next =
                    manifest.withSegments(manifest.first(), header.number()).withRecords(writer.nextRecord() - 1);
            next.prepare(folder);
            publish(next);
            full.seal(new SegmentSummary(
                    full.number(),
                    writer.endOffset(),
                    full.header().firstRecord(),
                    writer.nextRecord(),
                    lastWritten,
                    state.stateFromSegment(),
                    state.lastEventNumber()));
            index = new MemoryIndex();
            segments.add(new Segment(header, file, index));
            writer = new SegmentWriter(
                    Segment.name(header.number()), file, header, SegmentHeader.BYTES, writer.nextRecord());
        } catch (IOException e) {
            if (writer.endOffset() >= SegmentOptions.SEGMENT_BYTES_MAX) {
                throw new UncheckedIOException("the next segment cannot be made: " + e.getMessage(), e);
            }
            log.warn("the next segment cannot be made, and the present one goes on: {}", e.toString());
        }
        hasNewSegment = true;
    }

    /** Starts the work that a sealed segment brings: its index is written and, if it is due, the state. */
    void startBackgroundWork() {
        try {
            background.execute(() -> {
                indexSealedSegments();
                writeStateIfDue();
            });
        } catch (RejectedExecutionException e) {
            log.debug("the log is closing: what has no index file gets one at the next start");
        }
    }

    private void indexSealedSegments() {
        try {
            for (Segment segment : segments.withoutIndexFile()) {
                indexer.run(segment);
            }
        } catch (IOException | RuntimeException e) {
            // the index in memory stays in use, and the next sealed segment brings another try
            log.warn("an index cannot be written: {}", e.toString());
        }
    }

    /**
     * Makes the manifest valid. A failure is final: the next start may find that this segment was sealed, and must find
     * no record after that.
     */
    private void publish(LogManifest next) {
        try {
            next.publish(folder);
            manifest = next;
        } catch (IOException e) {
            writer.refuseWrites(e);
            throw new CommitInDoubtException(e);
        }
    }

    /**
     * Writes the state once more when enough segments have come since, so that a start has few to read. The state is at
     * most about an eighth of what is written.
     */
    private void writeStateIfDue() {
        long nowMillis;
        synchronized (this) {
            long since = segments.newest().number() - state.stateFromSegment();
            if (isClosed
                    || isWritingState
                    || since < Math.max(SEGMENTS_READ_MAX, SEGMENTS_PER_STATE * segmentsOfLastState)) {
                return;
            }
            isWritingState = true;
            nowMillis = lastWritten.atMillis();
        }
        try {
            writeState(nowMillis);
        } catch (RuntimeException e) { // a start reads more; the next sealed segment brings another try
            log.warn("the state of the log cannot be written once more: {}", e.toString());
        } finally {
            synchronized (this) {
                isWritingState = false;
            }
        }
    }

    /** Writes the state once more, that is all that the log says but its changes; it is durable when this returns. */
    void writeState(long nowMillis) {
        new StateWriter(this).run(nowMillis);
        synchronized (this) {
            segmentsOfLastState = segments.newest().number() - state.stateFromSegment();
        }
    }

    /** Drops the oldest segment: takes it out of the manifest, and deletes its files. */
    synchronized void dropOldest() throws IOException {
        writer.sync(); // what was copied because of this must be durable before
        LogManifest next =
                manifest.withSegments(manifest.first() + 1, manifest.last()).withRecords(writer.nextRecord() - 1);
        next.write(folder);
        manifest = next;
        try (Segment dropped = segments.removeOldest()) {
            folder.delete(Segment.name(dropped.number()));
            if (folder.list().contains(Segment.indexName(dropped.number()))) {
                folder.delete(Segment.indexName(dropped.number()));
            }
            blocks.evict(dropped.number());
        }
    }

    /** Syncs the log, and notes in the manifest how many records it has. */
    synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            writer.sync();
            manifest.withRecords(writer.nextRecord() - 1).write(folder);
        } catch (IOException | RuntimeException e) { // all that was acknowledged is durable
            log.warn("the log did not close cleanly: {}", e.toString());
        }
        for (Segment segment : segments.all()) {
            try {
                segment.close();
            } catch (IOException e) {
                log.debug("{} did not close: {}", Segment.name(segment.number()), e.toString());
            }
        }
    }
}
