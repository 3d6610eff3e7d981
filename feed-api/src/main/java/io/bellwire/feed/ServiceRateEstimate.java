package io.bellwire.feed;

import java.util.function.LongSupplier;

/**
 * {@link ServiceRate} out of what pages cost of late. A page takes time of a processor, and if it is not in memory a
 * thread that reads the log as well; whichever of the two is used up first is the limit. What it costs to have waited for a
 * processor does not count for either, so a server under load does not take itself for a slow one. Thread-safe.
 */
public final class ServiceRateEstimate implements ServiceRate {
    private static final double NANOS_PER_SECOND = 1e9;
    /** What is older than so many pages counts for little: a change in pace shows within some hundred. */
    private static final double PAGES_REMEMBERED = 64;
    /** Anything counts as at most so many mean pages, so that one pause does not look like a slow server. */
    private static final double OUTLIER = 10;
    /** What is done for each page besides, the HTTP server's part above all: about 25 us, measured with an idle handler. */
    private static final long HTTP_NANOS = 25_000;

    private final int processors;
    private final int readers;
    private final LongSupplier wallNanos;
    private final LongSupplier threadNanos;
    private final LongSupplier waitedNanos;

    private double pages = PAGES_REMEMBERED;
    private double processorNanos;
    private double readerNanos;

    /**
     * @param processors how many threads can compute at once
     * @param readers how many threads can read the log at once
     * @param expectedPagesPerSecond what to answer before anything was measured, above 0
     * @param wallNanos the time, from any start
     * @param threadNanos the time that a processor has worked for the calling thread
     * @param waitedNanos the time that the calling thread has waited for a processor; always 0 if that is not known
     */
    public ServiceRateEstimate(
            int processors,
            int readers,
            double expectedPagesPerSecond,
            LongSupplier wallNanos,
            LongSupplier threadNanos,
            LongSupplier waitedNanos) {
        if (processors < 1 || readers < 1 || !(expectedPagesPerSecond > 0) || expectedPagesPerSecond > 1e9) {
            throw new IllegalArgumentException("processors " + processors + ", readers " + readers
                    + ", pages per second " + expectedPagesPerSecond);
        }
        this.processors = processors;
        this.readers = readers;
        this.wallNanos = wallNanos;
        this.threadNanos = threadNanos;
        this.waitedNanos = waitedNanos;
        this.processorNanos = pages * processors * NANOS_PER_SECOND / expectedPagesPerSecond;
        this.readerNanos = pages * readers * NANOS_PER_SECOND / expectedPagesPerSecond;
    }

    /** Begins to measure what this thread does to read the log for a page. */
    public Reading beginReading() {
        return new Reading();
    }

    /** Begins to measure what this thread does to put a page together. */
    public Work begin() {
        return new Work();
    }

    /** Reads for one page, on one of the threads that there are for it. Begun and ended on the same thread. */
    public final class Reading {
        private final long startedNanos = wallNanos.getAsLong();
        private final long startedThreadNanos = threadNanos.getAsLong();
        private final long startedWaitedNanos = waitedNanos.getAsLong();

        private Reading() {}

        /** The page is read. */
        void done() {
            long waited = Math.max(0, waitedNanos.getAsLong() - startedWaitedNanos);
            add(0, threadNanos.getAsLong() - startedThreadNanos, wallNanos.getAsLong() - startedNanos - waited);
        }
    }

    /** What one thread does for one page. Begun and ended on the same thread. */
    public final class Work {
        private final long startedThreadNanos = threadNanos.getAsLong();

        private Work() {}

        /** The page is put together: this is one more. */
        public void answered() {
            add(1, threadNanos.getAsLong() - startedThreadNanos + HTTP_NANOS, 0);
        }
    }

    private synchronized void add(int page, long ofProcessor, long ofReader) {
        double processorShare = Math.min((double) Math.max(0, ofProcessor), OUTLIER * processorNanos / pages);
        double readerShare = Math.min((double) Math.max(0, ofReader), OUTLIER * readerFloor() / pages);
        if (page > 0) {
            double kept = 1 - 1 / PAGES_REMEMBERED;
            pages *= kept;
            processorNanos *= kept;
            readerNanos *= kept;
        }
        pages += page;
        processorNanos += processorShare;
        readerNanos += readerShare;
    }

    /** A mean that has been 0 for long would let no sample in any more. */
    private double readerFloor() {
        return Math.max(readerNanos, processorNanos);
    }

    @Override
    public synchronized double pagesPerSecond() {
        return NANOS_PER_SECOND * pages / Math.max(processorNanos / processors, readerNanos / readers);
    }
}
