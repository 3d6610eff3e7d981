package io.bellwire.postgres;

import io.bellwire.log.Epoch;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Feeds and their positions in SQL. */
final class SqlFeeds {
    private static final String HEAD_COLUMNS =
            last("e.revision + e.n - 1") + " AS head, " + last("e.end_chain") + " AS head_chain";

    private SqlFeeds() {}

    static List<Feed> byIds(Database database, Handle handle, Epoch epoch, Collection<FeedId> ids) {
        return handle.createQuery("SELECT f.no, f.path, f.received, f.received_chain, f.processed, f.processed_chain, "
                        + first("e.revision - 1") + " AS earliest, " + first("e.chain") + " AS earliest_chain, "
                        + HEAD_COLUMNS + " FROM feeds f WHERE f.path = ANY(:paths)")
                .bind("paths", database.texts(ids.stream().map(FeedId::path).toArray(String[]::new)))
                .map((row, context) -> {
                    FeedId id = new FeedId(row.getString("path"));
                    return new Feed(
                            new FeedNumber(row.getInt("no")),
                            id,
                            Epoch.ofFeed(epoch, id),
                            position(row, "head"),
                            position(row, "earliest"),
                            position(row, "received"),
                            position(row, "processed"));
                })
                .list();
    }

    /** A column of the first run of the feed {@code f}. */
    private static String first(String column) {
        return "(SELECT " + column + " FROM entries e WHERE e.feed_no = f.no ORDER BY e.revision LIMIT 1)";
    }

    private static String last(String column) {
        return "(SELECT " + column + " FROM entries e WHERE e.feed_no = f.no ORDER BY e.revision DESC LIMIT 1)";
    }

    /** The position in a row; null, which is 0, if the feed has no changes. */
    private static Position position(ResultSet row, String name) throws SQLException {
        return new Position(new Revision(row.getLong(name)), row.getInt(name + "_chain"));
    }

    /** Adds the feeds of these names to {@code found}; returns the names of those that it has created. */
    static Set<FeedId> findOrMake(
            Database database, Handle handle, Epoch epoch, Set<FeedId> names, Map<FeedId, Feed> found) {
        if (names.isEmpty()) {
            return Set.of();
        }
        byIds(database, handle, epoch, names).forEach(feed -> found.put(feed.id(), feed));
        Set<FeedId> missing = new LinkedHashSet<>(names);
        missing.removeAll(found.keySet());
        if (!missing.isEmpty()) {
            PreparedBatch batch = handle.prepareBatch("INSERT INTO feeds (path) VALUES (:path)");
            missing.forEach(id -> batch.bind("path", id.path()).add());
            batch.execute();
            byIds(database, handle, epoch, missing).forEach(feed -> found.put(feed.id(), feed));
        }
        return missing;
    }

    /** The heads of {@code feeds} by number, locked until the transaction ends. */
    static Map<FeedNumber, Position> lockHeads(Database database, Handle handle, Set<Feed> feeds) {
        Long[] numbers = feeds.stream()
                .map(feed -> (long) feed.feedNumber().value())
                .sorted()
                .toArray(Long[]::new);
        // in the order of numbers, so that two writers cannot deadlock; held until the commit
        handle.createQuery("SELECT no FROM feeds WHERE no = ANY(:numbers) ORDER BY no FOR UPDATE")
                .bind("numbers", database.longs(numbers))
                .mapTo(Long.class)
                .list();
        // a statement of its own: it must see what was committed while the locks were waited for
        Map<FeedNumber, Position> heads = new HashMap<>();
        handle.createQuery("SELECT f.no, " + HEAD_COLUMNS + " FROM feeds f WHERE f.no = ANY(:numbers)")
                .bind("numbers", database.longs(numbers))
                .map((row, context) -> Map.entry(new FeedNumber(row.getInt("no")), position(row, "head")))
                .forEach(entry -> heads.put(entry.getKey(), entry.getValue()));
        return heads;
    }

    /** Moves these positions of feeds up; a lower one changes nothing. */
    static void storePositions(Handle handle, String column, Map<Feed, Position> positions) {
        if (positions.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("UPDATE feeds SET " + column + " = :revision, " + column
                + "_chain = :chain WHERE no = :no AND " + column + " < :revision");
        // in order of number, as the locks are
        positions.entrySet().stream()
                .sorted(Comparator.comparing(position -> position.getKey().feedNumber()))
                .forEach(position -> batch.bind(
                                "revision", position.getValue().revision().value())
                        .bind("chain", position.getValue().chain())
                        .bind("no", position.getKey().feedNumber().value())
                        .add());
        batch.execute();
    }
}
