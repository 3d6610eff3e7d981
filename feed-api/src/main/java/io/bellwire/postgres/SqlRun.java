package io.bellwire.postgres;

import io.bellwire.log.Event;
import io.bellwire.log.WriteBatch;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A row of the table {@code entries}: the {@code n} changes of one feed from {@code revision} on are the {@code n}
 * events from {@code eventNumber} on.
 *
 * @param chain the chain before the first of them
 * @param endChain the chain of the last of them
 */
record SqlRun(int feedNumber, long revision, long eventNumber, int n, int chain, int endChain) {
    /** The most changes in a run: a reader that begins in its middle needs the checksums of all before. */
    private static final int N_MAX = 64;

    static SqlRun of(ResultSet row) throws SQLException {
        return new SqlRun(
                row.getInt("feed_no"),
                row.getLong("revision"),
                row.getLong("seq"),
                row.getInt("n"),
                row.getInt("chain"),
                row.getInt("end_chain"));
    }

    /** The entries as runs, sorted by their keys: sorted inserts touch each page of the table once. */
    static List<SqlRun> of(List<WriteBatch.Entry> entries) {
        Map<Integer, List<SqlRun>> byFeed = new LinkedHashMap<>();
        Map<Integer, Long> timeOfLast = new HashMap<>();
        for (WriteBatch.Entry entry : entries) {
            int feedNumber = entry.feed().feedNumber().value();
            List<SqlRun> runs = byFeed.computeIfAbsent(feedNumber, missing -> new ArrayList<>(1));
            Event event = entry.event();
            SqlRun last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            Long time = timeOfLast.put(feedNumber, event.atMillis());
            // of one time: retention takes all of them or none
            if (last != null
                    && last.eventNumber + last.n == event.eventNumber().value()
                    && last.n < N_MAX
                    && time != null
                    && time == event.atMillis()) {
                runs.set(runs.size() - 1, last.longer(entry.change().chain()));
            } else {
                int chain = entry.change().chain();
                runs.add(new SqlRun(
                        feedNumber,
                        entry.revision().value(),
                        event.eventNumber().value(),
                        1,
                        entry.before().chain(),
                        chain));
            }
        }
        return byFeed.values().stream()
                .flatMap(List::stream)
                .sorted(Comparator.comparingInt(SqlRun::feedNumber).thenComparingLong(SqlRun::revision))
                .toList();
    }

    private SqlRun longer(int end) {
        return new SqlRun(feedNumber, revision, eventNumber, n + 1, chain, end);
    }
}
