package io.bellwire.log;

/**
 * The limits of an {@link EventLog}. Immutable.
 *
 * @param queuedWritesMax writes that may wait for the writer; further ones are refused with {@link OverloadedException}
 * @param queuedBytesMax the same in bytes
 * @param groupWritesMax the most writes in one batch
 * @param recentBytesMax memory for recent changes
 * @param readers threads that read from the store
 * @param queuedReadsMax reads that may wait for a thread; further ones are refused with {@link OverloadedException}
 * @param indexBytesMax memory for blocks of indexes of older segments, at least 1 KiB
 * @param diskFreeBytesMin writes are refused while fewer bytes are free on the disk, at least 1 MiB
 */
public record LogLimits(
        int queuedWritesMax,
        long queuedBytesMax,
        int groupWritesMax,
        long recentBytesMax,
        int readers,
        int queuedReadsMax,
        long indexBytesMax,
        long diskFreeBytesMin) {
    private static final long INDEX_BYTES = 16 << 20;
    private static final long DISK_FREE_BYTES = 64L << 20;
    private static final long DISK_FREE_BYTES_MIN = 1 << 20;

    public static final LogLimits DEFAULT = new LogLimits(8_192, 64L << 20, 1_024, 32L << 20, 4, 4_096, INDEX_BYTES);

    public LogLimits {
        requirePositive("queued writes", queuedWritesMax);
        requirePositive("queued bytes", queuedBytesMax);
        requirePositive("writes in a batch", groupWritesMax);
        requirePositive("readers", readers);
        requirePositive("queued reads", queuedReadsMax);
        if (indexBytesMax < 1_024) {
            throw new IllegalArgumentException("memory for indexes must be at least 1024, is " + indexBytesMax);
        }
        if (diskFreeBytesMin < DISK_FREE_BYTES_MIN) {
            throw new IllegalArgumentException(
                    "free bytes of the disk must be at least " + DISK_FREE_BYTES_MIN + ", are " + diskFreeBytesMin);
        }
        if (recentBytesMax < 0) {
            throw new IllegalArgumentException("memory for recent changes must not be negative, is " + recentBytesMax);
        }
    }

    /** The same, with the least free bytes of the disk that are the default. */
    public LogLimits(
            int queuedWritesMax,
            long queuedBytesMax,
            int groupWritesMax,
            long recentBytesMax,
            int readers,
            int queuedReadsMax,
            long indexBytesMax) {
        this(
                queuedWritesMax,
                queuedBytesMax,
                groupWritesMax,
                recentBytesMax,
                readers,
                queuedReadsMax,
                indexBytesMax,
                DISK_FREE_BYTES);
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("limit of " + name + " must be at least 1, is " + value);
        }
    }

    public LogLimits withRecentBytesMax(long bytes) {
        return with(queuedWritesMax, bytes, indexBytesMax, diskFreeBytesMin);
    }

    public LogLimits withQueuedWritesMax(int writes) {
        return with(writes, recentBytesMax, indexBytesMax, diskFreeBytesMin);
    }

    public LogLimits withIndexBytesMax(long bytes) {
        return with(queuedWritesMax, recentBytesMax, bytes, diskFreeBytesMin);
    }

    public LogLimits withDiskFreeBytesMin(long bytes) {
        return with(queuedWritesMax, recentBytesMax, indexBytesMax, bytes);
    }

    private LogLimits with(int writes, long recentBytes, long indexBytes, long diskFreeBytes) {
        return new LogLimits(
                writes,
                queuedBytesMax,
                groupWritesMax,
                recentBytes,
                readers,
                queuedReadsMax,
                indexBytes,
                diskFreeBytes);
    }
}
