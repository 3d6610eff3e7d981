package io.bellwire.log;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** When devices were last seen, in SQL. */
final class SqlSightings implements SightingStore {
    private static final String SELECT = "SELECT id, last_seen, doorbell, connected FROM sightings WHERE ";

    private final Database database;

    SqlSightings(Database database) {
        this.database = database;
    }

    @Override
    public List<Sighting> connected(String after, int limit) {
        return database.with(handle -> handle.createQuery(SELECT + "connected AND id > :after ORDER BY id LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> sighting(row))
                .list());
    }

    @Override
    public Map<FeedId, Sighting> of(Collection<FeedId> ids) {
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
                .collect(Collectors.toMap(Sighting::id, sighting -> sighting));
    }

    @Override
    public Optional<Watch> watch() {
        return database.with(handle -> handle.createQuery("SELECT until_at, revision FROM watch WHERE one = 1")
                .map((row, context) -> new Watch(row.getLong("until_at"), row.getLong("revision")))
                .findOne());
    }

    private static Sighting sighting(ResultSet row) throws SQLException {
        return new Sighting(
                new FeedId(row.getString("id")),
                row.getLong("last_seen"),
                row.getString("doorbell"),
                row.getBoolean("connected"));
    }

    /** Writes what the group knows of sightings, inside its transaction. */
    static void store(Handle handle, Group group) {
        if (!group.sightings().isEmpty()) {
            store(handle, List.copyOf(group.sightings().values()));
        }
        Watch watch = group.watch();
        if (watch != null
                && store(handle, "UPDATE watch SET until_at = :until, revision = :revision WHERE one = 1", watch)
                        == 0) {
            int unused =
                    store(handle, "INSERT INTO watch (one, until_at, revision) VALUES (1, :until, :revision)", watch);
        }
    }

    private static int store(Handle handle, String sql, Watch watch) {
        return handle.createUpdate(sql)
                .bind("until", watch.untilMillis())
                .bind("revision", watch.revision())
                .execute();
    }

    private static void store(Handle handle, List<Sighting> sightings) {
        int[] updated = store(
                handle,
                "UPDATE sightings SET last_seen = :seen, doorbell = :doorbell, connected = :connected WHERE id = :id",
                sightings);
        List<Sighting> fresh = new ArrayList<>();
        for (int i = 0; i < updated.length; i++) {
            if (updated[i] == 0) {
                fresh.add(sightings.get(i));
            }
        }
        if (!fresh.isEmpty()) {
            int[] unused = store(
                    handle,
                    "INSERT INTO sightings (id, last_seen, doorbell, connected)"
                            + " VALUES (:id, :seen, :doorbell, :connected)",
                    fresh);
        }
    }

    private static int[] store(Handle handle, String sql, List<Sighting> sightings) {
        try (PreparedBatch batch = handle.prepareBatch(sql)) {
            for (Sighting sighting : sightings) {
                batch.bind("id", sighting.id().path())
                        .bind("seen", sighting.lastSeenMillis())
                        .bind("doorbell", sighting.doorbell())
                        .bind("connected", sighting.isConnected())
                        .add();
            }
            return batch.execute();
        }
    }
}
