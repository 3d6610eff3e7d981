package io.bellwire.segment;

import io.bellwire.log.Chain;
import io.bellwire.log.Event;
import io.bellwire.log.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole log that nobody writes, and reports what is wrong with it: checksums, the order of records, gaps in
 * revisions, chained checksums, and items that an index does not find. Changes nothing. Used by one thread.
 */
public final class LogCheck {
    private static final long INDEX_BYTES_MAX = 1 << 20;

    private final LogFolder folder;
    private final Consumer<String> progress;
    private final List<String> problems = new ArrayList<>();
    private final Map<Integer, Position> heads = new HashMap<>();
    private final IndexBlocks blocks = new IndexBlocks(INDEX_BYTES_MAX);
    private long records;
    private long changes;
    private long bytes;

    private LogCheck(LogFolder folder, Consumer<String> progress) {
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * What was found.
     *
     * @param changes changes of feeds; an event that is in three feeds counts three times
     * @param problems one line for each problem, with file and byte; empty if there is none
     */
    public record Report(int segments, long records, long changes, long bytes, List<String> problems) {
        public Report {
            problems = List.copyOf(problems);
        }

        private static Report ofNothing(String problem) {
            return new Report(0, 0, 0, 0, List.of(problem));
        }
    }

    /**
     * Checks the log in {@code folder}.
     *
     * @param progress gets a line for each segment
     * @throws UncheckedIOException if the folder or a file cannot be read at all
     */
    public static Report run(LogFolder folder, Consumer<String> progress) {
        try {
            return new LogCheck(folder, progress).run();
        } catch (IOException e) {
            throw new UncheckedIOException("the log in " + folder.name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Report run() throws IOException {
        LogManifest manifest;
        try {
            manifest = LogManifest.read(folder).orElse(null);
        } catch (DamagedLogException e) {
            return Report.ofNothing(String.valueOf(e.getMessage()));
        }
        if (manifest == null) {
            return Report.ofNothing("there is no log in " + folder.name() + ": no " + LogManifest.FILE);
        }
        List<String> names = folder.list();
        noteForeignFiles(manifest, names);
        long nextRecord = 0;
        for (long number = manifest.first(); number <= manifest.last(); number++) {
            String name = Segment.name(number);
            if (!names.contains(name)) {
                problems.add(name + " is missing");
                nextRecord = 0;
                continue;
            }
            try (LogFile file = folder.open(name)) {
                nextRecord = check(manifest, number, file, nextRecord);
            }
        }
        if (nextRecord > 0 && nextRecord - 1 < manifest.records()) {
            problems.add("the log ends with record " + (nextRecord - 1) + ", and had " + manifest.records());
        }
        return new Report((int) (manifest.last() - manifest.first()) + 1, records, changes, bytes, problems);
    }

    private void noteForeignFiles(LogManifest manifest, List<String> names) {
        for (String name : names) {
            boolean isOfALog = name.matches("\\d{10}\\.(log|idx)|.*\\.new|" + Pattern.quote(LogManifest.FILE));
            if (!isOfALog) {
                progress.accept(name + " is no file of a log, and is left alone");
            } else if (name.endsWith(Segment.SUFFIX) && name.compareTo(Segment.name(manifest.last() + 1)) > 0) {
                problems.add(name + " is newer than all that " + LogManifest.FILE + " knows of");
            }
        }
    }

    /**
     * Checks one segment.
     *
     * @param firstRecord the number of the record that it must begin with; 0 if that is not known
     * @return the number of the record that comes after the segment; 0 if that is not known
     */
    private long check(LogManifest manifest, long number, LogFile file, long firstRecord) throws IOException {
        String name = Segment.name(number);
        Optional<SegmentHeader> header = SegmentHeader.read(file);
        if (header.isEmpty()) {
            problems.add(
                    name + " at byte 0: the header is not what was written, and without it no record can be checked");
            return 0;
        }
        if (header.get().number() != number || !header.get().log().equals(manifest.log())) {
            problems.add(name + " at byte 0: it is not this segment of this log");
        }
        if (firstRecord > 0 && header.get().firstRecord() != firstRecord) {
            problems.add(name + " at byte 0: it begins with record "
                    + header.get().firstRecord() + ", and " + firstRecord + " must come here");
        }
        MemoryIndex index = new MemoryIndex();
        RecordCheck check = new RecordCheck(name, index);
        SegmentReader reader = new SegmentReader(file, header.get());
        SegmentReader.End end = reader.read(SegmentHeader.BYTES, header.get().firstRecord(), check);
        while (!end.isClean()) {
            end = readPastDamage(name, number == manifest.last(), reader, end, check);
        }
        bytes += end.fileBytes();
        if (number < manifest.last() && check.isWhole) {
            checkIndex(header.get(), index);
        }
        progress.accept(name + ": " + check.count + " records");
        return end.nextRecord();
    }

    /** Reports what is wrong at {@code end}, and goes on with the next whole record. */
    private SegmentReader.End readPastDamage(
            String name, boolean isNewest, SegmentReader reader, SegmentReader.End end, RecordCheck check)
            throws IOException {
        long offset = reader.nextRecordOffset(end.offset() + 1);
        check.isWhole = false;
        if (offset < end.fileBytes()) {
            RecordHeader found = reader.recordAt(offset);
            long resumed = found == null ? end.nextRecord() : found.number();
            problems.add(name + " at byte " + end.offset() + ": record " + end.nextRecord()
                    + " is not what was written; whole records go on at byte " + offset + " with record " + resumed);
            heads.clear(); // the changes between are missing
            return reader.read(offset, resumed, check);
        }
        try {
            if (!isNewest) {
                throw new DamagedLogException(
                        name,
                        end.offset(),
                        "record " + end.nextRecord() + " is not what was written, and none comes after it");
            }
            TornWriteCheck.requireCleanOrTorn(name, reader, end);
            progress.accept(name + ": the last " + (end.fileBytes() - end.offset())
                    + " bytes are of a write that was not finished; the next start cuts them off");
        } catch (DamagedLogException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return new SegmentReader.End(end.fileBytes(), end.nextRecord(), end.fileBytes());
    }

    /** Checks the records of one segment, one after the other, and indexes them. */
    private final class RecordCheck implements SegmentReader.RecordVisitor, ItemVisitor {
        private final String name;
        private final MemoryIndex index;
        private long count;
        private boolean isWhole = true;
        private long recordOffset;
        private ByteBuffer body = ByteBuffer.allocate(0);
        private @Nullable Event event;

        RecordCheck(String name, MemoryIndex index) {
            this.name = name;
            this.index = index;
        }

        @Override
        public void record(RecordHeader header, long offset, ByteBuffer content) {
            records++;
            count++;
            recordOffset = offset;
            body = content;
            try {
                ItemReader.read(content.duplicate(), offset + RecordHeader.BYTES, this);
                ItemReader.read(content.duplicate(), offset + RecordHeader.BYTES, new IndexUpdater(index));
            } catch (RuntimeException e) { // the rest of the log is checked all the same
                report("record " + header.number() + " cannot be understood: " + e.getMessage());
            }
        }

        private void report(String problem) {
            problems.add(name + " at byte " + recordOffset + ": " + problem);
        }

        private ByteBuffer item(ItemLocation location) {
            return body.slice((int) (location.offset() - recordOffset - RecordHeader.BYTES), location.length());
        }

        @Override
        public void event(EventItem item) {
            EventCodec.StoredEvent stored = EventCodec.read(item(item.location()));
            event = stored == null ? null : stored.event();
            if (stored == null || !stored.event().isIntact()) {
                report("event " + item.eventNumber() + " is not what was written");
            }
        }

        @Override
        public void response(long keyHash, ItemLocation location) {
            if (ResponseCodec.read(item(location)) == null) {
                report("a response is not what was written");
            }
        }

        @Override
        public void feedState(FeedState.Snapshot snapshot) {
            heads.putIfAbsent(snapshot.feedNumber(), snapshot.head());
        }

        @Override
        public void entry(int feedNumber, Position position, boolean isCopy) {
            changes++;
            Position before = heads.get(feedNumber);
            Event of = event;
            if (!isCopy && before != null && of != null) {
                if (position.revision().minus(before.revision()) != 1) {
                    report("revision " + position.revision() + " of feed " + feedNumber + " comes after "
                            + before.revision());
                } else if (position.chain() != Chain.next(before.chain(), of.checksum())) {
                    report("the chained checksum of revision " + position.revision() + " of feed " + feedNumber
                            + " is not that of the changes up to it");
                }
            }
            if (before == null || !position.revision().isBefore(before.revision())) {
                heads.put(feedNumber, position);
            }
        }
    }

    private void checkIndex(SegmentHeader header, MemoryIndex expected) throws IOException {
        String name = Segment.indexName(header.number());
        if (!folder.list().contains(name)) {
            progress.accept(name + " is missing; the next start makes it again");
            return;
        }
        try (LogFile file = folder.open(name)) {
            DiskIndex index = DiskIndex.open(blocks, new IndexFile(header.number(), name, file), header.salt());
            if (!isSame(expected, index)) {
                problems.add(
                        name + ": it does not say what is in its segment; without it, the next start makes it again");
            }
        } catch (DamagedLogException e) {
            progress.accept(e.getMessage() + "; the next start makes the index again");
        }
        blocks.evict(header.number());
    }

    private static boolean isSame(MemoryIndex expected, DiskIndex index) {
        for (int feedNumber : expected.feedNumbers()) {
            FeedRange wanted = expected.feedRange(feedNumber);
            FeedRange range = index.feedRange(feedNumber);
            if (wanted == null
                    || range == null
                    || wanted.firstRevision() != range.firstRevision()
                    || wanted.count() != range.count()) {
                return false;
            }
            EntryLocations found = index.entries(range, range.firstRevision(), range.count());
            EntryLocations entries = expected.entries(wanted, wanted.firstRevision(), wanted.count());
            if (!Arrays.equals(found.offsets(), entries.offsets())
                    || !Arrays.equals(found.lengths(), entries.lengths())
                    || !Arrays.equals(found.chains(), entries.chains())) {
                return false;
            }
        }
        for (OrderLocation order : expected.orders(null, Integer.MAX_VALUE)) {
            if (!order.equals(index.order(order.id()))) {
                return false;
            }
        }
        for (long key : expected.keyHashes()) {
            if (!Objects.equals(expected.response(key), index.response(key))) {
                return false;
            }
        }
        for (long eventNumber : expected.eventNumbers()) {
            if (!Objects.equals(expected.event(eventNumber), index.event(eventNumber))) {
                return false;
            }
        }
        return true;
    }
}
