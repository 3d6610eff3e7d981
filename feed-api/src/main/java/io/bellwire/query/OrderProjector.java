package io.bellwire.query;

import io.bellwire.feed.CursorCheck;
import io.bellwire.feed.FeedRead.Reason;
import io.bellwire.log.Change;
import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.LogStore.StoredOrder;
import io.bellwire.log.OutOfMemory;
import io.bellwire.log.Position;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
 * and within a {@link CpuShare}. Whatever fails is counted, logged and tried again. Thread-safe; {@link #turn} is for one
 * thread.
 */
final class OrderProjector implements FeedListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(OrderProjector.class);

    /**
     * Larger batches cost about as much a change, and what one transaction changes has to fit into memory: H2 would else write
     * half of it to the file.
     */
    static final int BATCH = 1_000;

    private static final long BATCH_BYTES_MAX = 8 << 20;
    /** Each may be as large as an order may be. */
    static final int SCANNED_AT_ONCE = 500;

    private static final long IDLE_MILLIS = 1_000;
    private static final int DELAY_DOUBLINGS_MAX = 6;
    private static final int FAILURES_UNTIL_MADE_AGAIN = 3;
    private static final long CLOSE_MILLIS = 10_000;
    private static final UUID BEFORE_ALL = new UUID(0, 0);
    private static final long NOTHING_FOLDED = -1;

    private final EventLog events;
    private final Feed orders;
    private final CursorCheck cursors;
    private final QueryDatabase database;
    private final OrderProjection projection;
    private final CpuShare share;
    private final Clock clock;
    private final LongSupplier cpuNanos;
    private final Thread thread = new Thread(this::run, "order-search");
    private final Semaphore work = new Semaphore(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
    private final AtomicLong spentNanos = new AtomicLong();
    private final Counter folded;
    private final Counter failures;
    private final Counter rebuilds;

    // the thread's own
    private @Nullable FoldedPosition position;
    private int failuresInARow;

    private volatile long foldedTo = NOTHING_FOLDED;
    /** When the oldest change that is not folded was committed, about; 0 if there is none. */
    private volatile long behindSinceMillis;

    private volatile boolean isDamaged;

    /** A search that waits until the changes up to a revision are folded. */
    private static final class Waiter extends CompletableFuture<Boolean> {
        private final long revision;

        Waiter(long revision) {
            this.revision = revision;
        }
    }

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
            CpuShare share,
            Clock clock,
            LongSupplier cpuNanos,
            MeterRegistry meters) {
        this.events = events;
        this.orders = events.makeFeed(FeedId.ORDERS);
        this.cursors = new CursorCheck(events);
        this.database = database;
        this.projection = new OrderProjection(database);
        this.share = share;
        this.clock = clock;
        this.cpuNanos = cpuNanos;
        this.folded = Counter.builder("bellwire.query.folded")
                .description("Changes of orders that the order search has taken in")
                .register(meters);
        this.failures = Counter.builder("bellwire.query.failures")
                .description(
                        "Batches that failed and were tried again, and changes that could not be read as an order's")
                .register(meters);
        this.rebuilds = Counter.builder("bellwire.query.rebuilds")
                .description("Times that the order search began anew from the log")
                .register(meters);
        FunctionCounter.builder("bellwire.query.cpu", spentNanos, spent -> spent.get() / 1e9)
                .description("Processor time that the order search's thread has used")
                .baseUnit("seconds")
                .register(meters);
        Gauge.builder("bellwire.query.lag.changes", this, OrderProjector::lag)
                .description("Changes of orders that the order search does not know yet")
                .register(meters);
        Gauge.builder("bellwire.query.lag", this, OrderProjector::lagSeconds)
                .description("Age of the oldest of these, about")
                .baseUnit("seconds")
                .register(meters);
        events.listen(this);
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    void start() {
        thread.start();
    }

    /** The newest revision of the feed of all orders. */
    long head() {
        return orders.head();
    }

    /** Up to which revision of the feed of all orders the search knows everything; -1 if it is not ready at all. */
    long foldedTo() {
        return foldedTo;
    }

    private double lag() {
        return Math.max(0, head() - Math.max(0, foldedTo));
    }

    private double lagSeconds() {
        long since = behindSinceMillis;
        return lag() == 0 || since == 0 ? 0 : Math.max(0, clock.millis() - since) / 1_000.0;
    }

    /** Completes with true once everything up to {@code revision} is folded. Whoever waits in vain completes it. */
    CompletableFuture<Boolean> foldedUpTo(long revision) {
        Waiter waiter = new Waiter(revision);
        waiters.add(waiter);
        if (foldedTo >= revision) {
            waiter.complete(true);
        } else {
            wake();
        }
        var unused = waiter.whenComplete((done, failure) -> waiters.remove(waiter));
        return waiter;
    }

    /** Notes that a search has found the database to be damaged: it is made again. */
    void damaged() {
        isDamaged = true;
        wake();
    }

    private void run() {
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
                if (!closing.await(restNanos, TimeUnit.NANOSECONDS) && !isWorkWaiting()) {
                    boolean unused = work.tryAcquire(IDLE_MILLIS, TimeUnit.MILLISECONDS);
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
                || head() - foldedTo >= BATCH
                || waiters.stream().anyMatch(waiter -> waiter.revision > foldedTo);
    }

    private void step() {
        openDatabase();
        FoldedPosition at = position;
        if (at == null) {
            at = begin();
        }
        position = at.isScanning() ? scan(at) : follow(at);
        show();
    }

    private void openDatabase() {
        if (isDamaged) {
            isDamaged = false;
            position = null;
            foldedTo = NOTHING_FOLDED;
            database.makeAgain("it is damaged");
        } else if (!database.isOpen()) {
            database.open();
        }
    }

    private void show() {
        FoldedPosition at = position;
        if (at == null || at.isScanning()) {
            return;
        }
        foldedTo = at.revision();
        if (head() <= at.revision()) {
            behindSinceMillis = 0;
        }
        waiters.forEach(waiter -> {
            if (waiter.revision <= foldedTo) {
                waiter.complete(true);
            }
        });
    }

    /** The position to go on from: the one that is kept, if it is one of the log, or else the beginning of a scan. */
    private FoldedPosition begin() {
        Optional<FoldedPosition> kept = projection.position();
        if (kept.isPresent()) {
            Optional<Reason> problem = cursors.checkNow(orders, kept.get().cursor());
            if (problem.isEmpty()) {
                return kept.get();
            }
            log.warn(
                    "the order search begins anew: it is folded up to {}, the log is at {}: {}",
                    kept.get().cursor(),
                    orders.cursor(orders.headPosition()),
                    problem.get().text());
        }
        return beginAnew();
    }

    private FoldedPosition beginAnew() {
        foldedTo = NOTHING_FOLDED;
        rebuilds.increment();
        projection.clear();
        Position head =
                orders.headPosition(); // before the first order is read: what changes meanwhile is folded after the
        // scan
        FoldedPosition begun = new FoldedPosition(orders.cursor(head), Optional.of(BEFORE_ALL));
        projection.fold(List.of(), begun);
        behindSinceMillis = head.revision() == 0 ? 0 : clock.millis();
        return begun;
    }

    private FoldedPosition scan(FoldedPosition at) {
        List<StoredOrder> page = events.store().ordersAfter(at.scannedTo().orElseThrow(), SCANNED_AT_ONCE);
        List<OrderRow> rows = new ArrayList<>(page.size());
        page.forEach(order -> addRow(rows, order.id(), order.latest()));
        FoldedPosition next = page.size() < SCANNED_AT_ONCE
                ? at.scanIsOver()
                : at.scanned(page.get(page.size() - 1).id());
        projection.fold(rows, next);
        return next;
    }

    private FoldedPosition follow(FoldedPosition at) {
        long head = head();
        if (at.revision() >= head) {
            return at;
        }
        List<Change> recent = orders.recent(at.revision(), BATCH, BATCH_BYTES_MAX);
        List<Change> changes =
                recent != null ? recent : events.store().read(orders, at.revision(), head, BATCH, BATCH_BYTES_MAX);
        if (changes.isEmpty() || changes.get(0).revision() != at.revision() + 1) {
            log.warn("the order search begins anew: retention has taken what follows revision {}", at.revision());
            return beginAnew();
        }
        List<OrderRow> rows = new ArrayList<>(changes.size());
        for (Change change : changes) {
            UUID order = change.event().order();
            if (order != null) {
                addRow(rows, order, change.event());
            }
        }
        Change last = changes.get(changes.size() - 1);
        FoldedPosition next = at.folded(last.position());
        projection.fold(rows, next);
        folded.increment(changes.size());
        behindSinceMillis = last.event().atMillis();
        return next;
    }

    /** What cannot be read as an order is left out, and holds up nothing. */
    private void addRow(List<OrderRow> rows, UUID order, Event event) {
        try {
            rows.add(OrderRow.of(order, event));
        } catch (IllegalArgumentException e) {
            failures.increment();
            log.warn("the order search leaves an order out: {}", e.getMessage());
        }
    }

    private long failed(Throwable e) {
        failures.increment();
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
        return TimeUnit.MILLISECONDS.toNanos(IDLE_MILLIS << Math.min(failuresInARow - 1, DELAY_DOUBLINGS_MAX));
    }

    @Override
    public void committed(List<Advance> advances) {
        for (Advance advance : advances) {
            if (advance.feed().equals(FeedId.ORDERS)) {
                if (behindSinceMillis == 0) {
                    behindSinceMillis = advance.at().toEpochMilli();
                }
                if (advance.head() - foldedTo >= BATCH || !waiters.isEmpty()) {
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
        wake();
        waiters.forEach(waiter -> waiter.complete(false));
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
