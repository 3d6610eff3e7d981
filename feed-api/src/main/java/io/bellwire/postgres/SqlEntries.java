package io.bellwire.postgres;

import io.bellwire.log.Chain;
import io.bellwire.log.Change;
import io.bellwire.log.EntryKey;
import io.bellwire.log.Event;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.LogStore;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jdbi.v3.core.Handle;

/** The table {@code entries}, which says what is in which feed: see {@link SqlRun}. */
final class SqlEntries {
    private static final int EVENTS_PER_QUERY = 50;

    private SqlEntries() {}

    static void store(Database database, Handle handle, List<WriteBatch.Entry> entries) {
        List<SqlRun> runs = SqlRun.of(entries);
        if (runs.isEmpty()) {
            return;
        }
        handle.createUpdate("INSERT INTO entries (feed_no, revision, seq, n, chain, end_chain)"
                        + " SELECT * FROM UNNEST(:feeds, :revisions, :seqs, :counts, :chains, :ends)")
                .bind("feeds", database.longs(runs, run -> (long) run.feedNumber()))
                .bind("revisions", database.longs(runs, SqlRun::revision))
                .bind("seqs", database.longs(runs, SqlRun::eventNumber))
                .bind("counts", database.ints(runs, SqlRun::n))
                .bind("chains", database.ints(runs, SqlRun::chain))
                .bind("ends", database.ints(runs, SqlRun::endChain))
                .execute();
    }

    /** Up to {@code limit} changes of the feed after {@code revision}, see {@link LogStore#read}. */
    static List<Change> read(Handle handle, int feedNumber, long revision, long head, int limit, long bytesMax)
            throws SQLException {
        List<SqlRun> runs = runs(handle, feedNumber, revision + 1, head, limit);
        List<Change> changes = new ArrayList<>();
        if (runs.isEmpty()) {
            return changes;
        }
        long bytes = 0;
        long next = revision + 1;
        OptionalInt before = chainBefore(handle, runs.get(0), next);
        if (before.isEmpty()) {
            return changes; // retention took it
        }
        int chain = before.getAsInt();
        List<Long> eventNumbers = new ArrayList<>();
        for (SqlRun run : runs) {
            long end = Math.min(run.revision() + run.n(), head + 1);
            for (long at = Math.max(run.revision(), next); at < end && eventNumbers.size() < limit; at++) {
                if (at != next + eventNumbers.size()) {
                    break; // retention took what was between
                }
                eventNumbers.add(run.eventNumber() + at - run.revision());
            }
        }
        // in steps, since a run may be long and its events large
        for (int from = 0; from < eventNumbers.size(); from += EVENTS_PER_QUERY) {
            List<Long> step = eventNumbers.subList(from, Math.min(eventNumbers.size(), from + EVENTS_PER_QUERY));
            Map<Long, Event> events = SqlEvents.byNumbers(handle, step);
            for (long number : step) {
                Event event = events.get(number);
                if (event == null) {
                    return changes; // retention took it
                }
                bytes += event.json().length();
                if (bytes > bytesMax && !changes.isEmpty()) {
                    return changes;
                }
                chain = Chain.next(chain, event.checksum());
                changes.add(new Change(new Revision(next++), event, chain));
            }
        }
        return changes;
    }

    /** The runs with up to {@code limit} changes from {@code revision} to {@code head}. */
    private static List<SqlRun> runs(Handle handle, int feedNumber, long revision, long head, int limit)
            throws SQLException {
        List<SqlRun> runs = runs(handle, feedNumber, "ORDER BY revision LIMIT ?", revision, head, limit);
        if (!runs.isEmpty() && runs.get(0).revision() == revision) {
            return runs; // as nearly always in the feed of a device, whose runs are short
        }
        List<SqlRun> all = runs(handle, feedNumber, "ORDER BY revision DESC LIMIT ?", 0, revision, 1);
        all.addAll(runs);
        return all;
    }

