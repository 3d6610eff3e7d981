package io.bellwire.segment;

import io.bellwire.log.Event;
import io.bellwire.log.StoredResponse;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One segment that can be read: its file and its index. Thread-safe. */
final class Segment implements Closeable {
    static final String SUFFIX = ".log";
    static final String INDEX_SUFFIX = ".idx";

    /** Neighbours that are at most this far apart are read together. */
    private static final int GAP_BYTES_MAX = 1 << 10;

    private static final int READ_BYTES_MAX = 256 << 10;
    private static final ThreadLocal<ByteBuffer> BUFFER =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(READ_BYTES_MAX));

    private final SegmentHeader header;
    private final String name;
    private final LogFile file;
    private volatile SegmentIndex index;
    private volatile @Nullable SegmentFacts facts;

    Segment(SegmentHeader header, LogFile file, SegmentIndex index) {
        this.header = header;
        this.name = name(header.number());
        this.file = file;
        this.index = index;
    }

    /** What the names of a segment's files begin with. */
    static String prefix(long number) {
        return String.format("%010d", number);
    }

    /** The name of a segment's file. */
    static String name(long number) {
        return prefix(number) + SUFFIX;
    }

    static String indexName(long number) {
        return prefix(number) + INDEX_SUFFIX;
    }

    long number() {
        return header.number();
    }

    SegmentHeader header() {
        return header;
    }

    LogFile file() {
        return file;
    }

    SegmentIndex index() {
        return index;
    }

    /** Whether its index is on disk. */
    boolean isIndexed() {
        return index instanceof SealedIndex;
    }

    void index(SealedIndex sealed) {
        index = sealed;
    }

    /** What is known of it; null while it is written. */
    @Nullable SegmentFacts facts() {
        return facts;
    }

    /** Whether all in it was written before the log was {@code ageMillis} old. */
    boolean endedBefore(long ageMillis) {
        SegmentFacts full = facts;
        return full != null && full.lastAgeMillis() < ageMillis;
    }

    /** Whether it was full before an event was given this number. */
    boolean endedBeforeNumber(long seq) {
        SegmentFacts full = facts;
        return full != null && full.lastSeq() < seq;
    }

    /** It is written no more. */
    void end(SegmentFacts last) {
        facts = last;
    }

    EventBody.Stored event(ItemPlace place) {
        EventBody.Stored stored = EventBody.read(item(place));
        if (stored == null) {
            throw damaged(place.offset(), "an event");
        }
        return stored;
    }

    StoredResponse response(ItemPlace place) {
        StoredResponse answer = ResponseBody.read(item(place));
        if (answer == null) {
            throw damaged(place.offset(), "a response");
        }
        return answer;
    }

    private DamagedLogException damaged(long place, String what) {
        return new DamagedLogException(
                name, place, what + " is not what was written; what comes before and after it can be read");
    }

    /** The events of the first {@code count} rows, in their order. */
    List<Event> events(EntryRows rows, int count) {
        List<Event> events = new ArrayList<>(count);
        for (int from = 0; from < count; ) {
            int start = rows.offsets()[from];
            int end = start + rows.lengths()[from];
            int to = from + 1;
            while (to < count
                    && rows.offsets()[to] >= end
                    && rows.offsets()[to] - end <= GAP_BYTES_MAX
                    && rows.offsets()[to] + rows.lengths()[to] - start <= READ_BYTES_MAX) {
                end = rows.offsets()[to] + rows.lengths()[to];
                to++;
            }
            ByteBuffer bytes = read(start, end - start);
            for (int i = from; i < to; i++) {
                EventBody.Stored stored = EventBody.read(bytes.slice(rows.offsets()[i] - start, rows.lengths()[i]));
                if (stored == null) {
                    throw damaged(rows.offsets()[i], "an event");
                }
                events.add(stored.event());
            }
            from = to;
        }
        return events;
    }

    private ByteBuffer item(ItemPlace place) {
        return read(place.offset(), place.length());
    }

    /** The bytes, valid until this thread reads again. */
    private ByteBuffer read(long from, int length) {
        ByteBuffer bytes = length <= READ_BYTES_MAX ? BUFFER.get().clear().limit(length) : ByteBuffer.allocate(length);
        try {
            if (file.read(bytes, from) < length) {
                throw new DamagedLogException(name, from, "the file ends before what its index says is there");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read: " + e.getMessage(), e);
        }
        return bytes.flip().slice();
    }

    @Override
    public void close() throws IOException {
        file.close();
        if (index instanceof SealedIndex sealed) {
            sealed.file().close();
        }
    }
}
