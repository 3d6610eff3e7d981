package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a log:
 *
 * <ol>
 *   <li>{@link LogManifest} says which segments must be there; a folder without a manifest must hold no records.
 *   <li>Each sealed segment is opened with its index; an index that is missing or damaged is made again.
 *   <li>{@link LogState} is read from the segment on that the state was written in last.
 *   <li>The newest segment is read to its end. {@link TornWriteCheck} tells the rest of an unfinished write, which is
 *       cut off, from damage.
 *   <li>{@link SegmentIndexer} writes the indexes that are missing.
 * </ol>
 */
final class LogOpening {
    private static final Logger log = LoggerFactory.getLogger(LogOpening.class);

    private final LogFolder folder;
    private final RandomGenerator random;
    private final IndexBlocks blocks;

    LogOpening(LogFolder folder, long indexBytesMax, RandomGenerator random) {
        this.folder = folder;
        this.random = random;
        this.blocks = new IndexBlocks(indexBytesMax);
    }

    /** An open log. */
    record Opened(
            LogManifest manifest,
            LogState state,
            Segments segments,
            IndexBlocks blocks,
            SegmentWriter writer,
            MemoryIndex index,
            long lastAgeMillis) {}

    Opened open() throws IOException {
        LogManifest manifest = LogManifest.read(folder).orElse(null);
        if (manifest == null) {
            manifest = create();
        } else {
            // what a killed process has renamed may be in the operating system's memory only: if a power cut took it
            // back after this process has written on, the log would be damaged
            folder.sync();
        }
        deleteUnusedSegment(manifest);
        deleteLeftovers(manifest);
        return open(manifest);
    }

    private LogManifest create() throws IOException {
        for (String name : folder.list()) {
            if (name.endsWith(Segment.SUFFIX) && hasRecords(name)) {
                throw new DamagedLogException("the log in " + folder.name() + " has lost its file " + LogManifest.FILE
                        + ": " + name + " holds records");
            }
        }
        UUID log = new UUID(random.nextLong(), random.nextLong());
        LogManifest fresh = new LogManifest(log, 1, 1, 0);
        Segment.createFile(folder, SegmentHeader.of(1, 1, log, random)).close();
        fresh.write(folder);
        return fresh;
    }

    private boolean hasRecords(String name) throws IOException {
        try (LogFile file = folder.open(name)) {
            return file.size() > SegmentHeader.BYTES;
        }
    }

    /**
     * Deletes a segment that the manifest does not have yet, because the process was killed before it wrote to the
     * segment.
     */
    private void deleteUnusedSegment(LogManifest manifest) throws IOException {
        String name = Segment.name(manifest.last() + 1);
        if (folder.list().contains(name)) {
            if (hasRecords(name)) {
                throw new DamagedLogException(
                        name,
                        SegmentHeader.BYTES,
                        "it holds records, and " + LogManifest.FILE + " does not know of it");
            }
            folder.delete(name);
        }
    }

    private void deleteLeftovers(LogManifest manifest) throws IOException {
        for (String name : folder.list()) {
            boolean isSegment = name.endsWith(Segment.SUFFIX) || name.endsWith(Segment.INDEX_SUFFIX);
            if (isSegment && name.compareTo(Segment.prefix(manifest.first())) < 0) {
                folder.delete(name); // the process was killed between dropping the segment and deleting its files
            } else if (name.endsWith(SegmentIndexer.DRAFT_SUFFIX)) {
                folder.delete(name);
            }
        }
    }

    /** The open file of a segment that the manifest has. */
    private record SegmentFile(
            SegmentHeader header, LogFile file, @Nullable DiskIndex index) {
        String name() {
            return Segment.name(header.number());
        }
    }

