package io.bellwire.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Computes the checksums of a segment: CRC32C of the segment's salt, of where the bytes belong, and of the bytes. The
 * salt is random and is never shown, so nobody can send an order whose text passes for a record of the log. Where the
 * bytes belong is checked too, so a whole record at another place than its own does not pass for one. Not thread-safe.
 */
final class Checksums {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer prefix;
    private final int saltBytes;

    Checksums(byte[] salt) {
        this.saltBytes = salt.length;
        this.prefix = ByteBuffer.allocate(salt.length + Long.BYTES).put(salt);
    }

    /**
     * The checksum of the remaining {@code bytes}, whose position stays as it is.
     *
     * @param belongsTo the offset of a record whose header the bytes are, or the number of a record whose body they are
     */
    int of(ByteBuffer bytes, long belongsTo) {
        crc.reset();
        crc.update(prefix.putLong(saltBytes, belongsTo).array());
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }
}
