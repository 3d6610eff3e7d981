package io.bellwire.segment;

import io.bellwire.command.StoredResponse;
import java.nio.ByteBuffer;

/**
 * The body of a record that is being read. Valid as long as its bytes are.
 *
 * @param recordOffset where in its file the record begins
 */
record RecordBody(long recordOffset, ByteBuffer bytes) {
    static final RecordBody NONE = new RecordBody(0, ByteBuffer.allocate(0));

    /** Hands all its items to {@code items}. */
    void read(ItemVisitor items) {
        ItemReader.read(bytes.duplicate(), recordOffset + RecordHeader.BYTES, items);
    }

    private ByteBuffer item(ItemLocation location) {
        return bytes.slice((int) (location.offset() - recordOffset - RecordHeader.BYTES), location.length());
    }

    /** The whole event; {@link IllegalStateException} if it is not what was written. */
    EventCodec.StoredEvent event(EventItem item) {
        EventCodec.StoredEvent stored = EventCodec.read(item(item.location()));
        if (stored == null) {
            throw new IllegalStateException("event " + item.eventNumber() + " is not what was written");
        }
        return stored;
    }

    /** The whole response; {@link IllegalStateException} if it is not what was written. */
    StoredResponse response(ItemLocation location) {
        StoredResponse response = ResponseCodec.read(item(location));
        if (response == null) {
            throw new IllegalStateException("a response is not what was written");
        }
        return response;
    }
}
