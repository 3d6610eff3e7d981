package io.bellwire.segment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads every whole record of a log that may be damaged, in their order, and says which records are lost and where they
 * were. It relies on nothing but the records: each proves by its checksum, its number and its place that it is what was
 * written. Changes nothing. Used by one thread.
 */
final class SalvageReader {
    private static final Pattern SEGMENT = Pattern.compile("\\d{10}\\.log");

    private final LogFolder folder;
    private final SegmentReader.RecordVisitor visitor;
    private final Consumer<String> lost;
    /** The damage that was found since the last whole record. */
    private final List<String> damage = new ArrayList<>();
    /** The number of the record that must come next; 0 if that is not known. */
    private long nextRecord;

    private @Nullable UUID log;
    private int segments;

    private SalvageReader(LogFolder folder, SegmentReader.RecordVisitor visitor, Consumer<String> lost) {
        this.folder = folder;
        this.visitor = visitor;
        this.lost = lost;
    }

    /**
     * Hands all whole records of the log in {@code folder} to {@code visitor}.
     *
     * @param lost gets a line for each gap
     * @return how many segments there are
     */
    static int read(LogFolder folder, SegmentReader.RecordVisitor visitor, Consumer<String> lost) throws IOException {
        return new SalvageReader(folder, visitor, lost).read();
    }

    private int read() throws IOException {
        LogManifest manifest = manifest();
        NavigableSet<Long> numbers = segmentNumbers();
        long first = manifest != null ? manifest.first() : numbers.isEmpty() ? 1 : numbers.first();
        long last = Math.max(manifest == null ? 0 : manifest.last(), numbers.isEmpty() ? 0 : numbers.last());
        nextRecord = first == 1 ? 1 : 0;
        for (long number = first; number <= last; number++) {
            String name = Segment.name(number);
            if (numbers.contains(number)) {
                try (LogFile file = folder.open(name)) {
                    read(name, number, file, number == last);
                }
            } else {
                damage.add(name + " is missing");
            }
        }
        if (manifest != null && nextRecord <= manifest.records()) {
            reportLost(manifest.records() + 1);
        } else if (!damage.isEmpty()) {
            lost.accept("what came after record " + (nextRecord - 1) + ": " + String.join(", ", damage));
        }
        return segments;
    }

    private @Nullable LogManifest manifest() throws IOException {
        try {
            LogManifest manifest = LogManifest.read(folder).orElse(null);
            log = manifest == null ? null : manifest.log();
            return manifest;
        } catch (DamagedLogException e) {
            return null; // the segments are found without it
        }
    }

    private NavigableSet<Long> segmentNumbers() throws IOException {
        NavigableSet<Long> numbers = new TreeSet<>();
        for (String name : folder.list()) {
            if (SEGMENT.matcher(name).matches()) {
                numbers.add(Long.parseLong(name.substring(0, name.length() - Segment.SUFFIX.length())));
            }
        }
        return numbers;
    }

    private void read(String name, long number, LogFile file, boolean isNewest) throws IOException {
        segments++;
        SegmentHeader header = SegmentHeader.read(file).orElse(null);
        if (header == null) {
            header = SegmentHeader.readDamaged(file).orElse(null);
            if (header == null) {
                damage.add(name + " has " + file.size() + " bytes");
                return;
            }
        } else if (header.number() != number || (log != null && !header.log().equals(log))) {
            damage.add(name + " is segment " + header.number() + " of the log " + header.log());
            return;
        } else {
            log = header.log();
            reportLost(header.firstRecord());
        }
        SegmentReader reader = new SegmentReader(file, header);
        long offset = reader.nextRecordOffset(SegmentHeader.BYTES);
        noteDamage(name, SegmentHeader.BYTES, offset);
        while (offset < file.size()) {
            RecordHeader record = reader.recordAt(offset);
            if (record != null) {
                reportLost(record.number());
                SegmentReader.End end = reader.read(offset, record.number(), visitor);
                nextRecord = end.nextRecord();
                offset = end.offset();
                if (isNewest && isUnfinishedWrite(name, reader, end)) {
                    return;
                }
            }
            long next = reader.nextRecordOffset(offset);
            noteDamage(name, offset, next);
            offset = next;
        }
    }

    private static boolean isUnfinishedWrite(String name, SegmentReader reader, SegmentReader.End end)
            throws IOException {
        if (reader.nextRecordOffset(end.offset()) < end.fileBytes()) {
            return false;
        }
        try {
            TornWriteCheck.requireCleanOrTorn(name, reader, end);
            return true; // it was acknowledged to nobody
        } catch (DamagedLogException e) {
            return false;
        }
    }

    private void noteDamage(String name, long from, long to) {
        if (from < to) {
            damage.add(name + " from byte " + from + " to byte " + to);
        }
    }

    /** Reports the records before {@code record} that are not there. */
    private void reportLost(long record) {
        if (nextRecord == 0 && !damage.isEmpty()) {
            lost.accept("the records before " + record + ": " + String.join(", ", damage));
        } else if (nextRecord > 0 && nextRecord < record) {
            String which =
                    nextRecord == record - 1 ? "record " + nextRecord : "records " + nextRecord + " to " + (record - 1);
            lost.accept(which + ": " + (damage.isEmpty() ? "nothing is left of them" : String.join(", ", damage)));
        }
        damage.clear();
        nextRecord = record;
    }
}
