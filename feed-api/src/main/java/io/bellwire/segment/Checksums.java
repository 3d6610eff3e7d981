package io.bellwire.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * CRC32C that begins with a segment's salt and with what the bytes belong to. The salt is random and never shown, so
 * nobody can send an order whose text looks like a record of the log; and a record that is whole, but at another place than its
 * own, is none. Not thread-safe.
 */
final class Checksums {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer seed;
    private final int saltBytes;

    Checksums(byte[] salt) {
        this.saltBytes = salt.length;
        this.seed = ByteBuffer.allocate(salt.length + Long.BYTES).put(salt);
    }

    /** The checksum of the remaining {@code bytes}, which belong to {@code to}; their position stays as it is. */
    int of(ByteBuffer bytes, long to) {
        crc.reset();
        crc.update(seed.putLong(saltBytes, to).array());
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }
}
