package io.bellwire.query;

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
 * Finds orders by the index that costs least, and looks at a bounded number of rows for a page, so that a page costs the page
 * and not the table, whatever is asked. Every method blocks. Thread-safe.
 */
final class OrderPages {
    /** So many rows are looked at for one page at most; then it ends, however few of them fit. */
    static final int ROWS_LOOKED_AT_MAX = 10_000;
    /** Where rows are looked at that may not fit, at least so many at once. */
    private static final int ROWS_AT_ONCE_MIN = 500;

    /** If fewer orders than this are in the statuses that are asked for, they are gone through. */
    private static final long FEW = 2_000;

    /** Going on to one more slice costs as much as so many rows. */
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

    /** One row that may fit. */
    private record Row(
            SearchCursor cursor,
            OrderStatus status,
            String device,
            @Nullable String partner) {}

    /** Parts of an index: the statement, and the values that the index begins with, one part each. */
    private record Ranges(String sql, List<Object> firsts) {
        boolean isSliced() {
            return sql.equals(BY_DEVICE) || sql.equals(BY_PARTNER);
        }

        /** Whether each row in them is found by {@code filter}. */
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
     * @param end where the next ones begin
     * @param isEnd whether there are none
     * @param cost what it cost to read these, in rows
     */
    private record Chunk(List<Row> rows, SearchCursor end, boolean isEnd, int cost) {}

    /** A page of up to {@code limit} orders after {@code after}. */
    FoundOrders page(OrderFilter filter, SearchCursor after, int limit, long folded) {
        return database.read(handle -> {
            Ranges ranges = ranges(handle, filter);
            int atOnce = ranges.isExact(filter) ? limit + 1 : Math.max(ROWS_AT_ONCE_MIN, limit + 1);
            List<Found> found = new ArrayList<>();
            SearchCursor position = after;
            int cost = 0;
            while (cost < ROWS_LOOKED_AT_MAX) {
                Chunk chunk = ranges.isSliced()
                        ? slicedChunk(handle, ranges, position, atOnce)
                        : chunk(handle, ranges, filter.order(), position, atOnce);
                for (Row row : chunk.rows) {
                    if (matches(filter, row)) {
                        if (found.size() == limit) {
                            return new FoundOrders(found, Optional.of(position), folded);
                        }
                        found.add(new Found(row.cursor.id(), row.cursor));
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

    private static Ranges ranges(Handle handle, OrderFilter filter) {
        if (filter.since().isPresent()) {
            return new Ranges(BY_UPDATE, List.of(filter.since().get().toEpochMilli()));
        }
        boolean isNarrow = filter.device().isPresent() || filter.partner().isPresent();
        if (!isNarrow || (!filter.statuses().isEmpty() && inStatuses(handle, filter.statuses()) < FEW)) {
            Set<OrderStatus> statuses = filter.statuses().isEmpty() ? Set.of(OrderStatus.values()) : filter.statuses();
            return new Ranges(
                    BY_STATUS, statuses.stream().<Object>map(OrderStatus::text).toList());
        }
        return filter.device()
                .map(device -> new Ranges(BY_DEVICE, List.of(device.value())))
                .orElseGet(() -> new Ranges(BY_PARTNER, List.of(filter.partner().orElseThrow())));
    }

    private static long inStatuses(Handle handle, Set<OrderStatus> statuses) {
        Map<OrderStatus, Long> counts = counts(handle, OrderProjection.ALL);
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

    /** The next {@code most} rows of all the ranges together. */
    private static Chunk chunk(Handle handle, Ranges ranges, SearchOrder order, SearchCursor after, int most)
            throws SQLException {
        List<Row> rows = new ArrayList<>();
        for (Object first : ranges.firsts) {
            read(handle, ranges.sql, List.of(first), order, after, most, rows);
        }
        int cost = rows.size();
        rows.sort(Comparator.comparing(Row::cursor, order.comparator()));
        List<Row> next = rows.size() > most ? rows.subList(0, most) : rows;
        boolean isEnd = next.size() < most;
        return new Chunk(next, isEnd ? after : next.get(most - 1).cursor, isEnd, cost);
    }

    /** The same, slice by slice: their order is that of the rows in them. */
    private static Chunk slicedChunk(Handle handle, Ranges ranges, SearchCursor after, int most) throws SQLException {
        int slicesMax = ROWS_LOOKED_AT_MAX / ROWS_PER_SLICE;
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
                    most - rows.size(),
                    rows);
            cost += ROWS_PER_SLICE;
            if (rows.size() == most) {
                return new Chunk(rows, rows.get(most - 1).cursor, false, cost + most);
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
            int most,
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
            query.setInt(parameter, most);
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
     * How many orders of the device and the partner there are in each status: kept beforehand for each partner and for all; a
     * device's orders are counted.
     */
    OrderCounts counts(OrderFilter filter, long folded) {
        return database.read(handle -> {
            if (filter.device().isEmpty()) {
                return new OrderCounts(counts(handle, filter.partner().orElse(OrderProjection.ALL)), folded);
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
