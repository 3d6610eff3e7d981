package io.bellwire.log;

/**
 * The bounds of an {@link EventLog}. Immutable.
 *
 * @param queuedWritesMax writes that may wait for the writer; more are refused with {@link OverloadedException}
 * @param queuedBytesMax the same in bytes
 * @param groupWritesMax writes that one group takes at most
 * @param recentBytesMax memory for recent changes
 * @param readers threads that read from the store
 * @param queuedReadsMax reads that may wait for such a thread; more are refused with {@link OverloadedException}
 * @param indexBytesMax memory for what has been read of the indexes of older segments, of 1 KiB at least
 */
public record LogLimits(
        int queuedWritesMax,
        long queuedBytesMax,
        int groupWritesMax,
        long recentBytesMax,
        int readers,
        int queuedReadsMax,
        long indexBytesMax) {
    private static final long INDEX_BYTES = 16 << 20;

    public static final LogLimits DEFAULT = new LogLimits(8_192, 64L << 20, 1_024, 32L << 20, 4, 4_096, INDEX_BYTES);

    public LogLimits {
        requirePositive("queued writes", queuedWritesMax);
        requirePositive("queued bytes", queuedBytesMax);
        requirePositive("writes in a group", groupWritesMax);
        requirePositive("readers", readers);
        requirePositive("queued reads", queuedReadsMax);
        if (indexBytesMax < 1_024) {
            throw new IllegalArgumentException("memory for indexes must be at least 1024, is " + indexBytesMax);
        }
        if (recentBytesMax < 0) {
            throw new IllegalArgumentException("memory for recent changes must not be negative, is " + recentBytesMax);
        }
    }

    private static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("limit of " + name + " must be at least 1, is " + value);
        }
    }

    public LogLimits withRecentBytesMax(long bytes) {
        return new LogLimits(
                queuedWritesMax, queuedBytesMax, groupWritesMax, bytes, readers, queuedReadsMax, indexBytesMax);
    }

    public LogLimits withQueuedWritesMax(int writes) {
        return new LogLimits(
                writes, queuedBytesMax, groupWritesMax, recentBytesMax, readers, queuedReadsMax, indexBytesMax);
    }

    public LogLimits withIndexBytesMax(long bytes) {
        return new LogLimits(
                queuedWritesMax, queuedBytesMax, groupWritesMax, recentBytesMax, readers, queuedReadsMax, bytes);
    }
}
