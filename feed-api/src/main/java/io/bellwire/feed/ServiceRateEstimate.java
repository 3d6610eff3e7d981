package io.bellwire.feed;

import java.util.function.LongSupplier;

/**
 * Estimates the {@link ServiceRate} from what recent pages have cost. A page takes time of a processor and, if it is
 * not in memory, time of a thread that reads the log; the resource that is used up first is the limit. The time that a
 * thread has waited for a processor counts for neither, so a server under load does not count as a slow one.
 * Thread-safe.
 */
public final class ServiceRateEstimate implements ServiceRate {
    private static final double NANOS_PER_SECOND = 1e9;
    /** Costs older than this many pages count for little: a change of the costs shows within some hundred pages. */
    private static final double PAGES_AVERAGED = 64;
    /** A cost counts as this many mean costs at most, so that one pause does not look like a slow server. */
    private static final double OUTLIER_MAX = 10;
    /**
     * What the HTTP server takes for each page, which is not measured here: about 25 us, measured with an idle handler.
     */
    private static final long HTTP_NANOS = 25_000;

    private final int processors;
    private final int readers;
    private final LongSupplier wallNanos;
    private final LongSupplier threadNanos;
    private final LongSupplier waitedNanos;

    private double pages = PAGES_AVERAGED;
    private double processorNanos;
    private double readerNanos;

    /**
     * @param processors how many threads can compute at once
     * @param readers how many threads can read the log at once
     * @param expectedPagesPerSecond the rate before anything was measured, above 0
     * @param wallNanos a clock that only measures time
     * @param threadNanos for how long a processor has worked for the calling thread
     * @param waitedNanos for how long the calling thread has waited for a processor; always 0 if that is not known
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
    public StoreRead beginStoreRead() {
        return new StoreRead();
    }

    /** Begins to measure what this thread does to render a page. */
    public PageRendering beginRendering() {
        return new PageRendering();
    }

    /** The read of the log for one page. Begun and ended on the same thread. */
    public final class StoreRead {
        private final long startedNanos = wallNanos.getAsLong();
        private final long startedThreadNanos = threadNanos.getAsLong();
        private final long startedWaitedNanos = waitedNanos.getAsLong();

        private StoreRead() {}

        /** Adds the cost of the read. */
        void done() {
            long waited = Math.max(0, waitedNanos.getAsLong() - startedWaitedNanos);
            add(0, threadNanos.getAsLong() - startedThreadNanos, wallNanos.getAsLong() - startedNanos - waited);
        }
    }

    /** The rendering of one page. Begun and ended on the same thread. */
    public final class PageRendering {
        private final long startedThreadNanos = threadNanos.getAsLong();

        private PageRendering() {}

        /** Counts the page, and adds the cost of the rendering. */
        public void done() {
            add(1, threadNanos.getAsLong() - startedThreadNanos + HTTP_NANOS, 0);
        }
    }

    private synchronized void add(int newPages, long newProcessorNanos, long newReaderNanos) {
        double processorCost = Math.min((double) Math.max(0, newProcessorNanos), OUTLIER_MAX * processorNanos / pages);
        double readerCost = Math.min((double) Math.max(0, newReaderNanos), OUTLIER_MAX * readerBound() / pages);
        if (newPages > 0) {
            double kept = 1 - 1 / PAGES_AVERAGED;
            pages *= kept;
            processorNanos *= kept;
            readerNanos *= kept;
        }
        pages += newPages;
        processorNanos += processorCost;
        readerNanos += readerCost;
    }

    /** What outliers of reads are measured by: by their own mean only, a mean of 0 would never let a cost in again. */
    private double readerBound() {
        return Math.max(readerNanos, processorNanos);
    }

    @Override
    public synchronized double pagesPerSecond() {
        return NANOS_PER_SECOND * pages / Math.max(processorNanos / processors, readerNanos / readers);
    }
}
