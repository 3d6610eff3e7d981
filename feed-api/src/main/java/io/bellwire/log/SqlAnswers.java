package io.bellwire.log;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Answers that are kept for idempotency keys, in SQL. */
final class SqlAnswers {
    private SqlAnswers() {}

    /** Those whose rows these keys have; a row may be another key's. */
    static List<Answer> load(Database database, Handle handle, Set<IdempotencyKey> keys) {
        if (keys.isEmpty()) {
            return List.of();
        }
        return handle.createQuery(
                        "SELECT id, digest, fingerprint, order_id, event, status, body, at_millis FROM answers"
                                + " WHERE id = ANY(:ids)")
                .bind("ids", database.longs(keys, IdempotencyKey::row))
                .map((row, context) -> new Answer(
                        new IdempotencyKey(row.getLong("id"), row.getBytes("digest")),
                        row.getBytes("fingerprint"),
                        row.getObject("order_id", UUID.class),
                        row.getLong("event"),
                        row.getInt("status"),
                        row.getBytes("body"),
                        row.getLong("at_millis")))
                .list();
    }

    static void store(Database database, Handle handle, Collection<Answer> answers) {
        if (answers.isEmpty()) {
            return;
        }
        handle.createUpdate("INSERT INTO answers"
                        + " (id, digest, fingerprint, order_id, event, status, body, at_millis) SELECT * FROM"
                        + " UNNEST(:ids, :digests, :fingerprints, :orders, :events, :statuses, :bodies, :times)")
                .bind("ids", database.longs(answers, answer -> answer.key().row()))
                .bind("digests", database.bytes(answers, answer -> answer.key().digest()))
                .bind("fingerprints", database.bytes(answers, Answer::fingerprint))
                .bind("orders", database.uuids(answers, Answer::order))
                .bind("events", database.longs(answers, Answer::event))
                .bind("statuses", database.ints(answers, Answer::status))
                .bind("bodies", database.bytes(answers, Answer::body))
                .bind("times", database.longs(answers, Answer::atMillis))
                .execute();
    }
}
