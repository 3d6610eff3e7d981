package io.bellwire.segment;

import io.bellwire.log.Event;
import io.bellwire.log.EventJson;
import io.bellwire.log.EventNumber;
import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes and reads an event as an item of a record. An event can be read by its location; see {@link ItemChecksum}. */
final class EventCodec {
    private static final int FLAG_OF_ORDER = 1;
    private static final int FLAG_LATEST_OF_ORDER = 2;

    private static final int ORDER_BYTES = 2 * Long.BYTES + Integer.BYTES;
    /** What an event's item has at most besides the event's JSON. */
    static final int OVERHEAD_BYTES_MAX =
            ItemChecksum.END + 1 + 2 * Long.BYTES + Integer.BYTES + ORDER_BYTES + 2 * Integer.BYTES;

    private EventCodec() {}

    /** Appends the event to {@code record}. */
    static void write(RecordBuffer record, Event event, int deviceFeedNumber, boolean isLatestOfOrder) {
        int start = record.position();
        UUID order = event.subject();
        ItemChecksum.begin(record, ItemType.EVENT)
                .put((order == null ? 0 : FLAG_OF_ORDER) | (isLatestOfOrder ? FLAG_LATEST_OF_ORDER : 0))
                .putLong(event.eventNumber().value())
                .putLong(event.atMillis())
                .putInt(event.checksum());
        if (order != null) {
            record.putId(order).putInt(deviceFeedNumber);
        }
        EventJson json = event.json();
        record.putInt(json.dataOffset()).putInt(json.length()).putBytes(json.bytes());
        ItemChecksum.end(record, start);
    }

    /**
     * Skips the event that begins at the position of {@code body}, whose type has been read, and returns what an index
     * needs of it.
     *
     * @param bodyOffset where in its file {@code body} begins
     */
    static EventItem skip(ByteBuffer body, long bodyOffset) {
        int start = body.position() - 1;
        body.position(start + ItemChecksum.END);
        int flags = body.get();
        long eventNumber = body.getLong();
        body.position(body.position() + Long.BYTES + Integer.BYTES);
        @Nullable UUID order = (flags & FLAG_OF_ORDER) == 0 ? null : RecordBuffer.id(body);
        int deviceFeedNumber = order == null ? 0 : body.getInt();
        body.position(body.position() + Integer.BYTES);
        int jsonBytes = body.getInt();
        body.position(body.position() + jsonBytes);
        ItemLocation location = new ItemLocation((int) (bodyOffset + start), body.position() - start);
        return new EventItem(location, eventNumber, order, deviceFeedNumber, (flags & FLAG_LATEST_OF_ORDER) != 0);
    }

    /** An event, and the number of the feed of its order's device; 0 if it is not an order's. */
    record StoredEvent(Event event, int deviceFeedNumber) {}

    /** Reads the event in {@code item}; null if {@code item} is not an event or has changed since it was written. */
    static @Nullable StoredEvent read(ByteBuffer item) {
        if (!ItemChecksum.isIntact(item, ItemType.EVENT)) {
            return null;
        }
        item.position(ItemChecksum.END);
        int flags = item.get();
        long eventNumber = item.getLong();
        long atMillis = item.getLong();
        int eventChecksum = item.getInt();
        @Nullable UUID order = (flags & FLAG_OF_ORDER) == 0 ? null : RecordBuffer.id(item);
        int deviceFeedNumber = order == null ? 0 : item.getInt();
        int dataOffset = item.getInt();
        byte[] eventJson = new byte[item.getInt()];
        item.get(eventJson);
        Event event = new Event(
                new EventNumber(eventNumber), atMillis, new EventJson(eventJson, dataOffset), order, eventChecksum);
        return new StoredEvent(event, deviceFeedNumber);
    }
}
