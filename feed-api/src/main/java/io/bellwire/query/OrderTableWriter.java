package io.bellwire.query;

import io.bellwire.log.Cursor;
import io.bellwire.log.Epoch;
import io.bellwire.log.Revision;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of orders, their counts by status, and the position up to which they are folded, all in one
 * transaction. Every method blocks. Thread-safe for readers; one thread writes.
 */
final class OrderTableWriter {
    /** Stands for the partner's id in the counts of all orders; no partner has this id. */
    static final String ALL_ORDERS = "";

    private final QueryDatabase database;
    /** The slices in the database; null if they must be loaded. Used by the writing thread only. */
    private @Nullable CreationSlices slices;

    OrderTableWriter(QueryDatabase database) {
        this.database = database;
    }

    /** The position up to which the log is folded; empty if the database is empty or was being cleared. */
    Optional<FoldedPosition> position() {
        return database.read(
                handle -> handle.createQuery("SELECT epoch, revision, chain, scanned_to FROM folded WHERE one = 1")
                        .map((row, context) -> new FoldedPosition(
                                new Cursor(
                                        new Epoch(row.getString("epoch")),
                                        new Revision(row.getLong("revision")),
                                        row.getInt("chain")),
                                Optional.ofNullable(row.getObject("scanned_to", UUID.class))))
                        .findOne());
    }

    /**
     * Deletes everything, the position first: if the process is killed in between, the next start finds no position and
     * clears again.
     */
    void clear() {
        slices = null;
        int unused = database.commit(handle -> handle.execute("DELETE FROM folded"));
        database.commit(handle -> {
            handle.execute("TRUNCATE TABLE orders");
            handle.execute("TRUNCATE TABLE slices");
            return handle.execute("TRUNCATE TABLE counts");
        });
    }

    /**
     * Replaces older versions of the same orders by {@code rows}, and stores {@code position}. A row of the same or a
     * newer version stays, so rows may be folded any number of times. If an order has several rows, the last one
     * counts.
     */
    void fold(List<OrderRow> rows, FoldedPosition position) {
        Map<UUID, OrderRow> newest = new LinkedHashMap<>();
        rows.forEach(row -> newest.put(row.id().value(), row));
        boolean isCommitted = false;
        try {
            isCommitted = database.commit(handle -> {
                fold(handle, newest);
                writePosition(handle, position);
                return true;
            });
        } finally {
            if (!isCommitted) {
                slices = null; // they may not be those of the database any more
            }
        }
    }

    /** The columns of a stored row that are compared and counted. */
    private record StoredRow(
            long version, String status, @Nullable String partner) {}

    private record CountKey(String partner, String status) {}

    private void fold(Handle handle, Map<UUID, OrderRow> newest) throws SQLException {
        if (newest.isEmpty()) {
            return;
        }
        Map<UUID, StoredRow> stored = storedRows(handle, newest.keySet());
        List<OrderRow> added = new ArrayList<>();
        List<OrderRow> changed = new ArrayList<>();
        Map<CountKey, Long> counts = new HashMap<>();
        for (OrderRow row : newest.values()) {
            StoredRow before = stored.get(row.id().value());
            if (before == null) {
                added.add(row);
                add(counts, row.partner(), row.status(), 1);
            } else if (before.version < row.version()) {
                changed.add(row);
                add(counts, before.partner, before.status, -1);
                add(counts, row.partner(), row.status(), 1);
            }
        }
        insert(handle, added);
        update(handle, changed);
        addCounts(handle, counts);
    }

    private static void add(Map<CountKey, Long> counts, @Nullable String partner, String status, long n) {
        counts.merge(new CountKey(ALL_ORDERS, status), n, Long::sum);
        if (partner != null) {
            counts.merge(new CountKey(partner, status), n, Long::sum);
        }
    }

    private static Map<UUID, StoredRow> storedRows(Handle handle, Collection<UUID> ids) throws SQLException {
        Map<UUID, StoredRow> stored = new HashMap<>();
        Connection connection = handle.getConnection();
        // a join, because H2 searches the whole array of = ANY again for each row
        try (PreparedStatement query = connection.prepareStatement("SELECT o.id, o.version, o.status, o.partner_id"
                + " FROM UNNEST(?) AS u(id) JOIN orders o ON o.id = u.id")) {
            query.setArray(1, connection.createArrayOf("UUID", ids.toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    stored.put(
                            row.getObject(1, UUID.class),
                            new StoredRow(row.getLong(2), row.getString(3), row.getString(4)));
                }
            }
        }
        return stored;
    }

