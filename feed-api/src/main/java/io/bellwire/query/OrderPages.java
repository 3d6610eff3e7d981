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

    private static final String COLUMNS =
            "SELECT id, created_at, updated_at, status, device_id, partner_id FROM orders";
    private static final String BEFORE = " AND created_at <= ? AND (created_at < ? OR id < ?)";

    static final String BY_STATUS = COLUMNS + " USE INDEX (by_status) WHERE status = ?" + BEFORE
            + " ORDER BY status DESC, created_at DESC, id DESC LIMIT ?";
    static final String BY_DEVICE = COLUMNS + " USE INDEX (by_device) WHERE device_id = ?" + BEFORE
            + " ORDER BY device_id DESC, created_at DESC, id DESC LIMIT ?";
    static final String BY_PARTNER = COLUMNS + " USE INDEX (by_partner) WHERE partner_id = ?" + BEFORE
            + " ORDER BY partner_id DESC, created_at DESC, id DESC LIMIT ?";
    static final String BY_UPDATE = COLUMNS + " USE INDEX (by_update) WHERE updated_at >= ? AND updated_at >= ?"
            + " AND (updated_at > ? OR id > ?) ORDER BY updated_at, id LIMIT ?";

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

    /** A range of an index: the statement, and the value that the index begins with. */
    private record Range(String sql, Object first) {}

    /** A page of up to {@code limit} orders after {@code after}. */
    FoundOrders page(OrderFilter filter, SearchCursor after, int limit, long folded) {
        return database.read(handle -> {
            List<Range> ranges = ranges(handle, filter);
            List<Found> found = new ArrayList<>();
            SearchCursor position = after;
            int lookedAt = 0;
            while (true) {
                int most = isExact(ranges, filter) ? limit + 1 : Math.max(ROWS_AT_ONCE_MIN, limit + 1);
                List<Row> rows = rows(handle, ranges, filter.order(), position, most);
                for (Row row : rows) {
                    if (matches(filter, row)) {
                        if (found.size() == limit) {
                            return new FoundOrders(found, Optional.of(position), folded);
                        }
                        found.add(new Found(OrderRow.keyOf(row.cursor.id()), row.cursor));
                    }
                    position = row.cursor;
                }
                lookedAt += rows.size();
                if (rows.size() < most) {
                    return new FoundOrders(found, Optional.empty(), folded);
                }
                if (lookedAt >= ROWS_LOOKED_AT_MAX) {
                    return new FoundOrders(found, Optional.of(position), folded);
                }
            }
        });
    }

    private static List<Range> ranges(Handle handle, OrderFilter filter) {
        if (filter.since().isPresent()) {
            return List.of(new Range(BY_UPDATE, filter.since().get().toEpochMilli()));
        }
        boolean isNarrow = filter.device().isPresent() || filter.partner().isPresent();
        if (!isNarrow || (!filter.statuses().isEmpty() && inStatuses(handle, filter.statuses()) < FEW)) {
            Set<OrderStatus> statuses = filter.statuses().isEmpty() ? Set.of(OrderStatus.values()) : filter.statuses();
            return statuses.stream()
                    .map(status -> new Range(BY_STATUS, status.text()))
                    .toList();
        }
        return filter.device()
                .map(device -> List.of(new Range(BY_DEVICE, device.value())))
                .orElseGet(() -> List.of(new Range(BY_PARTNER, filter.partner().orElseThrow())));
    }

    private static long inStatuses(Handle handle, Set<OrderStatus> statuses) {
        Map<OrderStatus, Long> counts = counts(handle, OrderProjection.ALL);
        return statuses.stream()
                .mapToLong(status -> counts.getOrDefault(status, 0L))
                .sum();
    }

    /** Whether each row of the ranges fits. */
    private static boolean isExact(List<Range> ranges, OrderFilter filter) {
        int conditions = (filter.statuses().isEmpty() ? 0 : 1)
                + (filter.device().isPresent() ? 1 : 0)
                + (filter.partner().isPresent() ? 1 : 0);
        int kept = ranges.get(0).sql.equals(BY_UPDATE) ? 0 : Math.min(1, conditions);
        return conditions == kept;
    }

    private static boolean matches(OrderFilter filter, Row row) {
        return (filter.statuses().isEmpty() || filter.statuses().contains(row.status))
                && filter.device()
                        .map(device -> device.value().equals(row.device))
                        .orElse(true)
                && filter.partner().map(partner -> partner.equals(row.partner)).orElse(true);
    }

    /** The next {@code most} rows of all the ranges together. */
    private static List<Row> rows(Handle handle, List<Range> ranges, SearchOrder order, SearchCursor after, int most)
            throws SQLException {
        List<Row> rows = new ArrayList<>();
        for (Range range : ranges) {
            read(handle, range, order, after, most, rows);
        }
        if (ranges.size() == 1) {
            return rows;
        }
        rows.sort(Comparator.comparing(Row::cursor, order.comparator()));
        return rows.size() > most ? rows.subList(0, most) : rows;
    }

    private static void read(
            Handle handle, Range range, SearchOrder order, SearchCursor after, int most, List<Row> rows)
            throws SQLException {
        try (PreparedStatement query = handle.getConnection().prepareStatement(range.sql)) {
            query.setObject(1, range.first);
            query.setLong(2, after.millis());
            query.setLong(3, after.millis());
            query.setObject(4, after.id());
            query.setInt(5, most);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    long millis = row.getLong(order == SearchOrder.BY_CREATION ? 2 : 3);
                    rows.add(new Row(
                            new SearchCursor(order, millis, row.getObject(1, UUID.class)),
                            status(row.getString(4)),
                            row.getString(5),
                            row.getString(6)));
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
                    .prepareStatement("SELECT status, COUNT(*) FROM orders USE INDEX (by_device) WHERE device_id = ?"
                            + (filter.partner().isPresent() ? " AND partner_id = ?" : "") + " GROUP BY status")) {
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