    /** The chain before {@code revision}, which is in {@code run}; empty if it is not kept. */
    private static OptionalInt chainBefore(Handle handle, SqlRun run, long revision) throws SQLException {
        long skipped = revision - run.revision();
        if (skipped < 0 || skipped >= run.n()) {
            return OptionalInt.empty();
        }
        int chain = run.chain();
        int found = 0;
        if (skipped > 0) {
            try (PreparedStatement query = handle.getConnection()
                    .prepareStatement("SELECT checksum FROM events WHERE seq >= ? AND seq < ? ORDER BY seq")) {
                query.setLong(1, run.eventNumber());
                query.setLong(2, run.eventNumber() + skipped);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        chain = Chain.next(chain, row.getInt(1));
                        found++;
                    }
                }
            }
        }
        return found == skipped ? OptionalInt.of(chain) : OptionalInt.empty();
    }

    /**
     * Uses JDBC directly, like {@link SqlEvents#byNumbers}: binding and mapping by name took a third of the time of a
     * page.
     */
    private static List<SqlRun> runs(Handle handle, int feedNumber, String order, long first, long last, int limit)
            throws SQLException {
        List<SqlRun> runs = new ArrayList<>();
        try (PreparedStatement query = handle.getConnection()
                .prepareStatement("SELECT revision, seq, n, chain, end_chain FROM entries"
                        + " WHERE feed_no = ? AND revision BETWEEN ? AND ? " + order)) {
            query.setLong(1, feedNumber);
            query.setLong(2, first);
            query.setLong(3, last);
            query.setInt(4, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    runs.add(new SqlRun(
                            feedNumber, row.getLong(1), row.getLong(2), row.getInt(3), row.getInt(4), row.getInt(5)));
                }
            }
        }
        return runs;
    }

    /** The times of these changes, see {@link LogStore#timesOf}. */
    static Map<EntryKey, Long> times(Database database, Handle handle, Collection<EntryKey> entryKeys) {
        return times(
                database,
                handle,
                "SELECT u.feed_no, u.revision, e.at_millis"
                        + " FROM UNNEST(:feeds, :revisions) AS u(feed_no, revision)"
                        + " CROSS JOIN LATERAL (SELECT r.revision, r.seq, r.n FROM entries r"
                        + " WHERE r.feed_no = u.feed_no AND r.revision <= u.revision"
                        + " ORDER BY r.revision DESC LIMIT 1) AS run"
                        + " JOIN events e ON e.seq = run.seq + u.revision - run.revision"
                        + " WHERE u.revision < run.revision + run.n",
                entryKeys);
    }

    /**
     * When the newest event was committed in the run of each of these changes: a run is deleted as a whole. 0 for a
     * change that is deleted already; changes of the newest run of a feed, which is not deleted, are left out.
     */
    static Map<EntryKey, Long> deletableFrom(Database database, Handle handle, Collection<EntryKey> entryKeys) {
        return times(
                database,
                handle,
                "SELECT u.feed_no, u.revision, COALESCE(e.at_millis, 0) AS at_millis"
                        + " FROM UNNEST(:feeds, :revisions) AS u(feed_no, revision)"
                        + " LEFT JOIN LATERAL (SELECT r.revision, r.seq, r.n FROM entries r"
                        + " WHERE r.feed_no = u.feed_no AND r.revision <= u.revision"
                        + " ORDER BY r.revision DESC LIMIT 1) AS run ON TRUE"
                        + " LEFT JOIN events e ON e.seq = run.seq + run.n - 1"
                        + " WHERE EXISTS (SELECT 1 FROM entries l WHERE l.feed_no = u.feed_no"
                        + " AND l.revision > u.revision AND l.revision > COALESCE(run.revision, 0))",
                entryKeys);
    }

    /** @param query has the parameters {@code feeds} and {@code revisions}, and returns a time for each of some */
    private static Map<EntryKey, Long> times(
            Database database, Handle handle, String query, Collection<EntryKey> entryKeys) {
        Map<EntryKey, Long> times = new HashMap<>();
        handle.createQuery(query)
                .bind("feeds", database.longs(entryKeys, entryKey ->
                        (long) entryKey.feedNumber().value()))
                .bind("revisions", database.longs(entryKeys, entryKey -> entryKey.revision()
                        .value()))
                .map((row, context) -> Map.entry(
                        new EntryKey(new FeedNumber(row.getInt("feed_no")), new Revision(row.getLong("revision"))),
                        row.getLong("at_millis")))
                .forEach(entry -> times.put(entry.getKey(), entry.getValue()));
        return times;
    }
}