    private void insert(Handle handle, List<OrderRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        CreationSlices target = slices == null ? loadSlices(handle) : slices;
        slices = target;
        List<Long> sliceOfRow =
                rows.stream().map(row -> target.sliceOf(row.createdMillis())).toList();
        Connection connection = handle.getConnection();
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO orders (id, device_id, partner_id, status, recipe_id, version, updated_at, slice)"
                        + " SELECT * FROM UNNEST(?, ?, ?, ?, ?, ?, ?, ?)")) {
            insert.setArray(1, column(connection, "UUID", rows, row -> row.id().value()));
            insert.setArray(2, column(connection, "VARCHAR", rows, OrderRow::device));
            insert.setArray(3, column(connection, "VARCHAR", rows, OrderRow::partner));
            insert.setArray(4, column(connection, "VARCHAR", rows, OrderRow::status));
            insert.setArray(5, column(connection, "VARCHAR", rows, OrderRow::recipe));
            insert.setArray(6, column(connection, "BIGINT", rows, OrderRow::version));
            insert.setArray(7, column(connection, "BIGINT", rows, OrderRow::updatedMillis));
            insert.setArray(8, connection.createArrayOf("BIGINT", sliceOfRow.toArray()));
            insert.executeUpdate();
        }
        for (long first : target.takeNewSlices()) {
            handle.execute("INSERT INTO slices (first_created) VALUES (?)", first);
        }
    }

    private static CreationSlices loadSlices(Handle handle) {
        List<Long> firsts = handle.createQuery("SELECT first_created FROM slices ORDER BY first_created")
                .mapTo(Long.class)
                .list();
        if (firsts.isEmpty()) {
            return new CreationSlices(firsts, 0, 0);
        }
        return handle.createQuery("SELECT MAX(id), COUNT(*) FROM orders USE INDEX (by_device) WHERE slice = :newest")
                .bind("newest", firsts.get(firsts.size() - 1))
                .map((row, context) -> new CreationSlices(
                        firsts, SearchCursor.createdMillis(row.getObject(1, UUID.class)), row.getLong(2)))
                .one();
    }

    private static Array column(
            Connection connection, String type, List<OrderRow> rows, Function<OrderRow, @Nullable Object> value)
            throws SQLException {
        @Nullable Object[] values = new Object[rows.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value.apply(rows.get(i));
        }
        return connection.createArrayOf(type, values);
    }

    private static void update(Handle handle, List<OrderRow> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement update = handle.getConnection()
                .prepareStatement(
                        "UPDATE orders SET status = ?, recipe_id = ?, version = ?, updated_at = ? WHERE id = ?")) {
            for (OrderRow row : rows) { // device and partner never change
                update.setString(1, row.status());
                update.setString(2, row.recipe());
                update.setLong(3, row.version());
                update.setLong(4, row.updatedMillis());
                update.setObject(5, row.id().value());
                update.addBatch();
            }
            update.executeBatch();
        }
    }

    private static void addCounts(Handle handle, Map<CountKey, Long> counts) throws SQLException {
        try (PreparedStatement update = handle.getConnection()
                        .prepareStatement("UPDATE counts SET n = n + ? WHERE partner_id = ? AND status = ?");
                PreparedStatement insert = handle.getConnection()
                        .prepareStatement("INSERT INTO counts (n, partner_id, status) VALUES (?, ?, ?)")) {
            for (Map.Entry<CountKey, Long> count : counts.entrySet()) {
                if (count.getValue() != 0 && set(update, count) == 0) {
                    set(insert, count);
                }
            }
        }
    }

    private static int set(PreparedStatement statement, Map.Entry<CountKey, Long> count) throws SQLException {
        statement.setLong(1, count.getValue());
        statement.setString(2, count.getKey().partner);
        statement.setString(3, count.getKey().status);
        return statement.executeUpdate();
    }

    private static void writePosition(Handle handle, FoldedPosition position) {
        handle.createUpdate("MERGE INTO folded (one, epoch, revision, chain, scanned_to)"
                        + " VALUES (1, :epoch, :revision, :chain, :scanned)")
                .bind("epoch", position.cursor().epoch().value())
                .bind("revision", position.revision().value())
                .bind("chain", position.cursor().chain())
                .bind("scanned", position.scannedTo().orElse(null))
                .execute();
    }
}
