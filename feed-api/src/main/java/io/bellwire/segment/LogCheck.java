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
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole log that nobody writes and says what is wrong with it: each checksum, the order of records, revisions without gaps,
 * chained checksums, and that the indexes find what is there. Changes nothing. Used by one thread.
 */
public final class LogCheck {
    private final LogFolder folder;
    private final Consumer<String> progress;
    private final List<String> problems = new ArrayList<>();
    private final Map<Integer, Position> heads = new HashMap<>();
    private final IndexBlocks blocks = new IndexBlocks(1 << 20);
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
     * @param problems one line for each thing that is wrong, with file and place; empty if all is well
     */
    public record Report(int segments, long records, long changes, long bytes, List<String> problems) {
        public Report {
            problems = List.copyOf(problems);
        }
    }

    /**
     * Checks the log in {@code folder}.
     *
     * @param progress is given a line for each segment
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
        LogMark mark;
        try {
            mark = LogMark.read(folder).orElse(null);
        } catch (DamagedLogException e) {
            return new Report(0, 0, 0, 0, List.of(String.valueOf(e.getMessage())));
        }
        if (mark == null) {
            return new Report(0, 0, 0, 0, List.of("there is no log in " + folder.name() + ": no " + LogMark.FILE));
        }
        List<String> names = folder.list();
        long next = 0;
        for (long number = mark.first(); number <= mark.last(); number++) {
            String name = Segment.name(number);
            if (!names.contains(name)) {
                problems.add(name + " is missing");
                next = 0;
                continue;
            }
            try (LogFile file = folder.open(name)) {
                next = check(mark, number, file, next);
            }
        }
        if (next > 0 && next - 1 < mark.records()) {
            problems.add("the log ends with record " + (next - 1) + ", and had " + mark.records());
        }
        return new Report((int) (mark.last() - mark.first()) + 1, records, changes, bytes, problems);
    }

    /** Returns the number of the record that comes after the segment; 0 if that is not known. */
    private long check(LogMark mark, long number, LogFile file, long next) throws IOException {
        String name = Segment.name(number);
        ByteBuffer bytesOfHeader = ByteBuffer.allocate(SegmentHeader.BYTES);
        int unused = file.read(bytesOfHeader, 0);
        Optional<SegmentHeader> header = SegmentHeader.decode(bytesOfHeader.flip());
        if (header.isEmpty()) {
            problems.add(
                    name + " at byte 0: the header is not what was written, and without it no record can be checked");
            return 0;
        }
        if (header.get().number() != number || !header.get().log().equals(mark.log())) {
            problems.add(name + " at byte 0: it is not this segment of this log");
        }
        if (next > 0 && header.get().firstRecord() != next) {
            problems.add(name + " at byte 0: it begins with record "
                    + header.get().firstRecord() + ", and " + next + " must come here");
        }
        OpenIndex index = new OpenIndex();
        Visit visit = new Visit(name, index);
        SegmentReader reader = new SegmentReader(file, header.get());
        SegmentReader.End end = reader.read(SegmentHeader.BYTES, header.get().firstRecord(), visit);
        while (!end.isClean()) {
            end = afterDamage(name, number == mark.last(), reader, end, visit);
        }
        bytes += end.size();
        if (number < mark.last() && visit.isWhole) {
            checkIndex(header.get(), index);
        }
        progress.accept(name + ": " + visit.count + " records");
        return end.next();
    }

