package io.bellwire.segment;

import io.bellwire.log.Durability;

/**
 * How a log in segments is kept. Immutable.
 *
 * @param segmentBytes the size at which a segment is sealed and the next one begins
 * @param indexBytesMax memory for blocks of index files
 * @param newEpoch whether the log begins a new epoch, as it MUST after a restore
 * @param freeBytesMin batches are refused while fewer bytes are free on the disk
 */
public record SegmentOptions(
        Durability durability, long segmentBytes, long indexBytesMax, boolean newEpoch, long freeBytesMin) {
    /** Larger segments would take more memory while they are written, and longer to read at a start. */
    public static final long SEGMENT_BYTES = 64L << 20;

    static final long SEGMENT_BYTES_MAX = 1L << 30;

    public SegmentOptions {
        if (segmentBytes < 1 || segmentBytes > SEGMENT_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "bytes of a segment must be 1 to " + SEGMENT_BYTES_MAX + ", are " + segmentBytes);
        }
    }

    /** Options without a limit of free bytes. */
    public SegmentOptions(Durability durability, long segmentBytes, long indexBytesMax, boolean newEpoch) {
        this(durability, segmentBytes, indexBytesMax, newEpoch, 0);
    }

    /** The same, with this limit of free bytes. */
    public SegmentOptions withFreeBytesMin(long bytes) {
        return new SegmentOptions(durability, segmentBytes, indexBytesMax, newEpoch, bytes);
    }

    public static SegmentOptions of(Durability durability, long indexBytesMax, boolean newEpoch) {
        return new SegmentOptions(durability, SEGMENT_BYTES, indexBytesMax, newEpoch);
    }
}
