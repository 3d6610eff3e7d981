package io.bellwire.postgres;

import io.bellwire.log.BatchNeeds;
import io.bellwire.log.FeedId;
import io.bellwire.log.Records;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import io.bellwire.presence.LastSeen;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.presence.PresenceCheckpoint;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** When devices were last seen, in SQL. */
final class SqlLastSeen implements LastSeenStore, SqlTable {
    private static final String SELECT = "SELECT id, last_seen, doorbell, connected FROM sightings WHERE ";

    private final Database database;

    SqlLastSeen(Database database) {
        this.database = database;
    }

    @Override
    public List<LastSeen> connected(String after, int limit) {
        return database.with(handle -> handle.createQuery(SELECT + "connected AND id > :after ORDER BY id LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> sighting(row))
                .list());
    }

    @Override
    public Map<FeedId, LastSeen> of(Collection<FeedId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        return database
                .with(handle -> handle.createQuery(SELECT + "id = ANY(:ids)")
                        .bind(
                                "ids",
                                database.texts(ids.stream().map(FeedId::path).toArray(String[]::new)))
                        .map((row, context) -> sighting(row))
                        .list())
                .stream()
                .collect(Collectors.toMap(LastSeen::id, sighting -> sighting));
    }

    @Override
    public Optional<PresenceCheckpoint> presenceCheckpoint() {
        return database.with(handle -> handle.createQuery("SELECT until_at, revision FROM watch WHERE one = 1")
                .map((row, context) ->
                        new PresenceCheckpoint(row.getLong("until_at"), new Revision(row.getLong("revision"))))
                .findOne());
    }

    private static LastSeen sighting(ResultSet row) throws SQLException {
        return new LastSeen(
                new FeedId(row.getString("id")),
                row.getLong("last_seen"),
                row.getString("doorbell"),
                row.getBoolean("connected"));
    }

    /** Loads nothing: no write reads when devices were seen. */
    @Override
    public void load(Handle handle, BatchNeeds needs, Records to) {}

    @Override
    public void store(Handle handle, WriteBatch batch) {
        Collection<@Nullable LastSeen> lastSeen = batch.records().of(LAST_SEEN).values();
        if (!lastSeen.isEmpty()) {
            store(handle, lastSeen);
        }
        for (PresenceCheckpoint checkpoint : batch.records().of(CHECKPOINT).values()) {
            if (checkpoint != null) {
                handle.createUpdate(
                                "INSERT INTO watch (one, until_at, revision) VALUES (1, :until, :revision)"
                                        + " ON CONFLICT (one) DO UPDATE SET until_at = excluded.until_at, revision = excluded.revision")
                        .bind("until", checkpoint.untilMillis())
                        .bind("revision", checkpoint.revision().value())
                        .execute();
            }
        }
    }

    private static void store(Handle handle, Collection<@Nullable LastSeen> lastSeen) {
        try (PreparedBatch statements = handle.prepareBatch("INSERT INTO sightings (id, last_seen, doorbell, connected)"
                + " VALUES (:id, :seen, :doorbell, :connected) ON CONFLICT (id) DO UPDATE SET"
                + " last_seen = excluded.last_seen, doorbell = excluded.doorbell, connected = excluded.connected")) {
            for (LastSeen sighting : lastSeen) {
                if (sighting != null) {
                    statements
                            .bind("id", sighting.id().path())
                            .bind("seen", sighting.lastSeenMillis())
                            .bind("doorbell", sighting.doorbell())
                            .bind("connected", sighting.isConnected())
                            .add();
                }
            }
            int[] unused = statements.execute();
        }
    }
}
