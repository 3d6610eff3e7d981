package io.bellwire.log;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Stored responses of idempotency keys, in SQL. */
final class SqlResponses {
    private SqlResponses() {}

    /** The responses in the rows of these keys; a row may belong to another key. */
    static List<StoredResponse> load(Database database, Handle handle, Set<IdempotencyKey> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        return handle.createQuery(
                        "SELECT id, digest, fingerprint, order_id, event, status, body, at_millis FROM answers"
                                + " WHERE id = ANY(:ids)")
                .bind("ids", database.longs(keys, IdempotencyKey::row))
                .map((row, context) -> new StoredResponse(
                        new IdempotencyKey(row.getLong("id"), row.getBytes("digest")),
                        row.getBytes("fingerprint"),
                        row.getObject("order_id", UUID.class),
                        row.getLong("event"),
                        row.getInt("status"),
                        row.getBytes("body"),
                        row.getLong("at_millis")))
                .list();
    }

    static void store(Database database, Handle handle, Collection<StoredResponse> storedResponses) {
        if (storedResponses.isEmpty()) {
            return;
        }
        handle.createUpdate("INSERT INTO answers"
                        + " (id, digest, fingerprint, order_id, event, status, body, at_millis) SELECT * FROM"
                        + " UNNEST(:ids, :digests, :fingerprints, :orders, :events, :statuses, :bodies, :times)")
                .bind("ids", database.longs(storedResponses, answer -> answer.key()
                        .row()))
                .bind("digests", database.bytes(storedResponses, answer -> answer.key()
                        .digest()))
                .bind("fingerprints", database.bytes(storedResponses, StoredResponse::fingerprint))
                .bind("orders", database.uuids(storedResponses, StoredResponse::order))
                .bind("events", database.longs(storedResponses, StoredResponse::event))
                .bind("statuses", database.ints(storedResponses, StoredResponse::status))
                .bind("bodies", database.bytes(storedResponses, StoredResponse::body))
                .bind("times", database.longs(storedResponses, StoredResponse::atMillis))
                .execute();
    }
}
