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
 * Writes records, one after the other: to the newest segment, synced, and only then into what is in memory, which learns of them from
 * the record itself as it does at a start. Thread-safe; records are written one at a time.
 */
final class SegmentLog {
    private static final Logger log = LoggerFactory.getLogger(SegmentLog.class);

    /** A start reads about so many segments at most, unless the state takes more. */
    private static final int SEGMENTS_READ_MAX = 4;

    private static final int SEGMENTS_PER_STATE = 8;

    private final LogFolder folder;
    private final long segmentBytes;
    private final RandomGenerator random;
    private final Executor background;
    private final LogState state;
    private final Segments segments;
    private final IndexTask indexTask;
    private final IndexBlocks blocks;
    private final LogAge age;
    private final RecordBuffer record = new RecordBuffer();
    private final ItemWriter items = new ItemWriter(record);
    private LogMark mark;
    private volatile SegmentWriter writer;
    private OpenIndex index;
    private long lastAtMillis;
    private long lastAgeMillis;
    /** The age of the first record of the newest segment, or at the start if it was there before. */
    private long firstAgeMillis;

    /** A segment has begun, and what that brings is not done yet. */
    private boolean hasBegun;

    private boolean isWritingState;
    /** How many segments were filled while the state was written last. */
    private long stateSegments;

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
        this.indexTask = new IndexTask(folder, segments, state, blocks);
        this.mark = opened.mark();
        this.writer = opened.writer();
        this.index = opened.index();
        this.lastAtMillis = nowMillis;
        this.lastAgeMillis = opened.lastAgeMillis();
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

    /** How long the log has been running when the wall clock shows {@code millis}. */
    synchronized long ageAt(long millis) {
        return age.at(millis);
    }

    /**
     * Writes one record; nothing if {@code content} puts nothing. On an exception nothing of it is to be seen: it is not in the log, or,
     * on a {@link CommitInDoubtException}, it may be found there at the next start.
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
        if (writer.end() >= segmentBytes) {
            beginSegment();
        }
        long bodyPlace = writer.end() + RecordHeader.BYTES;
        long ageMillis = age.at(atMillis);
        if (writer.end() == SegmentHeader.BYTES) {
            firstAgeMillis = ageMillis;
        }
        RecordHeader header = writer.append(record, atMillis, ageMillis);
        if (isSynced) {
            writer.sync();
        }
        lastAtMillis = atMillis;
        lastAgeMillis = ageMillis;
        try {
            ItemReader.read(record.body(header.bodyBytes()), bodyPlace, state);
            ItemReader.read(record.body(header.bodyBytes()), bodyPlace, new IndexItems(index));
        } catch (
                RuntimeException
                        e) { // a defect: what is in memory is no longer what is in the log, and must not be built on
            IOException cause = new IOException("a record contradicts those before it: " + e.getMessage(), e);
            writer.fail(cause);
            throw new CommitInDoubtException(cause);
        }
        if (hasBegun) { // only now: what runs in the background may write records too
            hasBegun = false;
            inBackground();
        }
    }

    /** Makes what is written by now durable, and lets others write meanwhile. A failure is final for a segment that has begun meanwhile too. */
    void syncWritten() {
        try {
            writer.syncWritten();
        } catch (IOException e) {
            log.error("the log cannot be forced to disk", e);
            synchronized (this) {
                writer.fail(e);
            }
        }
    }

    /** Begins a segment if the present one has records, the first of which is older than {@code ageMax}. */
    synchronized void endSegmentOlderThan(long ageMax, long nowMillis) {
        if (writer.end() > SegmentHeader.BYTES && age.at(nowMillis) - firstAgeMillis > ageMax) {
            beginSegment();
            hasBegun = false;
            inBackground();
        }
    }

