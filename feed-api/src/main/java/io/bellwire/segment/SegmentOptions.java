package io.bellwire.segment;

import io.bellwire.log.Durability;

/**
 * How a log in segments is kept. Immutable.
 *
 * @param segmentBytes the size at which a segment is sealed and the next one begins
 * @param indexBytesMax memory for blocks of index files
 * @param newEpoch whether the log begins a new epoch, as it MUST after a restore
 */
public record SegmentOptions(Durability durability, long segmentBytes, long indexBytesMax, boolean newEpoch) {
    /** Larger segments would take more memory while they are written, and longer to read at a start. */
    public static final long SEGMENT_BYTES = 64L << 20;

    static final long SEGMENT_BYTES_MAX = 1L << 30;

    public SegmentOptions {
        if (segmentBytes < 1 || segmentBytes > SEGMENT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "bytes of a segment must be 1 to " + SEGMENT_BYTES_MAX + ", are " + segmentBytes);
        }
    }

    public static SegmentOptions of(Durability durability, long indexBytesMax, boolean newEpoch) {
        return new SegmentOptions(durability, SEGMENT_BYTES, indexBytesMax, newEpoch);
    }
}
