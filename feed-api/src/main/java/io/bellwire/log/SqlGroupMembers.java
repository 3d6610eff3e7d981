package io.bellwire.log;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** What a batch reads and writes about groups of devices in its transaction. */
final class SqlGroupMembers {
    static final String FAN_OUT_COLUMNS = "seq, at_millis, places, direct, target, last_no";

    private SqlGroupMembers() {}

    static GroupMembers.Loaded load(Database database, Handle handle, GroupMembers.Needs needs) {
        if (needs.isEmpty()) {
            return GroupMembers.Loaded.NOTHING;
        }
        Map<Long, FanOut> fanOuts = new HashMap<>();
        if (!needs.fanOuts().isEmpty()) {
            handle.createQuery("SELECT " + FAN_OUT_COLUMNS + " FROM fanouts WHERE seq = ANY(:seqs)")
                    .bind("seqs", database.longs(needs.fanOuts().toArray(Long[]::new)))
                    .map((row, context) -> fanOut(row))
                    .forEach(fanOut -> fanOuts.put(fanOut.seq(), fanOut));
        }
        Long[] numbers = GroupMembers.numbers(needs.groups(), fanOuts.values()).stream()
                .map(Integer::longValue)
                .toArray(Long[]::new);
        Map<Integer, GroupState> groups = new HashMap<>();
        handle.createQuery("SELECT no, members, changed, behind, created_at FROM audiences WHERE no = ANY(:numbers)"
                        + " ORDER BY no FOR UPDATE")
                .bind("numbers", database.longs(numbers))
                .map((row, context) -> state(row))
                .forEach(state -> groups.put(state.no(), state));
        Map<Long, Long> members = new HashMap<>();
        if (!needs.pairs().isEmpty()) {
            handle.createQuery("SELECT pair, since FROM members WHERE pair = ANY(:pairs)")
                    .bind("pairs", database.longs(needs.pairs().toArray(Long[]::new)))
                    .map((row, context) -> Map.entry(row.getLong("pair"), row.getLong("since")))
                    .forEach(member -> members.put(member.getKey(), member.getValue()));
        }
        return new GroupMembers.Loaded(groups, members, fanOuts);
    }

    static void store(Database database, Handle handle, GroupMembers audiences) {
        if (audiences.isEmpty()) {
            return;
        }
        storeGroups(handle, audiences);
        // first, so that nobody who left after the event is forgotten
        audiences.forgotten().forEach((no, ended) -> handle.createUpdate(
                        "DELETE FROM former_members WHERE pair BETWEEN :from AND :to AND ended <= :ended")
                .bind("from", FeedKey.of(no, 0))
                .bind("to", FeedKey.lastOf(no))
                .bind("ended", ended)
                .execute());
        storeMembers(database, handle, audiences);
        storeFanOuts(database, handle, audiences);
    }

    private static void storeGroups(Handle handle, GroupMembers audiences) {
        PreparedBatch made = handle.prepareBatch("INSERT INTO audiences (no, created_at, members, changed, behind)"
                + " VALUES (:no, :created, :members, :changed, :behind)");
        PreparedBatch changed = handle.prepareBatch(
                "UPDATE audiences SET members = :members, changed = :changed, behind = :behind WHERE no = :no");
        for (GroupState state : audiences.groups().values()) {
            PreparedBatch batch = changed;
            if (!audiences.isKnown(state.no())) {
                batch = made.bind("created", state.createdMillis());
            }
            batch.bind("members", state.members())
                    .bind("changed", state.changed())
                    .bind("behind", state.behind())
                    .bind("no", state.no())
                    .add();
        }
        execute(made);
        execute(changed);
    }

    private static void storeMembers(Database database, Handle handle, GroupMembers audiences) {
        if (audiences.members().isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM members WHERE pair = ANY(:pairs)")
                .bind("pairs", database.longs(audiences.members().keySet().toArray(Long[]::new)))
                .execute();
        PreparedBatch made = handle.prepareBatch("INSERT INTO members (pair, since) VALUES (:pair, :since)");
        audiences.members().forEach((pair, since) -> {
            if (since != null) {
                made.bind("pair", pair).bind("since", since).add();
            }
        });
        execute(made);
        PreparedBatch former =
                handle.prepareBatch("INSERT INTO former_members (pair, since, ended) VALUES (:pair, :since, :ended)");
        audiences.former().forEach(member -> former.bind("pair", member.pair())
                .bind("since", member.since())
                .bind("ended", member.ended())
                .add());
        execute(former);
    }

    private static void storeFanOuts(Database database, Handle handle, GroupMembers audiences) {
        if (audiences.fanOuts().isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM fanouts WHERE seq = ANY(:seqs)")
                .bind("seqs", database.longs(audiences.fanOuts().keySet().toArray(Long[]::new)))
                .execute();
        PreparedBatch batch = handle.prepareBatch(
                "INSERT INTO fanouts (" + FAN_OUT_COLUMNS + ") VALUES (:seq, :at, :places, :direct, :target, :last)");
        audiences.fanOuts().values().forEach(fanOut -> {
            if (fanOut != null) {
                batch.bind("seq", fanOut.seq())
                        .bind("at", fanOut.atMillis())
                        .bind("places", text(fanOut.places(), place -> place.feedNo() + ":" + place.revision()))
                        .bind("direct", text(fanOut.direct(), no -> no.toString()))
                        .bind("target", fanOut.target())
                        .bind("last", fanOut.lastNo())
                        .add();
            }
        });
        execute(batch);
    }

    private static void execute(PreparedBatch batch) {
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    private static <T> String text(Collection<T> items, Function<T, String> one) {
        return items.stream().map(one).collect(Collectors.joining(","));
    }

    private static <T> List<T> list(String text, Function<String, T> one) {
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(one).toList();
    }

    private static Place place(String text) {
        int colon = text.indexOf(':');
        return new Place(Integer.parseInt(text.substring(0, colon)), Long.parseLong(text.substring(colon + 1)));
    }

    static FanOut fanOut(ResultSet row) throws SQLException {
        return new FanOut(
                row.getLong("seq"),
                row.getLong("at_millis"),
                list(row.getString("places"), SqlGroupMembers::place),
                list(row.getString("direct"), Integer::valueOf),
                row.getInt("target"),
                row.getInt("last_no"));
    }

    static GroupState state(ResultSet row) throws SQLException {
        return new GroupState(
                row.getInt("no"),
                row.getInt("members"),
                row.getLong("changed"),
                row.getInt("behind"),
                row.getLong("created_at"));
    }
}
