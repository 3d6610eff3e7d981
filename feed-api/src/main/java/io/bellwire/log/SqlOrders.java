package io.bellwire.log;

import io.bellwire.log.LogStore.StoredOrder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Orders and their newest events in SQL. */
final class SqlOrders {
    private static final UUID LOWEST_ID = new UUID(0, 0);
    private static final String SELECT =
            "SELECT o.id AS order_uuid, " + SqlEvents.COLUMNS + " FROM orders o JOIN events e ON e.seq = o.latest";

    private SqlOrders() {}

    /** The newest events of these orders, locked until the transaction ends. */
    static Map<UUID, Event> lock(Database database, Handle handle, Set<UUID> ids) {
        Map<UUID, Event> orders = new HashMap<>();
        if (!ids.isEmpty()) {
            handle.createQuery(SELECT + " WHERE o.id = ANY(:ids) ORDER BY o.id FOR UPDATE OF o")
                    .bind("ids", database.uuids(ids))
                    .map((row, context) -> stored(row))
                    .forEach(order -> orders.put(order.id(), order.latest()));
        }
        return orders;
    }

    static void store(Database database, Handle handle, WriteBatch batch) {
        List<Map.Entry<UUID, WriteBatch.LatestEvent>> inserted = new ArrayList<>();
        List<Map.Entry<UUID, WriteBatch.LatestEvent>> changed = new ArrayList<>();
        for (Map.Entry<UUID, WriteBatch.LatestEvent> order : batch.orders().entrySet()) {
            (batch.isKnownOrder(order.getKey()) ? changed : inserted).add(order);
        }
        if (!inserted.isEmpty()) {
            handle.createUpdate("INSERT INTO orders (id, feed_no, latest) SELECT * FROM UNNEST(:ids, :feeds, :latest)")
                    .bind("ids", database.uuids(inserted, Map.Entry::getKey))
                    .bind("feeds", database.longs(inserted, order ->
                            (long) order.getValue().device().feedNumber()))
                    .bind("latest", database.longs(inserted, order -> order.getValue()
                            .event()
                            .eventNumber()))
                    .execute();
        }
        if (!changed.isEmpty()) {
            PreparedBatch statements = handle.prepareBatch("UPDATE orders SET latest = :latest WHERE id = :id");
            changed.forEach(order -> statements
                    .bind("latest", order.getValue().event().eventNumber())
                    .bind("id", order.getKey())
                    .add());
            statements.execute();
        }
    }

    static Optional<Event> byId(Handle handle, UUID id) {
        return handle.createQuery(SELECT + " WHERE o.id = :id")
                .bind("id", id)
                .map((row, context) -> SqlEvents.of(row))
                .findOne();
    }

    /** See {@link LogStore#orders}. */
    static List<StoredOrder> byIds(Database database, Handle handle, Collection<UUID> ids) {
        return handle.createQuery(SELECT + " WHERE o.id = ANY(:ids) ORDER BY o.id")
                .bind("ids", database.uuids(ids))
                .map((row, context) -> stored(row))
                .list();
    }

    /** See {@link LogStore#ordersOf}. */
    static List<StoredOrder> of(Handle handle, Feed device, @Nullable UUID after, int limit) {
        return handle.createQuery(
                        SELECT + " WHERE o.feed_no = :feed AND o.id > :after ORDER BY o.feed_no, o.id LIMIT :limit")
                .bind("feed", device.feedNumber())
                .bind("after", after == null ? LOWEST_ID : after)
                .bind("limit", limit)
                .map((row, context) -> stored(row))
                .list();
    }

    /** See {@link LogStore#ordersAfter}. */
    static List<StoredOrder> after(Handle handle, @Nullable UUID after, int limit) {
        return handle.createQuery(
                        SELECT + (after == null ? "" : " WHERE o.id > :after") + " ORDER BY o.id LIMIT :limit")
                .bind("limit", limit)
                .bindMap(after == null ? Map.of() : Map.of("after", after))
                .map((row, context) -> stored(row))
                .list();
    }

    private static StoredOrder stored(ResultSet row) throws SQLException {
        return new StoredOrder(row.getObject("order_uuid", UUID.class), SqlEvents.of(row));
    }
}