    private Opened open(LogManifest manifest) throws IOException {
        long stateFrom = manifest.first();
        List<SegmentFile> files = new ArrayList<>();
        for (long number = manifest.first(); number <= manifest.last(); number++) {
            LogFile file = openFile(number);
            SegmentHeader header = header(number, file, manifest);
            DiskIndex index = number < manifest.last() ? openIndex(header, file) : null;
            if (index != null) {
                stateFrom = Math.max(manifest.first(), index.summary().stateFromSegment());
            }
            files.add(new SegmentFile(header, file, index));
        }
        LogState state = new LogState(stateFrom, stateFrom == 1);
        Segments segments = new Segments(state);
        SegmentFile newest = files.remove(files.size() - 1);
        SegmentHeader oldest = files.isEmpty() ? newest.header : files.get(0).header;
        long nextRecord = oldest.firstRecord();
        long ageMillis = 0;
        for (SegmentFile sealed : files) {
            requireFirstRecord(sealed.header, nextRecord);
            SegmentSummary summary = openSealed(sealed, stateFrom, manifest.first(), state, segments);
            nextRecord = summary.nextRecord();
            ageMillis = summary.lastWritten().ageMillis();
        }
        requireFirstRecord(newest.header, nextRecord);
        MemoryIndex index = new MemoryIndex();
        ApplyRecords records = new ApplyRecords(state, index, ageMillis);
        SegmentReader.End end = readNewest(newest, nextRecord, records);
        requireComplete(end, manifest, state, stateFrom);
        segments.add(new Segment(newest.header, newest.file, index));
        // only now is every feed known that has changes there
        segments.noteIndexedFeeds(stateFrom);
        SegmentIndexer indexer = new SegmentIndexer(folder, segments, state, blocks);
        for (Segment segment : segments.withoutIndexFile()) {
            indexer.run(segment);
        }
        SegmentWriter writer =
                new SegmentWriter(newest.name(), newest.file, newest.header, end.offset(), end.nextRecord());
        return new Opened(manifest, state, segments, blocks, writer, index, records.lastAgeMillis);
    }

    private void requireComplete(SegmentReader.End end, LogManifest manifest, LogState state, long stateFrom) {
        long lastRecord = end.nextRecord() - 1;
        if (lastRecord < manifest.records()) {
            throw new DamagedLogException("the log in " + folder.name() + " has lost its end: record " + lastRecord
                    + " is the last one there is, and there were " + manifest.records());
        }
        if (!state.isComplete()) {
            throw new DamagedLogException("the log in " + folder.name() + " from segment " + stateFrom
                    + " on does not say what came before it");
        }
    }

    /**
     * Adds a sealed segment to {@code segments}; reads its records if it is part of the state, or if its index must be
     * made again.
     */
    private SegmentSummary openSealed(
            SegmentFile sealed, long stateFrom, long oldest, LogState state, Segments segments) throws IOException {
        SegmentHeader header = sealed.header;
        DiskIndex index = sealed.index;
        boolean isStatePart = header.number() >= stateFrom;
        if (index != null && !isStatePart) {
            segments.add(new Segment(header, sealed.file, index));
            segments.newest().seal(index.summary());
            state.raiseLastEventNumber(index.summary().lastEventNumber());
            return index.summary();
        }
        LogState to = isStatePart ? state : LogState.ofOneSegment();
        MemoryIndex made = index == null ? new MemoryIndex() : null;
        ApplyRecords records = new ApplyRecords(to, made, 0);
        SegmentReader.End end =
                read(new SegmentReader(sealed.file, header), sealed.name(), header.firstRecord(), records);
        if (!end.isClean()) {
            throw new DamagedLogException(
                    sealed.name(),
                    end.offset(),
                    "record " + end.nextRecord() + " is not what was written; all before it can be read");
        }
        state.raiseLastEventNumber(to.lastEventNumber());
        SegmentSummary summary = new SegmentSummary(
                header.number(),
                end.fileBytes(),
                header.firstRecord(),
                end.nextRecord(),
                new SegmentSummary.WriteTime(records.lastAtMillis, records.lastAgeMillis),
                Math.max(oldest, to.stateFromSegment()),
                state.lastEventNumber());
        segments.add(new Segment(header, sealed.file, made == null ? requireIndex(index) : made));
        segments.newest().seal(summary);
        return summary;
    }

    private static SegmentIndex requireIndex(@Nullable DiskIndex index) {
        return Objects.requireNonNull(index, "a segment has an index on disk or in memory");
    }

