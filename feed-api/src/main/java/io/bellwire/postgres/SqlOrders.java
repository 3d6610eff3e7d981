package io.bellwire.postgres;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Event;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Records;
import io.bellwire.log.WriteBatch;
import io.bellwire.order.LatestEvent;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Orders and their newest events in SQL. */
final class SqlOrders implements OrderStore, SqlTable {
    private static final UUID LOWEST_ID = new UUID(0, 0);
    private static final String SELECT = "SELECT o.id AS order_uuid, o.feed_no AS order_feed, " + SqlEvents.COLUMNS
            + " FROM orders o JOIN events e ON e.seq = o.latest";

    private final Database database;
    private final SqlOrderLocks locks;

    SqlOrders(Database database, SqlOrderLocks locks) {
        this.database = database;
        this.locks = locks;
    }

    @Override
    public void load(Handle handle, BatchNeeds needs, Records to) {
        Set<OrderId> ids = needs.keys(LATEST);
        if (!ids.isEmpty()) {
            handle.createQuery(SELECT + " WHERE o.id = ANY(:ids) ORDER BY o.id FOR UPDATE OF o")
                    .bind("ids", database.uuids(ids, OrderId::value))
                    .map((row, context) -> Map.entry(
                            id(row), new LatestEvent(new FeedNumber(row.getInt("order_feed")), SqlEvents.of(row))))
                    .forEach(order -> to.of(LATEST).put(order.getKey(), order.getValue()));
        }
    }

    @Override
    public void store(Handle handle, WriteBatch batch) {
        List<LatestEvent> inserted = new ArrayList<>();
        List<LatestEvent> changed = new ArrayList<>();
        batch.records().of(LATEST).forEach((id, latest) -> {
            if (latest != null) {
                (batch.isNew(LATEST, id) ? inserted : changed).add(latest);
            }
        });
        if (!inserted.isEmpty()) {
            handle.createUpdate("INSERT INTO orders (id, feed_no, latest) SELECT * FROM UNNEST(:ids, :feeds, :latest)")
                    .bind("ids", database.uuids(inserted, latest -> latest.event()
                            .subject()))
                    .bind("feeds", database.longs(inserted, latest ->
                            (long) latest.deviceFeedNumber().value()))
                    .bind("latest", database.longs(inserted, latest -> latest.event()
                            .eventNumber()
                            .value()))
                    .execute();
        }
        if (!changed.isEmpty()) {
            PreparedBatch statements = handle.prepareBatch("UPDATE orders SET latest = :latest WHERE id = :id");
            changed.forEach(latest -> statements
                    .bind("latest", latest.event().eventNumber().value())
                    .bind("id", latest.event().subject())
                    .add());
            statements.execute();
        }
    }

    @Override
    public Optional<Event> find(OrderId id) {
        return database.with(handle -> handle.createQuery(SELECT + " WHERE o.id = :id")
                .bind("id", id.value())
                .map((row, context) -> SqlEvents.of(row))
                .findOne());
    }

    @Override
    public List<StoredOrder> find(Collection<OrderId> ids) {
        return database.with(handle -> handle.createQuery(SELECT + " WHERE o.id = ANY(:ids) ORDER BY o.id")
                .bind("ids", database.uuids(ids, OrderId::value))
                .map((row, context) -> stored(row))
                .list());
    }

    @Override
    public List<StoredOrder> ofDevice(Feed device, @Nullable OrderId after, int limit) {
        return database.with(handle -> handle.createQuery(
                        SELECT + " WHERE o.feed_no = :feed AND o.id > :after ORDER BY o.feed_no, o.id LIMIT :limit")
                .bind("feed", device.feedNumber().value())
                .bind("after", after == null ? LOWEST_ID : after.value())
                .bind("limit", limit)
                .map((row, context) -> stored(row))
                .list());
    }

    @Override
    public List<StoredOrder> after(@Nullable OrderId after, int limit) {
        return database.with(handle -> handle.createQuery(
                        SELECT + (after == null ? "" : " WHERE o.id > :after") + " ORDER BY o.id LIMIT :limit")
                .bind("limit", limit)
                .bindMap(after == null ? Map.of() : Map.of("after", after.value()))
                .map((row, context) -> stored(row))
                .list());
    }

    @Override
    public void deleteLocksBefore(long steadyMillis) {
        database.with(handle -> {
            locks.deleteBefore(handle, steadyMillis);
            return true;
        });
    }

    private static StoredOrder stored(ResultSet row) throws SQLException {
        return new StoredOrder(id(row), SqlEvents.of(row));
    }

    private static OrderId id(ResultSet row) throws SQLException {
        return new OrderId(row.getObject("order_uuid", UUID.class));
    }
}
