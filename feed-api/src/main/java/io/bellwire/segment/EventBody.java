package io.bellwire.segment;

import io.bellwire.log.Event;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** An event as it stands in a record: it can be read by its place alone, and carries a checksum of its own. */
final class EventBody {
    private static final int CHECKSUM_AT = 1;
    private static final int CHECKED_FROM = CHECKSUM_AT + Integer.BYTES;
    private static final int OF_ORDER = 1;
    private static final int NEWEST_OF_ORDER = 2;

    private EventBody() {}

    /** Puts the event at the end of {@code record}. */
    static void write(RecordBuffer record, Event event, int owner, boolean isNewestOfOrder) {
        int start = record.position();
        UUID order = event.order();
        record.put(ItemType.EVENT)
                .putInt(0)
                .put((order == null ? 0 : OF_ORDER) | (isNewestOfOrder ? NEWEST_OF_ORDER : 0))
                .putLong(event.seq())
                .putLong(event.atMillis())
                .putInt(event.checksum());
        if (order != null) {
            record.putId(order).putInt(owner);
        }
        record.putInt(event.dataOffset()).putInt(event.tail().length).putBytes(event.tail());
        record.setInt(start + CHECKSUM_AT, checksum(record.since(start)));
    }

    private static int checksum(ByteBuffer item) {
        CRC32C crc = new CRC32C();
        crc.update(item.slice(CHECKED_FROM, item.limit() - CHECKED_FROM));
        return (int) crc.getValue();
    }

    /**
     * Reads past the event that begins at {@code body}'s position, after its type.
     *
     * @param bodyPlace where in its file {@code body} begins
     */
    static EventItem skim(ByteBuffer body, long bodyPlace) {
        int start = body.position() - 1;
        body.position(start + CHECKED_FROM);
        int flags = body.get();
        long seq = body.getLong();
        body.position(body.position() + Long.BYTES + Integer.BYTES);
        @Nullable UUID order = (flags & OF_ORDER) == 0 ? null : RecordBuffer.id(body);
        int owner = order == null ? 0 : body.getInt();
        body.position(body.position() + Integer.BYTES);
        int tailBytes = body.getInt();
        body.position(body.position() + tailBytes);
        ItemPlace place = new ItemPlace((int) (bodyPlace + start), body.position() - start);
        return new EventItem(place, seq, order, owner, (flags & NEWEST_OF_ORDER) != 0);
    }

    /** An event, and the number of the feed of its order's device. */
    record Stored(Event event, int owner) {}

    /** The event that {@code item} is; null if it is none, or not what was written. */
    static @Nullable Stored read(ByteBuffer item) {
        if (item.limit() < CHECKED_FROM
                || item.get(0) != ItemType.EVENT
                || item.getInt(CHECKSUM_AT) != checksum(item)) {
            return null;
        }
        item.position(CHECKED_FROM);
        int flags = item.get();
        long seq = item.getLong();
        long atMillis = item.getLong();
        int eventChecksum = item.getInt();
        @Nullable UUID order = (flags & OF_ORDER) == 0 ? null : RecordBuffer.id(item);
        int owner = order == null ? 0 : item.getInt();
        int dataOffset = item.getInt();
        byte[] tail = new byte[item.getInt()];
        item.get(tail);
        return new Stored(new Event(seq, atMillis, tail, dataOffset, order, eventChecksum), owner);
    }
}
