package io.bellwire.postgres;

import io.bellwire.log.FeedNumber;
import io.bellwire.log.LogStore;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The SQL of retention. In small steps, so that no reader or writer waits long for it. */
final class SqlRetention {
    private static final int FEEDS_PER_STEP = 500;
    private static final int RUNS_PER_STEP = 1_000;
    private static final long EVENTS_PER_STEP = 1_000;
    private static final int ROWS_PER_STEP = 1_000;

    private SqlRetention() {}

    private record Aged(Position before, boolean expired) {}

    /** See {@link LogStore#expire}. */
    static long expire(
            Database database,
            Handle handle,
            long beforeMillis,
            long answersBeforeMillis,
            LogStore.RetentionListener listener) {
        int after = 0;
        while (true) {
            List<Integer> numbers = feedsAfter(handle, after);
            if (numbers.isEmpty()) {
                return expireEvents(database, handle, beforeMillis, answersBeforeMillis);
            }
            for (int feedNumber : numbers) {
                listener.deletedUpTo(
                        new FeedNumber(feedNumber), expireFeed(database, handle, feedNumber, beforeMillis));
                after = feedNumber;
            }
        }
    }

    private static Position expireFeed(Database database, Handle handle, int feedNumber, long beforeMillis) {
        while (true) {
            // one more than a step, so that the newest run of the feed is never among those to delete
            List<Aged> runs = new ArrayList<>(handle.createQuery("""
                            SELECT r.revision, r.chain, e.at_millis IS NULL OR e.at_millis < :before AS expired
                            FROM entries r LEFT JOIN events e ON e.seq = r.seq + r.n - 1
                            WHERE r.feed_no = :no ORDER BY r.revision LIMIT :limit
                            """)
                    .bind("before", beforeMillis)
                    .bind("no", feedNumber)
                    .bind("limit", RUNS_PER_STEP + 1)
                    .map((row, context) -> new Aged(
                            new Position(new Revision(row.getLong("revision") - 1), row.getInt("chain")),
                            row.getBoolean("expired")))
                    .list());
            int keep = 0;
            while (keep < runs.size() - 1 && runs.get(keep).expired()) {
                keep++;
            }
            if (keep > 0) {
                long last = runs.get(keep).before().revision().value();
                int unused = database.transaction(handle, same -> same.createUpdate(
                                "DELETE FROM entries WHERE feed_no = :no AND revision <= :last")
                        .bind("no", feedNumber)
                        .bind("last", last)
                        .execute());
            }
            if (keep < RUNS_PER_STEP) {
                return runs.isEmpty() ? Position.START : runs.get(keep).before();
            }
        }
    }

    private static long expireEvents(Database database, Handle handle, long beforeMillis, long answersBeforeMillis) {
        List<SqlRun> kept = newestRunsBefore(handle, beforeMillis);
        int keptFrom = 0;
        long deleted = 0;
        long from = 0;
        while (true) {
            Long next = handle.createQuery("SELECT seq FROM events WHERE seq > :from ORDER BY seq LIMIT 1")
                    .bind("from", from)
                    .mapTo(Long.class)
                    .findOne()
                    .orElse(null);
            if (next == null) {
                break;
            }
            long to = next + EVENTS_PER_STEP;
            int young = handle.createQuery(
                            "SELECT COUNT(*) FROM events WHERE seq >= :next AND seq < :to AND at_millis >= :before")
                    .bind("next", next)
                    .bind("to", to)
                    .bind("before", beforeMillis)
                    .mapTo(Integer.class)
                    .one();
            List<Long> keptHere = new ArrayList<>();
            for (int i = keptFrom; i < kept.size() && kept.get(i).eventNumber() < to; i++) {
                SqlRun run = kept.get(i);
                for (long eventNumber = Math.max(next, run.eventNumber());
                        eventNumber < Math.min(to, run.eventNumber() + run.n());
                        eventNumber++) {
                    keptHere.add(eventNumber);
                }
                if (i == keptFrom && run.eventNumber() + run.n() <= to) {
                    keptFrom++;
                }
            }
            deleted += database.transaction(handle, same -> same.createUpdate("""
                            DELETE FROM events e WHERE e.seq >= :next AND e.seq < :to AND e.at_millis < :before
                                AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.id = e.order_id AND o.latest = e.seq)
                                AND e.seq NOT IN (SELECT k.seq FROM UNNEST(:kept) AS k(seq))
                            """)
                    .bind("kept", database.longs(keptHere.toArray(Long[]::new)))
                    .bind("next", next)
                    .bind("to", to)
                    .bind("before", beforeMillis)
                    .execute());
            if (young == EVENTS_PER_STEP) {
                break; // numbers follow time closely enough: all after these are younger still
            }
            from = to - 1;
        }
        expireAnswers(database, handle, answersBeforeMillis);
        return deleted;
    }

    /** Deletes stored responses, step by step along the key. */
    private static void expireAnswers(Database database, Handle handle, long beforeMillis) {
        long from = Long.MIN_VALUE;
        while (true) {
            long after = from;
            Long last = handle.createQuery(
                            "SELECT MAX(id) FROM (SELECT id FROM answers WHERE id >= :from ORDER BY id LIMIT "
                                    + ROWS_PER_STEP + ") AS step")
                    .bind("from", after)
                    .mapTo(Long.class)
                    .findOne()
                    .orElse(null);
            if (last == null) {
                return;
            }
            int unused = database.transaction(handle, same -> same.createUpdate(
                            "DELETE FROM answers WHERE id BETWEEN :from AND :to AND at_millis < :before")
                    .bind("from", after)
                    .bind("to", last)
                    .bind("before", beforeMillis)
                    .execute());
            if (last == Long.MAX_VALUE) {
                return;
            }
            from = last + 1;
        }
    }

    /**
     * The newest runs of feeds without changes since, by the numbers of their events: {@link #expireFeed} keeps them,
     * so their events must stay.
     */
    private static List<SqlRun> newestRunsBefore(Handle handle, long beforeMillis) {
        List<SqlRun> runs = new ArrayList<>();
        int after = 0;
        while (true) {
            List<Integer> numbers = feedsAfter(handle, after);
            if (numbers.isEmpty()) {
                runs.sort(Comparator.comparingLong(SqlRun::eventNumber));
                return runs;
            }
            int last = numbers.get(numbers.size() - 1);
            runs.addAll(handle.createQuery("""
                            SELECT r.feed_no, r.revision, r.seq, r.n, r.chain, r.end_chain
                            FROM feeds f
                            JOIN entries r ON r.feed_no = f.no AND r.revision = (
                                SELECT l.revision FROM entries l WHERE l.feed_no = f.no
                                ORDER BY l.revision DESC LIMIT 1)
                            JOIN events e ON e.seq = r.seq + r.n - 1
                            WHERE f.no > :after AND f.no <= :last AND e.at_millis < :before
                            """)
                    .bind("after", after)
                    .bind("last", last)
                    .bind("before", beforeMillis)
                    .map((row, context) -> SqlRun.of(row))
                    .list());
            after = last;
        }
    }

    private static List<Integer> feedsAfter(Handle handle, int feedNumber) {
        return handle.createQuery("SELECT no FROM feeds WHERE no > :after ORDER BY no LIMIT :limit")
                .bind("after", feedNumber)
                .bind("limit", FEEDS_PER_STEP)
                .mapTo(Integer.class)
                .list();
    }
}
