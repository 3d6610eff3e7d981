package io.bellwire.postgres;

import io.bellwire.document.Document;
import io.bellwire.document.DocumentStore;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.RecordType;
import io.bellwire.log.Records;
import io.bellwire.log.WriteBatch;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Documents in SQL. The column of keys sorts them as ASCII, whatever the order of texts in the database is. */
final class SqlDocuments implements DocumentStore, SqlTable {
    private static final String SELECT = "SELECT key, json FROM documents WHERE ";
    /** Comes after every character of a key. */
    private static final String AFTER_ALL_CHARACTERS = "\u007f";

    private final Database database;

    SqlDocuments(Database database) {
        this.database = database;
    }

    @Override
    public Optional<Document> find(String key) {
        return database.with(handle -> handle.createQuery(SELECT + "key = :key")
                .bind("key", key)
                .map((row, context) -> document(row))
                .findOne());
    }

    @Override
    public List<Document> withPrefix(String prefix, String after, int limit) {
        return database.with(handle -> handle.createQuery(
                        SELECT + "key >= :prefix AND key < :end AND key > :after ORDER BY key LIMIT :limit")
                .bind("prefix", prefix)
                .bind("end", prefix + AFTER_ALL_CHARACTERS)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> document(row))
                .list());
    }

    @Override
    public void load(Handle handle, BatchNeeds needs, Records to) {
        Map<String, RecordType<String, Document>> types = new HashMap<>();
        for (RecordType<String, Document> type : List.of(KEPT, HINTS)) {
            Set<String> keys = needs.keys(type);
            keys.forEach(key -> types.put(key, type));
        }
        if (types.isEmpty()) {
            return;
        }
        List<Document> found = handle.createQuery(SELECT + "key = ANY(:keys) ORDER BY key FOR UPDATE")
                .bind("keys", database.texts(types.keySet().toArray(String[]::new)))
                .map((row, context) -> document(row))
                .list();
        for (Document document : found) {
            RecordType<String, Document> type = types.get(document.key());
            if (type != null) {
                to.of(type).put(document.key(), document);
            }
        }
    }

    @Override
    public void store(Handle handle, WriteBatch batch) {
        Map<String, @Nullable Document> changed = new HashMap<>(batch.records().of(KEPT));
        changed.putAll(batch.records().of(HINTS));
        if (changed.isEmpty()) {
            return;
        }
        try (PreparedBatch put = handle.prepareBatch("INSERT INTO documents (key, json) VALUES (:key, :json)"
                        + " ON CONFLICT (key) DO UPDATE SET json = excluded.json");
                PreparedBatch removed = handle.prepareBatch("DELETE FROM documents WHERE key = :key")) {
            changed.forEach((key, document) -> {
                if (document == null) {
                    removed.bind("key", key).add();
                } else {
                    put.bind("key", key).bind("json", document.json()).add();
                }
            });
            for (PreparedBatch statements : List.of(put, removed)) {
                if (statements.size() > 0) {
                    statements.execute();
                }
            }
        }
    }

    private static Document document(ResultSet row) throws SQLException {
        return new Document(row.getString("key"), row.getBytes("json"));
    }
}
