package io.bellwire.query;

import io.bellwire.log.Revision;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStatus;
import io.bellwire.query.FoundOrders.Found;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Finds orders by the index that costs least, and reads a bounded number of rows for a page. So the cost of a page
 * depends on the page and not on the size of the table, whatever the filter is. Every method blocks. Thread-safe.
 */
final class OrderPages {
    /** How many rows are read for one page at most; then the page ends, however few orders it has. */
    static final int ROWS_READ_MAX = 10_000;
    /** How many rows are read at once, at least, if not every row meets the filter. */
    private static final int ROWS_PER_READ_MIN = 500;

    /** If fewer orders than this have the statuses of the filter, the index by status is read. */
    private static final long FEW_ORDERS_MAX = 2_000;

    /** How many rows cost as much as going on to one more slice. */
    private static final int ROWS_PER_SLICE = 10;

    private static final String COLUMNS = "SELECT id, updated_at, status, device_id, partner_id FROM orders";
    static final String BY_STATUS =
            COLUMNS + " USE INDEX (by_status) WHERE status = ? AND id < ?" + " ORDER BY status DESC, id DESC LIMIT ?";
    static final String BY_DEVICE = COLUMNS + " USE INDEX (by_device) WHERE slice = ? AND device_id = ? AND id < ?"
            + " ORDER BY slice DESC, device_id DESC, id DESC LIMIT ?";
    static final String BY_PARTNER = COLUMNS + " USE INDEX (by_partner) WHERE slice = ? AND partner_id = ? AND id < ?"
            + " ORDER BY slice DESC, partner_id DESC, id DESC LIMIT ?";
    static final String BY_UPDATE = COLUMNS + " USE INDEX (by_update) WHERE updated_at >= ?"
            + " AND updated_at >= ? AND (updated_at > ? OR id > ?) ORDER BY updated_at, id LIMIT ?";

    private final QueryDatabase database;

    OrderPages(QueryDatabase database) {
        this.database = database;
    }

    /** One row, which may not meet the filter. */
    private record Row(
            SearchCursor cursor,
            OrderStatus status,
            String device,
            @Nullable String partner) {}

    /**
     * Ranges of one index: the statement that reads a range, and the values of the index's first column, one range
     * each.
     */
    private record IndexRanges(String sql, List<Object> firsts) {
        boolean isSliced() {
            return sql.equals(BY_DEVICE) || sql.equals(BY_PARTNER);
        }

        /** Whether each row in the ranges meets {@code filter}. */
        boolean isExact(OrderFilter filter) {
            int conditions = (filter.statuses().isEmpty() ? 0 : 1)
                    + (filter.device().isPresent() ? 1 : 0)
                    + (filter.partner().isPresent() ? 1 : 0);
            return conditions == 0 || (conditions == 1 && !sql.equals(BY_UPDATE));
        }
    }

    /**
     * Some rows in their order.
     *
     * @param end the cursor after which the next rows begin
     * @param isEnd whether there are no more rows
     * @param cost the cost of the read, in rows
     */
    private record Chunk(List<Row> rows, SearchCursor end, boolean isEnd, int cost) {}

    /** A page of up to {@code limit} orders after {@code after}. */
    FoundOrders page(OrderFilter filter, SearchCursor after, int limit, Revision folded) {
        return database.read(handle -> {
            IndexRanges ranges = ranges(handle, filter);
            int rowsPerRead = ranges.isExact(filter) ? limit + 1 : Math.max(ROWS_PER_READ_MIN, limit + 1);
            List<Found> found = new ArrayList<>();
            SearchCursor position = after;
            int cost = 0;
            while (cost < ROWS_READ_MAX) {
                Chunk chunk = ranges.isSliced()
                        ? slicedChunk(handle, ranges, position, rowsPerRead)
                        : chunk(handle, ranges, filter.order(), position, rowsPerRead);
                for (Row row : chunk.rows) {
                    if (matches(filter, row)) {
                        if (found.size() == limit) {
                            return new FoundOrders(found, Optional.of(position), folded);
                        }
                        found.add(new Found(new OrderId(row.cursor.id()), row.cursor));
                    }
                    position = row.cursor;
                }
                if (chunk.isEnd) {
                    return new FoundOrders(found, Optional.empty(), folded);
                }
                position = chunk.end;
                cost += chunk.cost;
            }
            return new FoundOrders(found, Optional.of(position), folded);
        });
    }

    private static IndexRanges ranges(Handle handle, OrderFilter filter) {
        if (filter.since().isPresent()) {
            return new IndexRanges(BY_UPDATE, List.of(filter.since().get().toEpochMilli()));
        }
        boolean isNarrow = filter.device().isPresent() || filter.partner().isPresent();
        if (!isNarrow
                || (!filter.statuses().isEmpty() && countInStatuses(handle, filter.statuses()) < FEW_ORDERS_MAX)) {
            Set<OrderStatus> statuses = filter.statuses().isEmpty() ? Set.of(OrderStatus.values()) : filter.statuses();
            return new IndexRanges(
                    BY_STATUS, statuses.stream().<Object>map(OrderStatus::text).toList());
        }
        return filter.device()
                .map(device -> new IndexRanges(BY_DEVICE, List.of(device.value())))
                .orElseGet(() ->
                        new IndexRanges(BY_PARTNER, List.of(filter.partner().orElseThrow())));
    }

