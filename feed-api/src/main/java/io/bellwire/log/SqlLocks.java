package io.bellwire.log;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Leases on orders in SQL. */
final class SqlLocks {
    private SqlLocks() {}

    static Map<UUID, OrderLock> load(Database database, Handle handle, Set<UUID> orders) {
        Map<UUID, OrderLock> locks = new HashMap<>();
        if (!orders.isEmpty()) {
            handle.createQuery("SELECT order_id, digest, until_millis FROM locks WHERE order_id = ANY(:ids)")
                    .bind("ids", database.uuids(orders))
                    .map((row, context) -> Map.entry(
                            row.getObject("order_id", UUID.class),
                            new OrderLock(row.getBytes("digest"), row.getLong("until_millis"))))
                    .forEach(entry -> locks.put(entry.getKey(), entry.getValue()));
        }
        return locks;
    }

    static void store(Database database, Handle handle, Map<UUID, @Nullable OrderLock> locks) {
        if (locks.isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM locks WHERE order_id = ANY(:ids)")
                .bind("ids", database.uuids(locks.keySet()))
                .execute();
        PreparedBatch batch =
                handle.prepareBatch("INSERT INTO locks (order_id, digest, until_millis) VALUES (:id, :digest, :until)");
        locks.forEach((id, lock) -> {
            if (lock != null) {
                batch.bind("id", id)
                        .bind("digest", lock.tokenDigest())
                        .bind("until", lock.untilMillis())
                        .add();
            }
        });
        if (batch.size() > 0) {
            batch.execute();
        }
    }
}
