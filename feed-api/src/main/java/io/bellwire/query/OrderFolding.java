package io.bellwire.query;

import io.bellwire.feed.CursorCheck;
import io.bellwire.feed.FeedRead.Reason;
import io.bellwire.log.Change;
import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds orders into the {@link OrderTableWriter}, a batch at a time: first the orders of the log, which it scans, then
 * each change of the feed of all orders. Used by one thread.
 */
final class OrderFolding {
    private static final Logger log = LoggerFactory.getLogger(OrderFolding.class);

    /**
     * How many changes one transaction folds. Larger batches cost about as much for each change, and all that one
     * transaction changes has to fit into memory, or H2 writes half of it to the file.
     */
    static final int BATCH_CHANGES_MAX = 1_000;

    private static final long BATCH_BYTES_MAX = 8 << 20;
    /** How many orders one page of the scan has; each may be as large as an order may be. */
    static final int SCAN_PAGE_ORDERS = 500;

    private final EventLog events;
    private final OrderStore orderStore;
    private final Feed orders;
    private final CursorCheck cursors;
    private final OrderTableWriter projection;
    private final FoldingProgress progress;
    private final Clock clock;
    private final FoldingMeters meters;

    OrderFolding(
            EventLog events,
            OrderStore orderStore,
            Feed orders,
            OrderTableWriter projection,
            FoldingProgress progress,
            Clock clock,
            FoldingMeters meters) {
        this.events = events;
        this.orderStore = orderStore;
        this.orders = orders;
        this.cursors = new CursorCheck(events);
        this.projection = projection;
        this.progress = progress;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Folds the next batch after {@code position}, and returns the new position; if it is null, goes on from the stored
     * one. Blocks.
     */
    FoldedPosition foldAfter(@Nullable FoldedPosition position) {
        FoldedPosition at = position == null ? begin() : position;
        return at.isScanning() ? scan(at) : follow(at);
    }

    /** The stored position, if the log can be continued from it; else the beginning of a scan. */
    private FoldedPosition begin() {
        Optional<FoldedPosition> stored = projection.position();
        if (stored.isPresent()) {
            Optional<Reason> problem = cursors.checkNow(orders, stored.get().cursor());
            if (problem.isEmpty()) {
                return stored.get();
            }
            log.warn(
                    "the order search begins anew: it is folded up to {}, the log is at {}: {}",
                    stored.get().cursor(),
                    orders.cursor(orders.headPosition()),
                    problem.get().text());
        }
        return beginAnew();
    }

    private FoldedPosition beginAnew() {
        progress.nothingFolded();
        meters.rebuilds().increment();
        projection.clear();
        // read before the first order: what changes meanwhile is folded after the scan
        Position head = orders.headPosition();
        FoldedPosition begun = new FoldedPosition(orders.cursor(head), Optional.of(FoldedPosition.BEFORE_ALL));
        projection.fold(List.of(), begun);
        progress.behindSince(head.revision().equals(Revision.NONE) ? 0 : clock.millis());
        return begun;
    }

    private FoldedPosition scan(FoldedPosition at) {
        List<StoredOrder> page = orderStore.after(at.lastScanned(), SCAN_PAGE_ORDERS);
        List<OrderRow> rows = new ArrayList<>(page.size());
        page.forEach(order -> addRow(rows, order.id(), order.latest()));
        FoldedPosition next = page.size() < SCAN_PAGE_ORDERS
                ? at.scanIsOver()
                : at.scanned(page.get(page.size() - 1).id());
        projection.fold(rows, next);
        return next;
    }

    private FoldedPosition follow(FoldedPosition at) {
        Revision head = orders.head();
        if (!at.revision().isBefore(head)) {
            return at;
        }
        List<Change> recent = orders.recent(at.revision(), BATCH_CHANGES_MAX, BATCH_BYTES_MAX);
        List<Change> changes = recent != null
                ? recent
                : events.store().read(orders, at.revision(), head, BATCH_CHANGES_MAX, BATCH_BYTES_MAX);
        if (changes.isEmpty() || changes.get(0).revision().minus(at.revision()) != 1) {
            log.warn("the order search begins anew: retention has taken what follows revision {}", at.revision());
            return beginAnew();
        }
        List<OrderRow> rows = new ArrayList<>(changes.size());
        for (Change change : changes) {
            OrderId.subjectOf(change.event()).ifPresent(order -> addRow(rows, order, change.event()));
        }
        Change last = changes.get(changes.size() - 1);
        FoldedPosition next = at.folded(last.position());
        projection.fold(rows, next);
        meters.folded().increment(changes.size());
        progress.behindSince(last.event().atMillis());
        return next;
    }

    /**
     * Adds the row of an order; leaves out an event that cannot be read as an order, so that it does not stop the
     * folding.
     */
    private void addRow(List<OrderRow> rows, OrderId order, Event event) {
        try {
            rows.add(OrderRow.of(order, event));
        } catch (IllegalArgumentException e) {
            meters.failures().increment();
            log.warn("the order search leaves an order out: {}", e.getMessage());
        }
    }
}
