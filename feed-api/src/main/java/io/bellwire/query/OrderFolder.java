package io.bellwire.query;

import io.bellwire.log.DiskFullException;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.Revision;
import io.bellwire.order.OrderStore;
import io.bellwire.runtime.OutOfMemory;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
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
 * Decides when changes of the feed of all orders are folded, and has {@link OrderFolding} fold them: on a thread of its
 * own with the lowest priority, in batches, and within a {@link CpuBudget}. A failure is counted, logged, and tried
 * again. Thread-safe, except {@link #turn}, which one thread may call.
 */
final class OrderFolder implements FeedListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OrderFolder.class);

    /** For how long a change waits at most until a batch is full, unless a search waits for it. See decisions/0004. */
    private static final long BATCH_WAIT_MILLIS_MAX = 10_000;

    private static final long RETRY_MILLIS = 1_000;
    private static final int DELAY_DOUBLINGS_MAX = 6;
    private static final int FAILURES_UNTIL_RECREATED = 3;
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

    // used by the folding thread only
    private @Nullable FoldedPosition position;
    private int failuresInARow;

    private volatile boolean isDamaged;
    private volatile long restMillis;

    /**
     * Blocks until the log has the feed of all orders. Linux does not follow the thread's priority; the share is what
     * limits the folding.
     *
     * @param orderStore the orders in the store of {@code events}
     * @param share the share of one processor that folding may use
     * @param cpuNanos for how long a processor has worked for the calling thread
     */
    @SuppressWarnings("ThreadPriorityCheck")
    OrderFolder(
            EventLog events,
            OrderStore orderStore,
            QueryDatabase database,
            CpuBudget share,
            Clock clock,
            LongSupplier cpuNanos,
            MeterRegistry registry) {
        Feed orders = events.getOrCreateFeed(FeedId.ORDERS);
        this.database = database;
        this.meters = FoldingMeters.of(registry);
        this.progress = new FoldingProgress(orders, clock, registry);
        this.folding =
                new OrderFolding(events, orderStore, orders, new OrderTableWriter(database), progress, clock, meters);
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

    /** @param restBeforeMillis for how long nothing is folded after the start, unless a search waits */
    void start(long restBeforeMillis) {
        restMillis = restBeforeMillis;
        thread.start();
    }

    /** The newest revision of the feed of all orders. */
    Revision head() {
        return progress.head();
    }

    /** See {@link FoldingProgress#foldedTo}. */
    Optional<Revision> foldedTo() {
        return progress.foldedTo();
    }

    /** See {@link FoldingProgress#isFolded}. */
    boolean isFolded(Revision revision) {
        return progress.isFolded(revision);
    }

    /** See {@link FoldingProgress#awaitFolded}. */
    CompletableFuture<Boolean> awaitFolded(Revision revision) {
        CompletableFuture<Boolean> waiting = progress.awaitFolded(revision);
        if (!waiting.isDone()) {
            firstSearch.countDown();
            wake();
        }
        return waiting;
    }

    /** Notes that a search has found the database damaged, so that the folding thread makes it again. */
    void noteDamage() {
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
            } catch (Throwable e) { // the loop must outlive any failure of one batch
                OutOfMemory.report(e);
                restNanos = noteFailure(e);
            }
            try {
                boolean isClosed = closing.await(restNanos, TimeUnit.NANOSECONDS);
                if (!isClosed && failuresInARow == 0 && !hasUrgentWork()) {
                    boolean unused = work.tryAcquire(BATCH_WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Folds one batch at most, and returns for how many nanoseconds to rest from it. Blocks. */
    long turn() {
        long began = cpuNanos.getAsLong();
        try {
            foldNext();
        } finally {
            spentNanos.addAndGet(cpuNanos.getAsLong() - began);
        }
        return share.restNanos(cpuNanos.getAsLong() - began);
    }

    /**
     * Whether the next turn should not wait until a batch is full: there is a full batch, a scan, damage, or a search
     * that waits.
     */
    boolean hasUrgentWork() {
        FoldedPosition at = position;
        return isDamaged
                || (at != null && at.isScanning())
                || progress.isBehindBy(OrderFolding.BATCH_CHANGES_MAX)
                || progress.isUnfoldedAwaited();
    }

    private void foldNext() {
        database.requireFree();
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
            database.recreate("it is damaged");
        } else if (!database.isOpen()) {
            database.open();
        }
    }

    private long noteFailure(Throwable e) {
        meters.failures().increment();
        failuresInARow++;
        position = null; // the batch may have been committed: the next turn reads the position from the database
        if (e instanceof QueryDatabaseException failure
                && (failure.isDamage() || failuresInARow >= FAILURES_UNTIL_RECREATED)) {
            isDamaged = true;
        }
        if (failuresInARow == 1 && !(e instanceof DiskFullException)) {
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
                if (progress.isBehindBy(OrderFolding.BATCH_CHANGES_MAX) || progress.hasWaiters()) {
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

    /**
     * Ends after the present batch, and closes the database. The thread is not interrupted, since an interrupt closes
     * H2's file.
     */
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