    /** Says what is wrong, and goes on with the next whole record. */
    private SegmentReader.End afterDamage(
            String name, boolean isNewest, SegmentReader reader, SegmentReader.End end, Visit visit)
            throws IOException {
        long place = end.place() + 1;
        while (place <= end.size() && reader.recordAt(place) == null) {
            place++;
        }
        visit.isWhole = false;
        if (place <= end.size()) {
            RecordHeader found = reader.recordAt(place);
            long resumed = found == null ? end.next() : found.number();
            problems.add(name + " at byte " + end.place() + ": record " + end.next()
                    + " is not what was written; whole records go on at byte " + place + " with record " + resumed);
            heads.clear(); // the changes between are missing
            return reader.read(place, resumed, visit);
        }
        try {
            if (!isNewest) {
                throw new DamagedLogException(
                        name,
                        end.place(),
                        "record " + end.next() + " is not what was written, and none comes after it");
            }
            TornTail.require(name, reader, end);
            progress.accept(name + ": the last " + (end.size() - end.place())
                    + " bytes are of a write that was not finished; the next start cuts them off");
        } catch (DamagedLogException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return new SegmentReader.End(end.size(), end.next(), end.size());
    }

    /** Looks at one record after the other. */
    private final class Visit implements SegmentReader.Visitor, Items {
        private final String name;
        private final OpenIndex index;
        private long count;
        private boolean isWhole = true;
        private long place;
        private ByteBuffer body = ByteBuffer.allocate(0);
        private @Nullable Event event;

        Visit(String name, OpenIndex index) {
            this.name = name;
            this.index = index;
        }

        @Override
        public void record(RecordHeader header, long at, ByteBuffer content) {
            records++;
            count++;
            place = at;
            body = content;
            try {
                ItemReader.read(content.duplicate(), at + RecordHeader.BYTES, this);
                ItemReader.read(content.duplicate(), at + RecordHeader.BYTES, new IndexItems(index));
            } catch (RuntimeException e) { // the rest of the log is looked at all the same
                problem("record " + header.number() + " cannot be understood: " + e.getMessage());
            }
        }

        private void problem(String what) {
            problems.add(name + " at byte " + place + ": " + what);
        }

        private ByteBuffer item(ItemPlace at) {
            return body.slice((int) (at.offset() - place - RecordHeader.BYTES), at.length());
        }

        @Override
        public void event(EventItem item) {
            EventBody.Stored stored = EventBody.read(item(item.place()));
            event = stored == null ? null : stored.event();
            if (stored == null || !stored.event().isIntact()) {
                problem("event " + item.seq() + " is not what was written");
            }
        }

        @Override
        public void response(long keyHash, ItemPlace at) {
            if (ResponseBody.read(item(at)) == null) {
                problem("a response is not what was written");
            }
        }

        @Override
        public void feedState(FeedState.Facts facts) {
            heads.putIfAbsent(facts.no(), facts.head());
        }

        @Override
        public void entry(int feed, Position position, boolean isCarried) {
            changes++;
            Position before = heads.get(feed);
            Event of = event;
            if (!isCarried && before != null && of != null) {
                if (position.revision() != before.revision() + 1) {
                    problem("revision " + position.revision() + " of feed " + feed + " comes after "
                            + before.revision());
                } else if (position.chain() != Chain.next(before.chain(), of.checksum())) {
                    problem("the chained checksum of revision " + position.revision() + " of feed " + feed
                            + " is not that of the changes up to it");
                }
            }
            if (before == null || position.revision() >= before.revision()) {
                heads.put(feed, position);
            }
        }
    }

    private void checkIndex(SegmentHeader header, OpenIndex found) throws IOException {
        String name = Segment.indexName(header.number());
        if (!folder.list().contains(name)) {
            progress.accept(name + " is missing; the next start makes it again");
            return;
        }
        try (LogFile file = folder.open(name)) {
            SealedIndex index = SealedIndex.open(blocks, new IndexFile(header.number(), name, file), header.salt());
            if (!isSame(found, index)) {
                problems.add(
                        name + ": it does not say what is in its segment; without it, the next start makes it again");
            }
        } catch (DamagedLogException e) {
            progress.accept(e.getMessage() + "; the next start makes the index again");
        }
        blocks.forget(header.number());
    }

    private static boolean isSame(OpenIndex found, SealedIndex index) {
        for (int no : found.feedNumbers()) {
            FeedRange wanted = found.feed(no);
            FeedRange range = index.feed(no);
            if (wanted == null || range == null || wanted.first() != range.first() || wanted.count() != range.count()) {
                return false;
            }
            EntryRows there = index.entries(range, range.first(), range.count());
            EntryRows here = found.entries(wanted, wanted.first(), wanted.count());
            if (!Arrays.equals(there.offsets(), here.offsets())
                    || !Arrays.equals(there.lengths(), here.lengths())
                    || !Arrays.equals(there.chains(), here.chains())) {
                return false;
            }
        }
        for (OrderPlace order : found.orders(null, Integer.MAX_VALUE)) {
            if (!order.equals(index.order(order.id()))) {
                return false;
            }
        }
        for (long key : found.keyHashes()) {
            if (!Objects.equals(found.response(key), index.response(key))) {
                return false;
            }
        }
        for (long seq : found.eventNumbers()) {
            if (!Objects.equals(found.event(seq), index.event(seq))) {
                return false;
            }
        }
        return true;
    }
}
