package io.bellwire.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The beginning of a segment's file; SEGMENTS.md has the layout. Immutable by agreement.
 *
 * @param number the segment's number, from 1
 * @param firstRecord the number of its first record
 * @param log which log it is part of
 * @param salt random bytes that the segment's checksums begin with
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record SegmentHeader(long number, long firstRecord, UUID log, byte[] salt) {
    static final int BYTES = 64;
    private static final int VERSION = 1;
    private static final int SALT_BYTES = 16;

    private static final byte[] MAGIC = "BWLOGSEG".getBytes(StandardCharsets.US_ASCII);
    private static final int CHECKED_BYTES = BYTES - Integer.BYTES;

    /** A header with a salt from {@code random}. */
    static SegmentHeader of(long number, long firstRecord, UUID log, RandomGenerator random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new SegmentHeader(number, firstRecord, log, salt);
    }

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES)
                .put(MAGIC)
                .putInt(VERSION)
                .putLong(number)
                .putLong(firstRecord)
                .putLong(log.getMostSignificantBits())
                .putLong(log.getLeastSignificantBits())
                .put(salt);
        return bytes.putInt(checksum(bytes.array())).flip();
    }

    /** Reads the header of the segment in {@code file}; empty if it is not whole or damaged. */
    static Optional<SegmentHeader> read(LogFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        int unused = file.read(bytes, 0);
        return decode(bytes.flip());
    }

    /**
     * The fields of a header whose checksum may be wrong; empty if the file is too short for one. If the salt is right,
     * the records can be read.
     */
    static Optional<SegmentHeader> readDamaged(LogFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        return file.read(bytes, 0) < BYTES
                ? Optional.empty()
                : Optional.of(fields(bytes.flip().position(MAGIC.length + Integer.BYTES)));
    }

    private static Optional<SegmentHeader> decode(ByteBuffer bytes) {
        if (bytes.remaining() < BYTES) {
            return Optional.empty();
        }
        byte[] all = new byte[BYTES];
        bytes.get(all);
        ByteBuffer fields = ByteBuffer.wrap(all);
        if (!Arrays.equals(all, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
                || fields.getInt(CHECKED_BYTES) != checksum(all)) {
            return Optional.empty();
        }
        fields.position(MAGIC.length);
        int version = fields.getInt();
        if (version != VERSION) {
            throw new LogVersionException("version " + version + " of the log's format is not known to this server,"
                    + " which knows version " + VERSION);
        }
        return Optional.of(fields(fields));
    }

    private static SegmentHeader fields(ByteBuffer fields) {
        long number = fields.getLong();
        long firstRecord = fields.getLong();
        UUID log = new UUID(fields.getLong(), fields.getLong());
        byte[] salt = new byte[SALT_BYTES];
        fields.get(salt);
        return new SegmentHeader(number, firstRecord, log, salt);
    }

    private static int checksum(byte[] header) {
        return new Checksums(MAGIC).of(ByteBuffer.wrap(header, 0, CHECKED_BYTES), 0);
    }

    /** The checksums of this segment's records. */
    Checksums checksums() {
        return new Checksums(salt);
    }
}
