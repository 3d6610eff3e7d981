package io.bellwire.postgres;

import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.StoredResponse;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Records;
import io.bellwire.log.WriteBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Stored responses of idempotency keys, in SQL. */
final class SqlResponses implements SqlTable {
    private final Database database;

    SqlResponses(Database database) {
        this.database = database;
    }

    @Override
    public void load(Handle handle, BatchNeeds needs, Records to) {
        Set<IdempotencyKey> keys = needs.keys(StoredResponse.TYPE);
        if (keys.isEmpty()) {
            return;
        }
        handle.createQuery("SELECT id, digest, fingerprint, order_id, event, status, body, at_millis FROM answers"
                        + " WHERE id = ANY(:ids)")
                .bind("ids", database.longs(keys, IdempotencyKey::row))
                .map((row, context) -> new StoredResponse(
                        new IdempotencyKey(row.getLong("id"), row.getBytes("digest")),
                        row.getBytes("fingerprint"),
                        row.getObject("order_id", UUID.class),
                        new EventNumber(row.getLong("event")),
                        row.getInt("status"),
                        row.getBytes("body"),
                        row.getLong("at_millis")))
                .forEach(response -> {
                    if (!keys.contains(response.key())) { // its row cannot be stored, so the write must fail
                        throw new UncheckedIOException(
                                new IOException("two idempotency keys share 63 bits of their digests"));
                    }
                    to.of(StoredResponse.TYPE).put(response.key(), response);
                });
    }

    @Override
    public void store(Handle handle, WriteBatch batch) {
        Collection<StoredResponse> responses = batch.records().of(StoredResponse.TYPE).values().stream()
                .filter(Objects::nonNull)
                .toList();
        if (responses.isEmpty()) {
            return;
        }
        handle.createUpdate("INSERT INTO answers"
                        + " (id, digest, fingerprint, order_id, event, status, body, at_millis) SELECT * FROM"
                        + " UNNEST(:ids, :digests, :fingerprints, :orders, :events, :statuses, :bodies, :times)")
                .bind("ids", database.longs(responses, response -> response.key()
                        .row()))
                .bind("digests", database.bytes(responses, response -> response.key()
                        .digest()))
                .bind("fingerprints", database.bytes(responses, StoredResponse::fingerprint))
                .bind("orders", database.uuids(responses, StoredResponse::subject))
                .bind("events", database.longs(responses, response -> response.event()
                        .value()))
                .bind("statuses", database.ints(responses, StoredResponse::status))
                .bind("bodies", database.bytes(responses, StoredResponse::body))
                .bind("times", database.longs(responses, StoredResponse::atMillis))
                .execute();
    }
}
