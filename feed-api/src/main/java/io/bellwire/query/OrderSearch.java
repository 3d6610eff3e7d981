package io.bellwire.query;

import io.bellwire.log.EventLog;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Searches orders, and counts them, in what has been folded from the log. Thread-safe. */
public final class OrderSearch implements AutoCloseable {
    /** The file in the folder that the database is in. Only there if there was a log that it was made from. */
    public static final String DATABASE_FILE = QueryDatabase.FILE_NAME;

    /** For how long a search waits until everything is folded that was committed when it came. */
    public static final long WAIT_MILLIS_MAX = 1_000;

    /**
     * A server that has just started has better to do: its devices come back, and it has compiled nothing yet. A search does not
     * wait for this.
     */
    private static final long REST_MILLIS = 5_000;

    private final OrderProjector projector;
    private final OrderPages pages;
    private final ScheduledExecutorService timer;

    private OrderSearch(OrderProjector projector, OrderPages pages, ScheduledExecutorService timer) {
        this.projector = projector;
        this.pages = pages;
        this.timer = timer;
    }

    /**
     * Begins to fold. The database is opened, or made, on the thread that folds: it neither holds up a start nor makes it fail.
     *
     * @param folder where the database's file is; empty to keep it in memory
     * @param name tells databases in memory apart
     * @param readers how many searches may run at once
     * @param timer ends waits
     */
    public static OrderSearch start(
            Optional<Path> folder,
            String name,
            int readers,
            QueryOptions options,
            EventLog events,
            ScheduledExecutorService timer,
            Clock clock,
            MeterRegistry meters) {
        int connectionsMax = readers + 1;
        QueryDatabase database = folder.map(path -> QueryDatabase.inFile(path, connectionsMax, BootId.id()))
                .orElseGet(() -> QueryDatabase.inMemory(name, connectionsMax));
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        LongSupplier cpuNanos = threads.isCurrentThreadCpuTimeSupported()
                ? threads::getCurrentThreadCpuTime
                : meters.config().clock()::monotonicTime;
        OrderProjector projector =
                new OrderProjector(events, database, new CpuBudget(options.cpuShare()), clock, cpuNanos, meters);
        projector.start(REST_MILLIS);
        return new OrderSearch(projector, new OrderPages(database), timer);
    }

    /** The newest revision of the feed of all orders. */
    public long head() {
        return projector.head();
    }

    /**
     * Completes, on some thread, once every change up to {@code revision} can be found, or with false after
     * {@link #WAIT_MILLIS_MAX}. Never blocks.
     */
    public CompletionStage<Boolean> awaitFolded(long revision) {
        if (projector.foldedTo() >= revision) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> waiting = projector.foldedUpTo(revision);
        ScheduledFuture<?> end = timer.schedule(() -> waiting.complete(false), WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS);
        return waiting.whenComplete((done, failure) -> end.cancel(false));
    }

    /**
     * Up to {@code limit} orders after {@code after}, from the beginning if that is empty: newest first, or with
     * {@code since} in the order of their last changes. Blocks; {@link java.io.UncheckedIOException} if it cannot be searched
     * now.
     */
    public FoundOrders search(OrderFilter filter, Optional<SearchCursor> after, int limit) {
        long folded = Math.max(0, projector.foldedTo()); // before the rows are read: they may be newer, and never older
        try {
            return pages.page(filter, after.orElse(filter.order().beginning()), limit, folded);
        } catch (QueryDatabaseException e) {
            throw noted(e);
        }
    }

    /**
     * How many orders there are in each status, of the filter's device and partner. Blocks;
     * {@link java.io.UncheckedIOException} if they cannot be counted now.
     */
    public OrderCounts counts(OrderFilter filter) {
        long folded = Math.max(0, projector.foldedTo());
        try {
            return pages.counts(filter, folded);
        } catch (QueryDatabaseException e) {
            throw noted(e);
        }
    }

    private QueryDatabaseException noted(QueryDatabaseException e) {
        if (e.isDamage()) {
            projector.damaged();
        }
        return e;
    }

    /** Ends folding and closes the database; what is not folded is folded after the next start. Blocks. */
    @Override
    public void close() {
        projector.close();
    }
}
