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
                    .forEach(fanOut -> fanOuts.put(fanOut.eventNumber(), fanOut));
        }
        Long[] numbers = GroupMembers.numbers(needs.groups(), fanOuts.values()).stream()
                .map(Integer::longValue)
                .toArray(Long[]::new);
        Map<Integer, GroupState> groups = new HashMap<>();
        handle.createQuery("SELECT no, members, changed, behind, created_at FROM audiences WHERE no = ANY(:numbers)"
                        + " ORDER BY no FOR UPDATE")
                .bind("numbers", database.longs(numbers))
                .map((row, context) -> state(row))
                .forEach(state -> groups.put(state.feedNumber(), state));
        Map<Long, Revision> members = new HashMap<>();
        if (!needs.pairs().isEmpty()) {
            handle.createQuery("SELECT pair, since FROM members WHERE pair = ANY(:pairs)")
                    .bind("pairs", database.longs(needs.pairs().toArray(Long[]::new)))
                    .map((row, context) -> Map.entry(row.getLong("pair"), new Revision(row.getLong("since"))))
                    .forEach(member -> members.put(member.getKey(), member.getValue()));
        }
        return new GroupMembers.Loaded(groups, members, fanOuts);
    }

    static void store(Database database, Handle handle, GroupMembers groupMembers) {
        if (groupMembers.isEmpty()) {
            return;
        }
        storeGroups(handle, groupMembers);
        // first, so that nobody who left after the event is forgotten
        groupMembers.formerMembersDroppedUpTo().forEach((feedNumber, ended) -> handle.createUpdate(
                        "DELETE FROM former_members WHERE pair BETWEEN :from AND :to AND ended <= :ended")
                .bind("from", MembershipKey.of(feedNumber, 0))
                .bind("to", MembershipKey.lastOf(feedNumber))
                .bind("ended", ended.value())
                .execute());
        storeMembers(database, handle, groupMembers);
        storeFanOuts(database, handle, groupMembers);
    }

    private static void storeGroups(Handle handle, GroupMembers groupMembers) {
        PreparedBatch inserts = handle.prepareBatch("INSERT INTO audiences (no, created_at, members, changed, behind)"
                + " VALUES (:no, :created, :members, :changed, :behind)");
        PreparedBatch updates = handle.prepareBatch(
                "UPDATE audiences SET members = :members, changed = :changed, behind = :behind WHERE no = :no");
        for (GroupState state : groupMembers.groups().values()) {
            PreparedBatch batch = updates;
            if (!groupMembers.isKnown(state.feedNumber())) {
                batch = inserts.bind("created", state.createdMillis());
            }
            batch.bind("members", state.members())
                    .bind("changed", state.changed())
                    .bind("behind", state.behind())
                    .bind("no", state.feedNumber())
                    .add();
        }
        execute(inserts);
        execute(updates);
    }

    private static void storeMembers(Database database, Handle handle, GroupMembers groupMembers) {
        if (groupMembers.members().isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM members WHERE pair = ANY(:pairs)")
                .bind("pairs", database.longs(groupMembers.members().keySet().toArray(Long[]::new)))
                .execute();
        PreparedBatch inserts = handle.prepareBatch("INSERT INTO members (pair, since) VALUES (:pair, :since)");
        groupMembers.members().forEach((pair, since) -> {
            if (since != null) {
                inserts.bind("pair", pair).bind("since", since.value()).add();
            }
        });
        execute(inserts);
        PreparedBatch former =
                handle.prepareBatch("INSERT INTO former_members (pair, since, ended) VALUES (:pair, :since, :ended)");
        groupMembers.former().forEach(member -> former.bind("pair", member.pair())
                .bind("since", member.since().value())
                .bind("ended", member.ended().value())
                .add());
        execute(former);
    }

    private static void storeFanOuts(Database database, Handle handle, GroupMembers groupMembers) {
        if (groupMembers.fanOuts().isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM fanouts WHERE seq = ANY(:seqs)")
                .bind("seqs", database.longs(groupMembers.fanOuts().keySet().toArray(Long[]::new)))
                .execute();
        PreparedBatch batch = handle.prepareBatch(
                "INSERT INTO fanouts (" + FAN_OUT_COLUMNS + ") VALUES (:seq, :at, :places, :direct, :target, :last)");
        groupMembers.fanOuts().values().forEach(fanOut -> {
            if (fanOut != null) {
                batch.bind("seq", fanOut.eventNumber())
                        .bind("at", fanOut.atMillis())
                        .bind(
                                "places",
                                text(fanOut.entryKeys(), entryKey -> entryKey.feedNumber() + ":" + entryKey.revision()))
                        .bind("direct", text(fanOut.direct(), feedNumber -> feedNumber.toString()))
                        .bind("target", fanOut.target())
                        .bind("last", fanOut.lastFeedNumber())
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

    private static EntryKey entryKey(String text) {
        int colon = text.indexOf(':');
        return new EntryKey(
                Integer.parseInt(text.substring(0, colon)), new Revision(Long.parseLong(text.substring(colon + 1))));
    }

    static FanOut fanOut(ResultSet row) throws SQLException {
        return new FanOut(
                row.getLong("seq"),
                row.getLong("at_millis"),
                list(row.getString("places"), SqlGroupMembers::entryKey),
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