    /** If the next segment cannot be made, as on a full disk, the present one goes on as long as it may. */
    private void beginSegment() {
        try {
            writer.sync(); // what comes after it must not be durable before it is
            Segment full = segments.newest();
            SegmentHeader header = SegmentHeader.of(full.number() + 1, writer.next(), mark.log(), random);
            LogFile file = LogOpening.createSegment(folder, header);
            LogMark next = mark.withSegments(mark.first(), header.number()).withRecords(writer.next() - 1);
            next.prepare(folder);
            publish(next);
            full.end(new SegmentFacts(
                    full.number(),
                    writer.end(),
                    full.header().firstRecord(),
                    writer.next(),
                    lastAtMillis,
                    lastAgeMillis,
                    state.stateFrom(),
                    state.lastSeq()));
            index = new OpenIndex();
            segments.add(new Segment(header, file, index));
            writer = new SegmentWriter(Segment.name(header.number()), file, header, SegmentHeader.BYTES, writer.next());
        } catch (IOException e) {
            if (writer.end() >= SegmentOptions.SEGMENT_BYTES_MAX) {
                throw new UncheckedIOException("the next segment cannot be made: " + e.getMessage(), e);
            }
            log.warn("the next segment cannot be made, and the present one goes on: {}", e.toString());
        }
        hasBegun = true;
    }

    /** Has what a full segment brings done: its index is written, and now and then what the log says but its changes. */
    void inBackground() {
        try {
            background.execute(() -> {
                indexFull();
                writeStateIfDue();
            });
        } catch (RejectedExecutionException e) {
            log.debug("the log is closing: what has no index file gets one at the next start");
        }
    }

    private void indexFull() {
        try {
            for (Segment segment : segments.withoutIndexFile()) {
                indexTask.run(segment);
            }
        } catch (IOException
                | RuntimeException e) { // the index in memory goes on, and the next full segment brings another try
            log.warn("an index cannot be written: {}", e.toString());
        }
    }

    /** What fails here is final: the next start may find that the present segment has ended, and must find no record after that. */
    private void publish(LogMark next) {
        try {
            next.publish(folder);
            mark = next;
        } catch (IOException e) {
            writer.fail(e);
            throw new CommitInDoubtException(e);
        }
    }

    /**
     * Writes what the log says but its changes once more when enough segments have come since, so that a start has few to read. It is at most
     * about an eighth of what is written.
     */
    private void writeStateIfDue() {
        long now;
        synchronized (this) {
            long since = segments.newest().number() - state.stateFrom();
            if (isClosed || isWritingState || since < Math.max(SEGMENTS_READ_MAX, SEGMENTS_PER_STATE * stateSegments)) {
                return;
            }
            isWritingState = true;
            now = lastAtMillis;
        }
        try {
            writeState(now);
        } catch (RuntimeException e) { // a start reads more; the next full segment brings another try
            log.warn("the state of the log cannot be written once more: {}", e.toString());
        } finally {
            synchronized (this) {
                isWritingState = false;
            }
        }
    }

    /** Writes all that the log says but its changes once more; durable when it returns. */
    void writeState(long nowMillis) {
        new StateWriter(this).run(nowMillis);
        synchronized (this) {
            stateSegments = segments.newest().number() - state.stateFrom();
        }
    }

    /** Gives up the oldest segment: its files are deleted, and what is in it can be found no more. */
    synchronized void dropOldest() throws IOException {
        writer.sync(); // what was written once more because of this
        LogMark next = mark.withSegments(mark.first() + 1, mark.last()).withRecords(writer.next() - 1);
        next.write(folder);
        mark = next;
        try (Segment dropped = segments.removeOldest()) {
            folder.delete(Segment.name(dropped.number()));
            if (folder.list().contains(Segment.indexName(dropped.number()))) {
                folder.delete(Segment.indexName(dropped.number()));
            }
            blocks.forget(dropped.number());
        }
    }

    /** Syncs what there is, and notes how much that is. */
    synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            writer.sync();
            mark.withRecords(writer.next() - 1).write(folder);
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
