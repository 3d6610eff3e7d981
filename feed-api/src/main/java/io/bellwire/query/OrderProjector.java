package io.bellwire.query;

import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.OutOfMemory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the feed of all orders into the {@link OrderProjection}, on a thread of its own with the lowest priority, in batches,
 * and within a {@link CpuBudget}. Whatever fails is counted, logged and tried again. Thread-safe; {@link #turn} is for one
 * thread.
 */
final class OrderProjector implements FeedListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OrderProjector.class);

    /** For how long a change waits at most for others to be folded with, unless somebody searches. See decisions/0004. */
    private static final long GATHER_MILLIS = 10_000;

    private static final long RETRY_MILLIS = 1_000;
    private static final int DELAY_DOUBLINGS_MAX = 6;
    private static final int FAILURES_UNTIL_MADE_AGAIN = 3;
    private static final long CLOSE_MILLIS = 10_000;

    private final QueryDatabase database;
    private final FoldingProgress progress;
    private final OrderFolding folding;
    private final CpuBudget share;
    private final LongSupplier cpuNanos;
    private final Thread thread = new Thread(this::run, "order-search");
    private final Semaphore work = new Semaphore(1);
    private final CountDownLatch firstSearch = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong spentNanos = new AtomicLong();
    private final FoldingMeters meters;

    // the thread's own
    private @Nullable FoldedPosition position;
    private int failuresInARow;

    private volatile boolean isDamaged;
    private volatile long restMillis;

    /**
     * Blocks until the log has the feed of all orders. The thread's priority is a wish that Linux does not follow; what keeps
     * the folding in its bounds is the share.
     *
     * @param cpuNanos how long the calling thread has had a processor
     */
    @SuppressWarnings("ThreadPriorityCheck")
    OrderProjector(
            EventLog events,
            QueryDatabase database,
            CpuBudget share,
            Clock clock,
            LongSupplier cpuNanos,
            MeterRegistry registry) {
        Feed orders = events.makeFeed(FeedId.ORDERS);
        this.database = database;
        this.meters = FoldingMeters.of(registry);
        this.progress = new FoldingProgress(orders, clock, registry);
        this.folding = new OrderFolding(events, orders, new OrderProjection(database), progress, clock, meters);
        this.share = share;
        this.cpuNanos = cpuNanos;
        FunctionCounter.builder("bellwire.query.cpu", spentNanos, spent -> spent.get() / 1e9)
                .description("Processor time that the order search's thread has used")
                .baseUnit("seconds")
                .register(registry);
        events.listen(this);
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    /** @param restBeforeMillis for which nothing is folded at first, unless somebody searches */
    void start(long restBeforeMillis) {
        restMillis = restBeforeMillis;
        thread.start();
    }

    /** The newest revision of the feed of all orders. */
    long head() {
        return progress.head();
    }

    /** See {@link FoldingProgress#foldedTo}. */
    long foldedTo() {
        return progress.foldedTo();
    }

    /** See {@link FoldingProgress#foldedUpTo}. */
    CompletableFuture<Boolean> foldedUpTo(long revision) {
        CompletableFuture<Boolean> waiting = progress.foldedUpTo(revision);
        if (!waiting.isDone()) {
            firstSearch.countDown();
            wake();
        }
        return waiting;
    }

    /** Notes that a search has found the database to be damaged: it is made again. */
    void damaged() {
        isDamaged = true;
        wake();
    }

    private void run() {
        try {
            boolean unused = firstSearch.await(restMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            return;
        }
        while (closing.getCount() > 0) {
            long restNanos;
            try {
                restNanos = turn();
                failuresInARow = 0;
            } catch (Throwable e) { // the loop outlives whatever one batch did
                OutOfMemory.tell(e);
                restNanos = failed(e);
            }
            try {
                boolean isClosed = closing.await(restNanos, TimeUnit.NANOSECONDS);
                if (!isClosed && failuresInARow == 0 && !isWorkWaiting()) {
                    boolean unused = work.tryAcquire(GATHER_MILLIS, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Does what there is to do, a batch of it at most, and returns for how long to rest from it. Blocks. */
    long turn() {
        long began = cpuNanos.getAsLong();
        try {
            step();
        } finally {
            spentNanos.addAndGet(cpuNanos.getAsLong() - began);
        }
        return share.restNanos(cpuNanos.getAsLong() - began);
    }

    /** Whether a turn would do something that should not be left until more has come. */
    boolean isWorkWaiting() {
        FoldedPosition at = position;
        return isDamaged
                || (at != null && at.isScanning())
                || progress.isBehindBy(OrderFolding.BATCH)
                || progress.isMoreWaitedFor();
    }

    private void step() {
        openDatabase();
        FoldedPosition at = folding.foldAfter(position);
        position = at;
        if (!at.isScanning()) {
            progress.folded(at.revision());
        }
    }

    private void openDatabase() {
        if (isDamaged) {
            isDamaged = false;
            position = null;
            progress.nothingFolded();
            database.makeAgain("it is damaged");
        } else if (!database.isOpen()) {
            database.open();
        }
    }

    private long failed(Throwable e) {
        meters.failures().increment();
        failuresInARow++;
        position = null; // what was committed is asked of the database
        if (e instanceof QueryDatabaseException failure
                && (failure.isDamage() || failuresInARow >= FAILURES_UNTIL_MADE_AGAIN)) {
            isDamaged = true;
        }
        if (failuresInARow == 1) {
            log.warn("the order search failed and tries again", e);
        } else {
            log.warn("the order search failed {} times in a row and tries again: {}", failuresInARow, e.toString());
        }
        return TimeUnit.MILLISECONDS.toNanos(RETRY_MILLIS << Math.min(failuresInARow - 1, DELAY_DOUBLINGS_MAX));
    }

    @Override
    public void committed(List<Advance> advances) {
        for (Advance advance : advances) {
            if (advance.feed().equals(FeedId.ORDERS)) {
                progress.committed(advance.at().toEpochMilli());
                if (progress.isBehindBy(OrderFolding.BATCH) || progress.isWaitedFor()) {
                    wake();
                }
            }
        }
    }

    private void wake() {
        if (work.availablePermits() == 0) {
            work.release();
        }
    }

    @Override
    public void received(FeedId feed, long revision) {
        // of no interest here
    }

    @Override
    public void processed(FeedId feed, long revision) {
        // of no interest here
    }

    /** Ends after the batch in hand, and closes the database. The thread is not interrupted: H2's file would close. */
    @Override
    public void close() {
        closing.countDown();
        firstSearch.countDown();
        wake();
        progress.end();
        try {
            if (thread.isAlive()) {
                thread.join(CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        database.close();
    }
}