    /** Reads the newest segment, and cuts off the rest of an unfinished write. */
    private static SegmentReader.End readNewest(SegmentFile newest, long firstRecord, ApplyRecords records)
            throws IOException {
        SegmentReader reader = new SegmentReader(newest.file, newest.header);
        SegmentReader.End end = read(reader, newest.name(), firstRecord, records);
        TornWriteCheck.requireCleanOrTorn(newest.name(), reader, end);
        if (!end.isClean()) {
            log.warn(
                    "{} ends in a write that was not finished: {} bytes are cut off",
                    newest.name(),
                    end.fileBytes() - end.offset());
            newest.file.truncate(end.offset());
        }
        newest.file.sync(); // what a killed process has written may be in the operating system's memory only
        return end;
    }

    /** Applies the records that are read to the state and to an index. */
    private static final class ApplyRecords implements SegmentReader.RecordVisitor {
        private final LogState state;
        private final @Nullable IndexUpdater index;
        private long lastAtMillis;
        private long lastAgeMillis;

        ApplyRecords(LogState state, @Nullable MemoryIndex index, long ageMillis) {
            this.state = state;
            this.index = index == null ? null : new IndexUpdater(index);
            this.lastAgeMillis = ageMillis;
        }

        @Override
        public void record(RecordHeader header, long offset, ByteBuffer body) {
            lastAtMillis = header.atMillis();
            lastAgeMillis = header.ageMillis();
            ItemReader.read(body.duplicate(), offset + RecordHeader.BYTES, state);
            if (index != null) {
                ItemReader.read(body, offset + RecordHeader.BYTES, index);
            }
        }
    }

    private LogFile openFile(long number) throws IOException {
        try {
            return folder.open(Segment.name(number));
        } catch (NoSuchFileException e) {
            throw new DamagedLogException(
                    "the log in " + folder.name() + " is not whole: " + Segment.name(number) + " is missing");
        }
    }

    private static SegmentHeader header(long number, LogFile file, LogManifest manifest) throws IOException {
        String name = Segment.name(number);
        SegmentHeader header = SegmentHeader.read(file)
                .orElseThrow(
                        () -> new DamagedLogException(name, 0, "the header of the segment is not what was written"));
        if (header.number() != number || !header.log().equals(manifest.log())) {
            throw new DamagedLogException(
                    name,
                    0,
                    "it is segment " + header.number() + " of the log " + header.log() + ", and must be segment "
                            + number + " of " + manifest.log());
        }
        return header;
    }

    private static void requireFirstRecord(SegmentHeader header, long firstRecord) {
        if (header.firstRecord() != firstRecord) {
            throw new DamagedLogException(
                    Segment.name(header.number()),
                    0,
                    "it begins with record " + header.firstRecord() + ", and record " + firstRecord
                            + " must come here");
        }
    }

    /** The index on disk of a sealed segment; null if there is none that can be used. */
    private @Nullable DiskIndex openIndex(SegmentHeader header, LogFile file) throws IOException {
        String name = Segment.indexName(header.number());
        if (!folder.list().contains(name)) {
            return null;
        }
        LogFile indexFile = folder.open(name);
        try {
            DiskIndex index = DiskIndex.open(blocks, new IndexFile(header.number(), name, indexFile), header.salt());
            if (index.summary().bytes() == file.size()) {
                return index;
            }
            throw new DamagedLogException(
                    Segment.name(header.number()),
                    0,
                    "it has " + file.size() + " bytes, and must have "
                            + index.summary().bytes());
        } catch (DamagedLogException e) {
            log.warn("{}; it is made again", e.getMessage());
            indexFile.close();
            blocks.evict(header.number());
            return null;
        }
    }

    private static SegmentReader.End read(
            SegmentReader reader, String name, long firstRecord, SegmentReader.RecordVisitor visitor)
            throws IOException {
        try {
            return reader.read(SegmentHeader.BYTES, firstRecord, visitor);
        } catch (IllegalStateException e) {
            throw new DamagedLogException(name, 0, "a record contradicts those before it: " + e.getMessage());
        }
    }
}
