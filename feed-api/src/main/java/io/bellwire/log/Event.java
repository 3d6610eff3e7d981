package io.bellwire.log;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One event as the log keeps it: once, however many feeds have it. Immutable.
 *
 * @param eventNumber the event's number in this log, unique
 * @param atMillis when its batch was committed, milliseconds since 1970
 * @param subject the id of what the event is about, an order so far; null for none
 * @param checksum CRC32C of the time (8 bytes, big endian), the subject (16 bytes, zeros if there is none) and the JSON
 */
public record Event(
        EventNumber eventNumber,
        long atMillis,
        EventJson json,
        @Nullable UUID subject,
        int checksum) {
    private static final int HEAD_BYTES = 24;

    /** A new event. */
    public Event(EventNumber eventNumber, long atMillis, EventJson json, @Nullable UUID subject) {
        this(eventNumber, atMillis, json, subject, checksum(atMillis, json, subject));
    }

    private static int checksum(long atMillis, EventJson json, @Nullable UUID subject) {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES).putLong(atMillis);
        if (subject != null) {
            head.putLong(subject.getMostSignificantBits()).putLong(subject.getLeastSignificantBits());
        }
        CRC32C crc = new CRC32C();
        crc.update(head.array());
        crc.update(json.bytes());
        return (int) crc.getValue();
    }

    /** Whether {@link #checksum} matches the rest. */
    public boolean isIntact() {
        return checksum == checksum(atMillis, json, subject);
    }
}
