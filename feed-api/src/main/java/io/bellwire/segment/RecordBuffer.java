package io.bellwire.segment;

import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * Puts a record together, in memory that the next record uses again; reads numbers and texts of a body back. Used by
 * one thread.
 */
final class RecordBuffer {
    private static final int BYTES = 256 << 10;
    /** A buffer that one large record has made larger than this is given back. */
    private static final int BYTES_KEPT_MAX = 4 << 20;

    private static final int VARINT_BITS = 7;

    private ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES);

    /** Begins a record, with room for its header. */
    void begin() {
        if (bytes.capacity() > BYTES_KEPT_MAX) {
            bytes = ByteBuffer.allocateDirect(BYTES);
        }
        bytes.clear().position(RecordHeader.BYTES);
    }

    /** How many bytes the record has by now, its header included. */
    int position() {
        return bytes.position();
    }

    boolean isEmpty() {
        return bytes.position() == RecordHeader.BYTES;
    }

    private void reserve(int more) {
        if (bytes.remaining() < more) {
            ByteBuffer larger = ByteBuffer.allocateDirect((int)
                    Math.min(Integer.MAX_VALUE - 8, Math.max(2L * bytes.capacity(), (long) bytes.position() + more)));
            bytes = larger.put(bytes.flip());
        }
    }

    RecordBuffer put(int value) {
        reserve(1);
        bytes.put((byte) value);
        return this;
    }

    RecordBuffer putInt(int value) {
        reserve(Integer.BYTES);
        bytes.putInt(value);
        return this;
    }

    RecordBuffer putLong(long value) {
        reserve(Long.BYTES);
        bytes.putLong(value);
        return this;
    }

    /** Puts a number that is not negative in 1 to 9 bytes, fewer for smaller numbers. */
    RecordBuffer putVarint(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a number in a record must not be negative, is " + value);
        }
        reserve(Long.BYTES + 1);
        long rest = value;
        while (rest > 0x7F) {
            bytes.put((byte) (rest | 0x80));
            rest >>>= VARINT_BITS;
        }
        bytes.put((byte) rest);
        return this;
    }

    RecordBuffer putBytes(byte[] value) {
        reserve(value.length);
        bytes.put(value);
        return this;
    }

    /** Puts the number of the bytes, and the bytes. */
    RecordBuffer putCounted(byte[] value) {
        return putVarint(value.length).putBytes(value);
    }

    RecordBuffer putText(String value) {
        return putCounted(value.getBytes(StandardCharsets.UTF_8));
    }

    RecordBuffer putId(UUID value) {
        return putLong(value.getMostSignificantBits()).putLong(value.getLeastSignificantBits());
    }

    RecordBuffer putPosition(Position value) {
        return putVarint(value.revision().value()).putInt(value.chain());
    }

    /** Replaces four bytes that were put before. */
    void setInt(int position, int value) {
        bytes.putInt(position, value);
    }

    /** What was put from {@code position} on. */
    ByteBuffer from(int position) {
        return bytes.slice(position, bytes.position() - position);
    }

    /** Ends the record, and returns all of it: room for its header, its body, its last byte. */
    ByteBuffer end() {
        put(RecordHeader.END);
        return bytes.slice(0, bytes.position());
    }

    /** The body of the record after {@link #end}, to be read. */
    ByteBuffer body(int length) {
        return bytes.slice(RecordHeader.BYTES, length);
    }

    static long varint(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; ; shift += VARINT_BITS) {
            byte next = from.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    static Position position(ByteBuffer from) {
        return new Position(new Revision(varint(from)), from.getInt());
    }

    static byte[] counted(ByteBuffer from) {
        byte[] value = new byte[(int) varint(from)];
        from.get(value);
        return value;
    }

    static String text(ByteBuffer from) {
        return new String(counted(from), StandardCharsets.UTF_8);
    }

    static UUID id(ByteBuffer from) {
        return new UUID(from.getLong(), from.getLong());
    }
}
