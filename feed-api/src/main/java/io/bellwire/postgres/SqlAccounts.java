package io.bellwire.postgres;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Records;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import io.bellwire.registry.AccountStore;
import io.bellwire.registry.OldSecret;
import io.bellwire.registry.Role;
import io.bellwire.registry.Secret;
import io.bellwire.registry.StoredAccount;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** Accounts in SQL: what a batch reads and writes in its transaction, and what others look up. */
final class SqlAccounts implements AccountStore, SqlTable {
    private static final String SELECT =
            "SELECT id, feed_no, secret_sha256, created_at, disabled, since, old_secret_sha256, old_until, role"
                    + " FROM parties WHERE ";

    private final Database database;

    SqlAccounts(Database database) {
        this.database = database;
    }

    @Override
    public void load(Handle handle, BatchNeeds needs, Records to) {
        byIds(handle, needs.keys(ACCOUNTS), " ORDER BY id FOR UPDATE")
                .forEach(account -> to.of(ACCOUNTS).put(account.id(), account));
    }

    @Override
    public void store(Handle handle, WriteBatch batch) {
        Collection<@Nullable StoredAccount> accounts =
                batch.records().of(ACCOUNTS).values();
        if (accounts.isEmpty()) {
            return;
        }
        try (PreparedBatch inserted = handle.prepareBatch(
                        "INSERT INTO parties (id, feed_no, secret_sha256, created_at, disabled, since, old_secret_sha256,"
                                + " old_until, role) VALUES (:id, :feed, :digest, :created, :disabled, :since, :old,"
                                + " :until, :role)");
                PreparedBatch changed =
                        handle.prepareBatch("UPDATE parties SET secret_sha256 = :digest, disabled = :disabled,"
                                + " since = :since, old_secret_sha256 = :old, old_until = :until, role = :role"
                                + " WHERE id = :id")) {
            for (StoredAccount account : accounts) {
                if (account == null) {
                    continue; // accounts are never removed
                }
                PreparedBatch statements = changed;
                if (batch.isNew(ACCOUNTS, account.id())) {
                    statements = inserted.bind("feed", account.feedNumber().value())
                            .bind("created", account.createdMillis());
                }
                statements
                        .bind("id", account.id().path())
                        .bind("digest", account.secretDigest())
                        .bind("disabled", account.disabled())
                        .bind("since", account.since().value())
                        .bind(
                                "old",
                                account.old().map(old -> old.secret().digest()).orElse(null))
                        .bind("until", account.old().map(OldSecret::untilMillis).orElse(0L))
                        .bind("role", account.role().map(Role::code).orElse(0))
                        .add();
            }
            for (PreparedBatch statements : List.of(inserted, changed)) {
                if (statements.size() > 0) {
                    statements.execute();
                }
            }
        }
    }

    @Override
    public List<StoredAccount> find(Collection<FeedId> ids) {
        return database.with(handle -> byIds(handle, ids, ""));
    }

    private static List<StoredAccount> byIds(Handle handle, Collection<FeedId> ids, String suffix) {
        return ids.isEmpty()
                ? List.of()
                : handle.createQuery(SELECT + "id IN (<ids>)" + suffix)
                        .bindList("ids", ids.stream().map(FeedId::path).toList())
                        .map((row, context) -> account(row))
                        .list();
    }

    @Override
    public List<StoredAccount> bySecret(Collection<byte[]> digests) {
        return digests.isEmpty()
                ? List.of()
                : database.with(handle -> handle.createQuery(
                                SELECT + "secret_sha256 IN (<digests>) OR old_secret_sha256 IN (<digests>)")
                        .bindList("digests", List.copyOf(digests))
                        .map((row, context) -> account(row))
                        .list());
    }

    @Override
    public List<StoredAccount> devices(String after, int limit) {
        return accounts("devices/", after, limit);
    }

    @Override
    public List<StoredAccount> partners(String after, int limit) {
        return accounts("partners/", after, limit);
    }

    @Override
    public List<StoredAccount> operators(String after, int limit) {
        return accounts("operators/", after, limit);
    }

    private List<StoredAccount> accounts(String prefix, String after, int limit) {
        return database.with(handle -> handle.createQuery(
                        SELECT + "id LIKE '" + prefix + "%' AND id > :after ORDER BY id LIMIT :limit")
                .bind("after", after.isEmpty() ? prefix : after)
                .bind("limit", limit)
                .map((row, context) -> account(row))
                .list());
    }

    private static StoredAccount account(ResultSet row) throws SQLException {
        long untilMillis = row.getLong("old_until");
        int role = row.getInt("role");
        return new StoredAccount(
                new FeedId(row.getString("id")),
                new FeedNumber(row.getInt("feed_no")),
                row.getBytes("secret_sha256"),
                row.getLong("created_at"),
                row.getBoolean("disabled"),
                new Revision(row.getLong("since")),
                Optional.ofNullable(row.getBytes("old_secret_sha256"))
                        .map(digest -> new OldSecret(Secret.ofDigest(digest), untilMillis)),
                role == 0 ? Optional.empty() : Optional.of(Role.ofCode(role)));
    }
}
