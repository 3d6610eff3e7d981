package io.bellwire.segment;

import io.bellwire.command.StoredResponse;
import io.bellwire.log.Event;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One segment that can be read: its file and its index. Thread-safe. */
final class Segment implements Closeable {
    private static final Logger log = LoggerFactory.getLogger(Segment.class);
    static final String SUFFIX = ".log";
    static final String INDEX_SUFFIX = ".idx";

    /** Events that are at most this far apart in the file are read together. */
    private static final int GAP_BYTES_MAX = 1 << 10;

    private static final int READ_BYTES_MAX = 256 << 10;
    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(READ_BYTES_MAX));

    private final SegmentHeader header;
    private final String name;
    private final LogFile file;
    private volatile SegmentIndex index;
    private volatile @Nullable SegmentSummary summary;
    private volatile boolean isDamageReported;

    Segment(SegmentHeader header, LogFile file, SegmentIndex index) {
        this.header = header;
        this.name = name(header.number());
        this.file = file;
        this.index = index;
    }

    /** The beginning of the names of a segment's files. */
    static String prefix(long number) {
        return String.format("%010d", number);
    }

    /** The name of a segment's file. */
    static String name(long number) {
        return prefix(number) + SUFFIX;
    }

    /** The name of a segment's index file. */
    static String indexName(long number) {
        return prefix(number) + INDEX_SUFFIX;
    }

    /**
     * Creates the file of a segment without records, durably. A file of that name must hold no records, and is
     * replaced.
     */
    static LogFile createFile(LogFolder folder, SegmentHeader header) throws IOException {
        String name = name(header.number());
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

    long number() {
        return header.number();
    }

    SegmentHeader header() {
        return header;
    }

    SegmentIndex index() {
        return index;
    }

    /** Whether the index is on disk. */
    boolean isIndexed() {
        return index instanceof DiskIndex;
    }

    void useIndex(DiskIndex onDisk) {
        index = onDisk;
    }

    /** What is known of the segment once it is sealed; null while it is written. */
    @Nullable SegmentSummary summary() {
        return summary;
    }

    /** Whether the whole segment was written before the log was {@code ageMillis} old. */
    boolean sealedBefore(long ageMillis) {
        SegmentSummary sealed = summary;
        return sealed != null && sealed.lastWritten().ageMillis() < ageMillis;
    }

    /** Whether the segment was sealed before an event got this number. */
    boolean sealedBeforeEvent(long eventNumber) {
        SegmentSummary sealed = summary;
        return sealed != null && sealed.lastEventNumber() < eventNumber;
    }

    /** Notes that the segment is written no more. */
    void seal(SegmentSummary last) {
        summary = last;
    }

    EventCodec.StoredEvent event(ItemLocation location) {
        return requireEvent(EventCodec.read(item(location)), location.offset());
    }

    private EventCodec.StoredEvent requireEvent(EventCodec.@Nullable StoredEvent stored, long offset) {
        if (stored == null) {
            throw damaged(offset, "an event");
        }
        return stored;
    }

    StoredResponse response(ItemLocation location) {
        StoredResponse response = ResponseCodec.read(item(location));
        if (response == null) {
            throw damaged(location.offset(), "a response");
        }
        return response;
    }

    private DamagedLogException damaged(long offset, String what) {
        return reported(new DamagedLogException(
                name, offset, what + " is not what was written; what comes before and after it can be read"));
    }

    /** Logs the first damage that is found: readers try again and again, and are told only that the log has failed. */
    private DamagedLogException reported(DamagedLogException damage) {
        if (!isDamageReported) {
            isDamageReported = true;
            log.error(
                    "{}; scripts/serve check finds all damage, scripts/serve repair saves the rest",
                    damage.getMessage());
        }
        return damage;
    }

    /** The events of the first {@code count} entries, in their order. */
    List<Event> events(EntryLocations entries, int count) {
        List<Event> events = new ArrayList<>(count);
        for (int from = 0; from < count; ) {
            int start = entries.offsets()[from];
            int end = start + entries.lengths()[from];
            int to = from + 1;
            while (to < count
                    && entries.offsets()[to] >= end
                    && entries.offsets()[to] - end <= GAP_BYTES_MAX
                    && entries.offsets()[to] + entries.lengths()[to] - start <= READ_BYTES_MAX) {
                end = entries.offsets()[to] + entries.lengths()[to];
                to++;
            }
            ByteBuffer bytes = read(start, end - start);
            for (int i = from; i < to; i++) {
                int offset = entries.offsets()[i];
                ByteBuffer item = bytes.slice(offset - start, entries.lengths()[i]);
                events.add(requireEvent(EventCodec.read(item), offset).event());
            }
            from = to;
        }
        return events;
    }

    private ByteBuffer item(ItemLocation location) {
        return read(location.offset(), location.length());
    }

    /** Reads the bytes, which are valid until this thread reads again. */
    private ByteBuffer read(long offset, int length) {
        ByteBuffer bytes = length <= READ_BYTES_MAX ? BUFFER.get().clear().limit(length) : ByteBuffer.allocate(length);
        try {
            int count = file.read(bytes, offset);
            if (count < length) {
                throw reported(new DamagedLogException(
                        name,
                        offset,
                        "the file has " + count + " bytes here, and its index says that there are " + length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
        }
        return bytes.flip().slice();
    }

    @Override
    public void close() throws IOException {
        file.close();
        if (index instanceof DiskIndex onDisk) {
            onDisk.file().close();
        }
    }
}
