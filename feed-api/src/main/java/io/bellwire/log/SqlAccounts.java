package io.bellwire.log;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Accounts in SQL: what a batch reads and writes in its transaction, and what others look up. */
final class SqlAccounts {
    private static final String SELECT =
            "SELECT id, feed_no, secret_sha256, created_at, disabled, since FROM parties WHERE ";

    private SqlAccounts() {}

    /** The accounts that a batch needs, locked until it is committed. */
    static Map<FeedId, StoredAccount> load(Handle handle, Set<FeedId> ids) {
        return byIds(handle, ids, " ORDER BY id FOR UPDATE").stream()
                .collect(Collectors.toMap(StoredAccount::id, account -> account));
    }

    static void store(Handle handle, WriteBatch batch) {
        if (batch.accounts().isEmpty()) {
            return;
        }
        try (PreparedBatch inserted = handle.prepareBatch(
                        "INSERT INTO parties (id, feed_no, secret_sha256, created_at, disabled, since)"
                                + " VALUES (:id, :feed, :digest, :created, :disabled, :since)");
                PreparedBatch changed =
                        handle.prepareBatch("UPDATE parties SET secret_sha256 = :digest, disabled = :disabled,"
                                + " since = :since WHERE id = :id")) {
            for (StoredAccount account : batch.accounts().values()) {
                PreparedBatch statements = changed;
                if (!batch.isKnownAccount(account.id())) {
                    statements = inserted.bind("feed", account.feedNumber()).bind("created", account.createdMillis());
                }
                statements
                        .bind("id", account.id().path())
                        .bind("digest", account.secretDigest())
                        .bind("disabled", account.disabled())
                        .bind("since", account.since().value())
                        .add();
            }
            for (PreparedBatch statements : List.of(inserted, changed)) {
                if (statements.size() > 0) {
                    statements.execute();
                }
            }
        }
    }

    static List<StoredAccount> byIds(Handle handle, Collection<FeedId> ids) {
        return byIds(handle, ids, "");
    }

    private static List<StoredAccount> byIds(Handle handle, Collection<FeedId> ids, String suffix) {
        return ids.isEmpty()
                ? List.of()
                : handle.createQuery(SELECT + "id IN (<ids>)" + suffix)
                        .bindList("ids", ids.stream().map(FeedId::path).toList())
                        .map((row, context) -> account(row))
                        .list();
    }

    static List<StoredAccount> bySecrets(Handle handle, Collection<byte[]> digests) {
        return digests.isEmpty()
                ? List.of()
                : handle.createQuery(SELECT + "secret_sha256 IN (<digests>)")
                        .bindList("digests", List.copyOf(digests))
                        .map((row, context) -> account(row))
                        .list();
    }

    static List<StoredAccount> devices(Handle handle, String after, int limit) {
        return handle.createQuery(SELECT + "id LIKE 'devices/%' AND id > :after ORDER BY id LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> account(row))
                .list();
    }

    private static StoredAccount account(ResultSet row) throws SQLException {
        return new StoredAccount(
                new FeedId(row.getString("id")),
                row.getInt("feed_no"),
                row.getBytes("secret_sha256"),
                row.getLong("created_at"),
                row.getBoolean("disabled"),
                new Revision(row.getLong("since")));
    }
}
