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
        requirePositive("writes in a batch", groupWritesMax);
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
