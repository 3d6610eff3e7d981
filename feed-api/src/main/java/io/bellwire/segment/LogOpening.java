package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a log:
 *
 * <ol>
 *   <li>{@link LogMark} says which segments must be there; a folder without one must hold no records;
 *   <li>each segment but the newest is opened with its index, which is made again if it is missing or damaged;
 *   <li>{@link LogState} reads the log from where it was written once more last;
 *   <li>the newest segment is read to its end, which must be clean or a {@link TornTail}, and is cut there.
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
            LogMark mark,
            LogState state,
            Segments segments,
            IndexBlocks blocks,
            SegmentWriter writer,
            OpenIndex index,
            long lastAgeMillis) {}

    Opened open() throws IOException {
        LogMark mark = LogMark.read(folder).orElse(null);
        if (mark == null) {
            mark = create();
        }
        mark = adoptNewest(mark);
        deleteLeftovers(mark);
        return open(mark);
    }

    /** Makes the file of a segment without records, durably. One that is there already must have been left without any. */
    static LogFile createSegment(LogFolder folder, SegmentHeader header) throws IOException {
        String name = Segment.name(header.number());
        if (folder.list().contains(name)) {
            folder.delete(name);
        }
        LogFile file = folder.create(name);
        try {
            file.write(header.encode(), 0);
            file.sync();
            folder.sync();
            return file;
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private LogMark create() throws IOException {
        for (String name : folder.list()) {
            if (name.endsWith(Segment.SUFFIX) && !isWithoutRecords(name)) {
                throw new DamagedLogException("the log in " + folder.name() + " has lost its file " + LogMark.FILE
                        + ": " + name + " holds records");
            }
        }
        LogMark fresh = new LogMark(id(), 1, 1, 0);
        createSegment(folder, SegmentHeader.of(1, 1, fresh.log(), random)).close();
        fresh.write(folder);
        return fresh;
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    /** Whether a start was killed before it had anything to keep here. */
    private boolean isWithoutRecords(String name) throws IOException {
        try (LogFile file = folder.open(name)) {
            return file.size() <= SegmentHeader.BYTES;
        }
    }

    /** A segment after the newest one that is known is one that was being made; nothing was written to it yet. */
    private LogMark adoptNewest(LogMark mark) throws IOException {
        String name = Segment.name(mark.last() + 1);
        if (folder.list().contains(name)) {
            if (!isWithoutRecords(name)) {
                throw new DamagedLogException(
                        name, SegmentHeader.BYTES, "it holds records, and " + LogMark.FILE + " does not know of it");
            }
            folder.delete(name);
        }
        return mark;
    }

    private void deleteLeftovers(LogMark mark) throws IOException {
        for (String name : folder.list()) {
            boolean isSegment = name.endsWith(Segment.SUFFIX) || name.endsWith(Segment.INDEX_SUFFIX);
            if (isSegment && name.compareTo(Segment.prefix(mark.first())) < 0) {
                folder.delete(name); // retention was killed before it had deleted what it had given up
            } else if (name.endsWith(IndexTask.DRAFT_SUFFIX)) {
                folder.delete(name);
            }
        }
    }

    private Opened open(LogMark mark) throws IOException {
        long stateFrom = mark.first();
        SegmentHeader[] headers = new SegmentHeader[(int) (mark.last() - mark.first()) + 1];
        LogFile[] files = new LogFile[headers.length];
        SealedIndex[] indexes = new SealedIndex[headers.length];
        for (int i = 0; i < headers.length; i++) {
            long number = mark.first() + i;
            files[i] = openFile(number);
            headers[i] = header(number, files[i], mark);
            if (number < mark.last()) {
                indexes[i] = openIndex(headers[i], files[i]);
                if (indexes[i] != null) {
                    stateFrom = Math.max(mark.first(), indexes[i].facts().stateFrom());
                }
            }
        }
        LogState state = new LogState(stateFrom, stateFrom == 1);
        Segments segments = new Segments(state);
        long next = headers[0].firstRecord();
        long age = 0;
        for (int i = 0; i < headers.length - 1; i++) {
            requireFollows(headers[i], next);
            boolean isRead = headers[i].number() >= stateFrom;
            SealedIndex index = indexes[i];
            SegmentFacts facts;
            if (index != null && !isRead) {
                facts = index.facts();
                segments.add(new Segment(headers[i], files[i], index));
                state.raiseLastSeq(facts.lastSeq());
            } else {
                OpenIndex found = new OpenIndex();
                facts = readFull(
                        headers[i],
                        files[i],
                        next,
                        isRead ? state : LogState.ofOneSegment(),
                        state,
                        mark.first(),
                        index == null ? found : null);
                segments.add(new Segment(headers[i], files[i], index == null ? found : index));
            }
            segments.newest().end(facts);
            next = facts.nextRecord();
            age = facts.lastAgeMillis();
        }
        int last = headers.length - 1;
        requireFollows(headers[last], next);
        OpenIndex index = new OpenIndex();
        SegmentReader reader = new SegmentReader(files[last], headers[last]);
        ApplyRecords newest = new ApplyRecords(state, index, age);
        String name = Segment.name(mark.last());
        SegmentReader.End end = read(reader, name, next, newest);
        TornTail.require(name, reader, end);
        if (!end.isClean()) {
            log.warn("{} ends in a write that was not finished: {} bytes are cut off", name, end.size() - end.place());
            files[last].truncate(end.place());
        }
        files[last].sync(); // what a killed process has written may be in the operating system's memory only
        if (end.next() - 1 < mark.records()) {
            throw new DamagedLogException("the log in " + folder.name() + " has lost its end: record "
                    + (end.next() - 1) + " is the last one there is, and there were " + mark.records());
        }
        if (!state.isWhole()) {
            throw new DamagedLogException("the log in " + folder.name() + " from segment " + stateFrom
                    + " on does not say what came before it");
        }
        segments.add(new Segment(headers[last], files[last], index));
        // only now is every feed known that has changes there
        segments.markIndexed(stateFrom);
        IndexTask indexTask = new IndexTask(folder, segments, state, blocks);
        for (Segment segment : segments.withoutIndexFile()) {
            indexTask.run(segment);
        }
        SegmentWriter writer = new SegmentWriter(name, files[last], headers[last], end.place(), end.next());
        return new Opened(mark, state, segments, blocks, writer, index, newest.lastAgeMillis);
    }

    /** What is done with the records that are read at a start. */
    private static final class ApplyRecords implements SegmentReader.Visitor {
        private final LogState state;
        private final @Nullable IndexItems index;
        private long lastAtMillis;
        private long lastAgeMillis;

        ApplyRecords(LogState state, @Nullable OpenIndex index, long ageMillis) {
            this.state = state;
            this.index = index == null ? null : new IndexItems(index);
            this.lastAgeMillis = ageMillis;
        }

        @Override
        public void record(RecordHeader header, long place, ByteBuffer body) {
            lastAtMillis = header.atMillis();
            lastAgeMillis = header.ageMillis();
            ItemReader.read(body.duplicate(), place + RecordHeader.BYTES, state);
            if (index != null) {
                ItemReader.read(body, place + RecordHeader.BYTES, index);
            }
        }
    }

    private LogFile openFile(long number) throws IOException {
        try {
            return folder.open(Segment.name(number));
        } catch (java.nio.file.NoSuchFileException e) {
            throw new DamagedLogException(
                    "the log in " + folder.name() + " is not whole: " + Segment.name(number) + " is missing");
        }
    }

    private SegmentHeader header(long number, LogFile file, LogMark mark) throws IOException {
        String name = Segment.name(number);
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
        int unused = file.read(bytes, 0);
        Optional<SegmentHeader> header = SegmentHeader.decode(bytes.flip());
        if (header.isEmpty()) {
            throw new DamagedLogException(name, 0, "the header of the segment is not what was written");
        }
        if (header.get().number() != number || !header.get().log().equals(mark.log())) {
            throw new DamagedLogException(
                    name,
                    0,
                    "it is segment " + header.get().number() + " of the log "
                            + header.get().log() + ", and not of " + mark.log());
        }
        return header.get();
    }

    private void requireFollows(SegmentHeader header, long next) {
        if (header.firstRecord() != next) {
            throw new DamagedLogException(
                    Segment.name(header.number()),
                    0,
                    "it begins with record " + header.firstRecord() + ", and record " + next + " must come here");
        }
    }

    /** The index of a full segment; null if there is none that can be used. */
    private @Nullable SealedIndex openIndex(SegmentHeader header, LogFile file) throws IOException {
        String name = Segment.indexName(header.number());
        if (!folder.list().contains(name)) {
            return null;
        }
        LogFile indexFile = folder.open(name);
        try {
            SealedIndex index =
                    SealedIndex.open(blocks, new IndexFile(header.number(), name, indexFile), header.salt());
            if (index.facts().bytes() == file.size()) {
                return index;
            }
            throw new DamagedLogException(
                    Segment.name(header.number()),
                    0,
                    "it has " + file.size() + " bytes, and must have "
                            + index.facts().bytes());
        } catch (DamagedLogException e) {
            log.warn("{}; it is made again", e.getMessage());
            indexFile.close();
            blocks.forget(header.number());
            return null;
        }
    }

    /** Reads a full segment to its end. */
    private SegmentFacts readFull(
            SegmentHeader header,
            LogFile file,
            long first,
            LogState to,
            LogState state,
            long oldest,
            @Nullable OpenIndex index)
            throws IOException {
        String name = Segment.name(header.number());
        SegmentReader reader = new SegmentReader(file, header);
        ApplyRecords visitor = new ApplyRecords(to, index, 0);
        SegmentReader.End end = read(reader, name, first, visitor);
        if (!end.isClean()) {
            throw new DamagedLogException(
                    name, end.place(), "record " + end.next() + " is not what was written; all before it can be read");
        }
        state.raiseLastSeq(to.lastSeq());
        return new SegmentFacts(
                header.number(),
                end.size(),
                first,
                end.next(),
                visitor.lastAtMillis,
                visitor.lastAgeMillis,
                Math.max(oldest, to.stateFrom()),
                state.lastSeq());
    }

    private static SegmentReader.End read(SegmentReader reader, String name, long first, SegmentReader.Visitor visitor)
            throws IOException {
        try {
            return reader.read(SegmentHeader.BYTES, first, visitor);
        } catch (IllegalStateException e) {
            throw new DamagedLogException(name, 0, "a record contradicts those before it: " + e.getMessage());
        }
    }
}
