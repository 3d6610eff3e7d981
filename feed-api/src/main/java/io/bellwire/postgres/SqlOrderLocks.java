package io.bellwire.postgres;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Records;
import io.bellwire.log.WriteBatch;
import io.bellwire.order.OrderId;
import io.bellwire.order.OrderLock;
import io.bellwire.order.OrderStore;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Leases on orders in SQL. */
final class SqlOrderLocks implements SqlTable {
    private static final int ROWS_PER_STEP = 1_000;

    private final Database database;

    SqlOrderLocks(Database database) {
        this.database = database;
    }

    @Override
    public void load(Handle handle, BatchNeeds needs, Records to) {
        Set<OrderId> orders = needs.keys(OrderStore.LOCKS);
        if (!orders.isEmpty()) {
            handle.createQuery("SELECT order_id, digest, until_millis FROM locks WHERE order_id = ANY(:ids)")
                    .bind("ids", database.uuids(orders, OrderId::value))
                    .map((row, context) -> Map.entry(
                            new OrderId(row.getObject("order_id", UUID.class)),
                            new OrderLock(row.getBytes("digest"), row.getLong("until_millis"))))
                    .forEach(lock -> to.of(OrderStore.LOCKS).put(lock.getKey(), lock.getValue()));
        }
    }

    @Override
    public void store(Handle handle, WriteBatch batch) {
        Map<OrderId, @Nullable OrderLock> locks = batch.records().of(OrderStore.LOCKS);
        if (locks.isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM locks WHERE order_id = ANY(:ids)")
                .bind("ids", database.uuids(locks.keySet(), OrderId::value))
                .execute();
        PreparedBatch inserts =
                handle.prepareBatch("INSERT INTO locks (order_id, digest, until_millis) VALUES (:id, :digest, :until)");
        locks.forEach((id, lock) -> {
            if (lock != null) {
                inserts.bind("id", id.value())
                        .bind("digest", lock.tokenDigest())
                        .bind("until", lock.untilMillis())
                        .add();
            }
        });
        if (inserts.size() > 0) {
            inserts.execute();
        }
    }

    /** See {@link OrderStore#deleteLocksBefore}. */
    void deleteBefore(Handle handle, long millis) {
        int deleted;
        do {
            List<UUID> ended = handle.createQuery(
                            "SELECT order_id FROM locks WHERE until_millis < :before LIMIT " + ROWS_PER_STEP)
                    .bind("before", millis)
                    .mapTo(UUID.class)
                    .list();
            // a lease may have been taken anew meanwhile
            deleted = database.transaction(handle, same -> same.createUpdate(
                            "DELETE FROM locks WHERE order_id = ANY(:ended) AND until_millis < :before")
                    .bind("ended", database.uuids(ended))
                    .bind("before", millis)
                    .execute());
        } while (deleted > 0);
    }
}