    private static long countInStatuses(Handle handle, Set<OrderStatus> statuses) {
        Map<OrderStatus, Long> counts = counts(handle, OrderTableWriter.ALL_ORDERS);
        return statuses.stream()
                .mapToLong(status -> counts.getOrDefault(status, 0L))
                .sum();
    }

    private static boolean matches(OrderFilter filter, Row row) {
        return (filter.statuses().isEmpty() || filter.statuses().contains(row.status))
                && filter.device()
                        .map(device -> device.value().equals(row.device))
                        .orElse(true)
                && filter.partner().map(partner -> partner.equals(row.partner)).orElse(true);
    }

    /** The next {@code limit} rows of all the ranges together. */
    private static Chunk chunk(Handle handle, IndexRanges ranges, SearchOrder order, SearchCursor after, int limit)
            throws SQLException {
        List<Row> rows = new ArrayList<>();
        for (Object first : ranges.firsts) {
            read(handle, ranges.sql, List.of(first), order, after, limit, rows);
        }
        int cost = rows.size();
        rows.sort(Comparator.comparing(Row::cursor, order.comparator()));
        List<Row> next = rows.size() > limit ? rows.subList(0, limit) : rows;
        boolean isEnd = next.size() < limit;
        return new Chunk(next, isEnd ? after : next.get(limit - 1).cursor, isEnd, cost);
    }

    /** The same for an index that begins with the slice: reads slice by slice, newest first. */
    private static Chunk slicedChunk(Handle handle, IndexRanges ranges, SearchCursor after, int limit)
            throws SQLException {
        int slicesMax = ROWS_READ_MAX / ROWS_PER_SLICE;
        List<Long> slices = handle.createQuery(
                        "SELECT first_created FROM slices WHERE first_created <= :last ORDER BY first_created DESC LIMIT :most")
                .bind("last", SearchCursor.createdMillis(after.id()))
                .bind("most", slicesMax)
                .mapTo(Long.class)
                .list();
        List<Row> rows = new ArrayList<>();
        SearchCursor end = after;
        int cost = 0;
        for (long slice : slices) {
            read(
                    handle,
                    ranges.sql,
                    List.of(slice, ranges.firsts.get(0)),
                    after.order(),
                    after,
                    limit - rows.size(),
                    rows);
            cost += ROWS_PER_SLICE;
            if (rows.size() == limit) {
                return new Chunk(rows, rows.get(limit - 1).cursor, false, cost + limit);
            }
            end = SearchCursor.createdBefore(slice);
        }
        return new Chunk(rows, end, slices.size() < slicesMax, cost + rows.size());
    }

    private static void read(
            Handle handle,
            String sql,
            List<Object> firsts,
            SearchOrder order,
            SearchCursor after,
            int limit,
            List<Row> rows)
            throws SQLException {
        try (PreparedStatement query = handle.getConnection().prepareStatement(sql)) {
            int parameter = 1;
            for (Object first : firsts) {
                query.setObject(parameter++, first);
            }
            if (order == SearchOrder.BY_CHANGE) {
                query.setLong(parameter++, after.millis());
                query.setLong(parameter++, after.millis());
            }
            query.setObject(parameter++, after.id());
            query.setInt(parameter, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    UUID id = row.getObject(1, UUID.class);
                    rows.add(new Row(
                            order == SearchOrder.BY_CREATION
                                    ? SearchCursor.byCreation(id)
                                    : new SearchCursor(order, row.getLong(2), id),
                            status(row.getString(3)),
                            row.getString(4),
                            row.getString(5)));
                }
            }
        }
    }

    private static OrderStatus status(String text) {
        return OrderStatus.parse(text).orElseThrow(() -> new IllegalStateException("unknown status " + text));
    }

    /**
     * Counts the orders of the filter's device and partner in each status. The counts of each partner and of all orders
     * are stored; the orders of a device are counted row by row.
     */
    OrderCounts counts(OrderFilter filter, Revision folded) {
        return database.read(handle -> {
            if (filter.device().isEmpty()) {
                return new OrderCounts(counts(handle, filter.partner().orElse(OrderTableWriter.ALL_ORDERS)), folded);
            }
            Map<OrderStatus, Long> counts = new EnumMap<>(OrderStatus.class);
            try (PreparedStatement query = handle.getConnection()
                    .prepareStatement("SELECT o.status, COUNT(*) FROM slices s JOIN orders o USE INDEX (by_device)"
                            + " ON o.slice = s.first_created WHERE o.device_id = ?"
                            + (filter.partner().isPresent() ? " AND o.partner_id = ?" : "") + " GROUP BY o.status")) {
                query.setString(1, filter.device().get().value());
                if (filter.partner().isPresent()) {
                    query.setString(2, filter.partner().get());
                }
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        counts.put(status(row.getString(1)), row.getLong(2));
                    }
                }
            }
            return new OrderCounts(counts, folded);
        });
    }

    private static Map<OrderStatus, Long> counts(Handle handle, String partner) {
        Map<OrderStatus, Long> counts = new EnumMap<>(OrderStatus.class);
        handle.createQuery("SELECT status, n FROM counts WHERE partner_id = :partner")
                .bind("partner", partner)
                .map((row, context) -> Map.entry(status(row.getString("status")), row.getLong("n")))
                .forEach(count -> counts.put(count.getKey(), count.getValue()));
        return counts;
    }
}
