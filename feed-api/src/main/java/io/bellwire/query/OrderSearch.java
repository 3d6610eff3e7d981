package io.bellwire.query;

import io.bellwire.log.EventLog;
import io.bellwire.log.Revision;
import io.bellwire.order.OrderStore;
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

/** Searches and counts orders in the database that is folded from the log. Thread-safe. */
public final class OrderSearch implements AutoCloseable {
    /** The name of the database's file. A folder with this file has or had a log from which it was made. */
    public static final String DATABASE_FILE = QueryDatabase.FILE_NAME;

    /** For how long a search waits until all changes are folded that were committed when it came. */
    public static final long WAIT_MILLIS_MAX = 1_000;

    /**
     * For how long nothing is folded after a start, while devices reconnect and the code is not compiled yet. A search
     * ends this time.
     */
    private static final long REST_MILLIS = 5_000;

    private final OrderFolder projector;
    private final OrderPages pages;
    private final ScheduledExecutorService timer;

    private OrderSearch(OrderFolder projector, OrderPages pages, ScheduledExecutorService timer) {
        this.projector = projector;
        this.pages = pages;
        this.timer = timer;
    }

    /**
     * Where the database is, and how many searches may read it.
     *
     * @param folder the folder of the database's file; empty to keep the database in memory
     * @param name tells databases in memory apart
     * @param readers how many searches may run at once
     * @param freeBytesMin nothing is folded while fewer bytes are free on the disk
     */
    public record Storage(Optional<Path> folder, String name, int readers, long freeBytesMin) {}

    /**
     * Begins to fold. The folding thread opens or makes the database, so that it neither delays a start nor makes it
     * fail.
     *
     * @param orderStore the orders in the store of {@code events}
     * @param timer ends waits
     */
    public static OrderSearch start(
            Storage storage,
            QueryOptions options,
            EventLog events,
            OrderStore orderStore,
            ScheduledExecutorService timer,
            Clock clock,
            MeterRegistry meters) {
        int connectionsMax = storage.readers() + 1;
        QueryDatabase database = storage.folder()
                .map(path ->
                        QueryDatabase.inFile(path, connectionsMax, BootId.id()).keepingFree(storage.freeBytesMin()))
                .orElseGet(() -> QueryDatabase.inMemory(storage.name(), connectionsMax));
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        LongSupplier cpuNanos = threads.isCurrentThreadCpuTimeSupported()
                ? threads::getCurrentThreadCpuTime
                : meters.config().clock()::monotonicTime;
        OrderFolder projector = new OrderFolder(
                events, orderStore, database, new CpuBudget(options.cpuShare()), clock, cpuNanos, meters);
        projector.start(REST_MILLIS);
        return new OrderSearch(projector, new OrderPages(database), timer);
    }

    /** The newest revision of the feed of all orders. */
    public Revision head() {
        return projector.head();
    }

    /**
     * Completes, on some thread, once every change up to {@code revision} can be found, or with false after
     * {@link #WAIT_MILLIS_MAX}. Never blocks.
     */
    public CompletionStage<Boolean> awaitFolded(Revision revision) {
        if (projector.isFolded(revision)) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> waiting = projector.awaitFolded(revision);
        ScheduledFuture<?> end = timer.schedule(() -> waiting.complete(false), WAIT_MILLIS_MAX, TimeUnit.MILLISECONDS);
        return waiting.whenComplete((done, failure) -> end.cancel(false));
    }

    /**
     * Finds up to {@code limit} orders after {@code after}, from the beginning if that is empty: newest first, or, with
     * {@code since}, in the order of their last changes. Blocks; {@link java.io.UncheckedIOException} if the database
     * cannot be searched now.
     */
    public FoundOrders search(OrderFilter filter, Optional<SearchCursor> after, int limit) {
        Revision folded = projector
                .foldedTo()
                .orElse(Revision.NONE); // read before the rows, which may be newer then, and are never older
        try {
            return pages.page(filter, after.orElse(filter.order().beginning()), limit, folded);
        } catch (QueryDatabaseException e) {
            throw withDamageNoted(e);
        }
    }

    /**
     * Counts the orders of the filter's device and partner in each status. Blocks; {@link java.io.UncheckedIOException}
     * if they cannot be counted now.
     */
    public OrderCounts counts(OrderFilter filter) {
        Revision folded = projector.foldedTo().orElse(Revision.NONE);
        try {
            return pages.counts(filter, folded);
        } catch (QueryDatabaseException e) {
            throw withDamageNoted(e);
        }
    }

    private QueryDatabaseException withDamageNoted(QueryDatabaseException e) {
        if (e.isDamage()) {
            projector.noteDamage();
        }
        return e;
    }

    /** Ends folding and closes the database; what is not folded yet is folded after the next start. Blocks. */
    @Override
    public void close() {
        projector.close();
    }
}
