package io.bellwire.log;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One event as the log keeps it: once, however many feeds have it. Immutable by agreement: every page with the event
 * shares the array, and nobody writes to it.
 *
 * @param seq the event's number in this log, from 1, unique, with gaps
 * @param atMillis when its batch was committed, milliseconds since 1970
 * @param tail the JSON of the change from {@code "type"} to the closing brace, which is the same in every feed. UTF-8
 * @param dataOffset where in {@code tail} the value of {@code "data"} begins, which ends just before the closing brace;
 *     0 if there is none
 * @param order the order that the event is about; null for none
 * @param checksum CRC32C of the time (8 bytes, big endian), the order's id (16 bytes, zeros if there is none) and the
 *     tail
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere; a copy per page would cost the page twice
public record Event(
        long seq,
        long atMillis,
        byte[] tail,
        int dataOffset,
        @Nullable UUID order,
        int checksum) {
    private static final int HEAD_BYTES = 24;

    /** A new event. */
    public Event(long seq, long atMillis, byte[] tail, int dataOffset, @Nullable UUID order) {
        this(seq, atMillis, tail, dataOffset, order, checksum(atMillis, tail, order));
    }

    private static int checksum(long atMillis, byte[] tail, @Nullable UUID order) {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).putLong(atMillis);
        if (order != null) {
            head.putLong(order.getMostSignificantBits()).putLong(order.getLeastSignificantBits());
        }
        CRC32C crc = new CRC32C();
        crc.update(head.array());
        crc.update(tail);
        return (int) crc.getValue();
    }

    /** Whether {@link #checksum} matches the rest. */
    public boolean isIntact() {
        return checksum == checksum(atMillis, tail, order);
    }

    /** The length of the JSON value of {@code data}, in bytes. */
    public int dataLength() {
        return dataOffset == 0 ? 0 : tail.length - 1 - dataOffset;
    }

    /** A copy of the JSON value of {@code data}; empty if there is none. */
    public byte[] data() {
        byte[] data = new byte[dataLength()];
        System.arraycopy(tail, dataOffset, data, 0, data.length);
        return data;
    }
}
