package io.bellwire.registry;

import io.bellwire.log.Database;
import io.bellwire.log.FeedId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;

/**
 * When devices were last seen, kept in the log's database. Thread-safe for readers; one writer at a time. Every method blocks.
 */
public final class Sightings {
    private static final RowMapper<Sighting> ROW = (row, context) -> new Sighting(
            new FeedId(row.getString("id")),
            row.getLong("last_seen"),
            row.getString("doorbell"),
            row.getBoolean("connected"));

    private final Database database;

    public Sightings(Database database) {
        this.database = database;
    }

    /**
     * One device, named as its feed is.
     *
     * @param doorbell what it was connected by
     * @param isConnected whether it was told to be connected, and not told to have gone since
     */
    public record Sighting(FeedId id, long lastSeenMillis, String doorbell, boolean isConnected) {}

    /** Until when the server was there, and the revision of the feed of operations that the sightings contain. */
    public record Watch(long untilMillis, long revision) {}

    /** Up to {@code most} of those that are told to be connected, in the order of their names, after {@code after}. */
    public List<Sighting> connected(String after, int most) {
        return database.with(handle -> handle.createQuery("SELECT id, last_seen, doorbell, connected FROM sightings"
                        + " WHERE connected AND id > :after ORDER BY id LIMIT :most")
                .bind("after", after)
                .bind("most", most)
                .map(ROW)
                .list());
    }

    /** Those of the devices that were ever seen. */
    public Map<FeedId, Sighting> of(Collection<FeedId> ids) {
        if (ids.isEmpty()) {
            return Map.of();
        }
        List<String> paths = ids.stream().map(FeedId::path).toList();
        return database
                .with(handle -> handle.createQuery(
                                "SELECT id, last_seen, doorbell, connected FROM sightings WHERE id IN (<ids>)")
                        .bindList("ids", paths)
                        .map(ROW)
                        .list())
                .stream()
                .collect(Collectors.toMap(Sighting::id, sighting -> sighting));
    }

    /** The watch that was kept last; empty before the first. */
    public Optional<Watch> watch() {
        return database.with(handle -> handle.createQuery("SELECT until_at, revision FROM watch WHERE one = 1")
                .map((row, context) -> new Watch(row.getLong("until_at"), row.getLong("revision")))
                .findOne());
    }

    /** Puts these in place of what was kept of the same devices. */
    public void save(List<Sighting> sightings) {
        if (sightings.isEmpty()) {
            return;
        }
        var unused = database.commit(same -> {
            int[] updated = batch(
                    same,
                    "UPDATE sightings SET last_seen = :seen, doorbell = :doorbell, connected = :connected"
                            + " WHERE id = :id",
                    sightings);
            List<Sighting> fresh = new ArrayList<>();
            for (int i = 0; i < updated.length; i++) {
                if (updated[i] == 0) {
                    fresh.add(sightings.get(i));
                }
            }
            return fresh.isEmpty()
                    ? updated
                    : batch(
                            same,
                            "INSERT INTO sightings (id, last_seen, doorbell, connected)"
                                    + " VALUES (:id, :seen, :doorbell, :connected)",
                            fresh);
        });
    }

    /** Notes that everything up to here has been saved. */
    public void keep(Watch watch) {
        var unused = database.commit(same -> {
            int updated = watch(same, "UPDATE watch SET until_at = :until, revision = :revision WHERE one = 1", watch);
            return updated > 0
                    ? updated
                    : watch(same, "INSERT INTO watch (one, until_at, revision) VALUES (1, :until, :revision)", watch);
        });
    }

    private static int watch(Handle handle, String sql, Watch watch) {
        return handle.createUpdate(sql)
                .bind("until", watch.untilMillis())
                .bind("revision", watch.revision())
                .execute();
    }

    private static int[] batch(Handle handle, String sql, List<Sighting> sightings) {
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
