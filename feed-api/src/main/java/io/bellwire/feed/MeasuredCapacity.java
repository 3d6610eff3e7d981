package io.bellwire.feed;

/**
 * {@link FeedCapacity} out of what pages cost of late. A page takes time of a processor, and if it is not in memory a
 * thread that reads the log; whichever of the two is used up first is the limit. Each page moves the mean a little, and none
 * far, so that a pause does not look like a slow server. Thread-safe.
 */
public final class MeasuredCapacity implements FeedCapacity {
    private static final double NANOS_PER_SECOND = 1e9;
    /** Each page counts for so much: a change in pace shows within some hundred pages. */
    private static final double WEIGHT = 1.0 / 64;
    /** A page counts as at most so many times the mean: what is slow for good gets through all the same. */
    private static final double OUTLIER = 10;

    private static final double NANOS_MIN = 1;

    private final int processors;
    private final int readers;
    private double processorNanos;
    private double readerNanos;

    /**
     * @param processors how many threads can compute at once
     * @param readers how many threads can read the log at once
     * @param expectedPagesPerSecond what to answer before anything was measured, above 0
     */
    public MeasuredCapacity(int processors, int readers, double expectedPagesPerSecond) {
        if (processors < 1 || readers < 1 || !(expectedPagesPerSecond > 0) || expectedPagesPerSecond > 1e9) {
            throw new IllegalArgumentException("processors " + processors + ", readers " + readers
                    + ", pages per second " + expectedPagesPerSecond);
        }
        this.processors = processors;
        this.readers = readers;
        this.processorNanos = processors * NANOS_PER_SECOND / expectedPagesPerSecond;
        this.readerNanos = readers * NANOS_PER_SECOND / expectedPagesPerSecond;
    }

    /**
     * Notes what one page took.
     *
     * @param ofProcessorNanos time that a processor worked on it, on whichever threads
     * @param ofReaderNanos time that it kept a reader of the log busy, waits for the disk included; 0 if it came from memory
     */
    public synchronized void served(long ofProcessorNanos, long ofReaderNanos) {
        processorNanos = moved(processorNanos, ofProcessorNanos);
        readerNanos = moved(readerNanos, ofReaderNanos);
    }

    private static double moved(double mean, long nanos) {
        double sample = Math.min((double) Math.max(nanos, 0), mean * OUTLIER);
        return Math.max(NANOS_MIN, mean + (sample - mean) * WEIGHT);
    }

    @Override
    public synchronized double pagesPerSecond() {
        return NANOS_PER_SECOND / Math.max(processorNanos / processors, readerNanos / readers);
    }
}
