package io.bellwire.postgres;

import io.bellwire.group.FanOut;
import io.bellwire.group.GroupMembers;
import io.bellwire.group.GroupState;
import io.bellwire.group.MembershipKey;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.EntryKey;
import io.bellwire.log.EventNumber;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Records;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** What a batch reads and writes about groups of devices in its transaction. */
final class SqlGroupMembers implements SqlTable {
    static final String FAN_OUT_COLUMNS = "seq, at_millis, places, direct, target, last_no";

    private final Database database;

    SqlGroupMembers(Database database) {
        this.database = database;
    }

    @Override
    public void load(Handle handle, BatchNeeds needs, Records to) {
        Set<EventNumber> fanOuts = needs.keys(GroupMembers.FAN_OUTS);
        if (!fanOuts.isEmpty()) {
            handle.createQuery("SELECT " + FAN_OUT_COLUMNS + " FROM fanouts WHERE seq = ANY(:seqs)")
                    .bind("seqs", database.longs(fanOuts, EventNumber::value))
                    .map((row, context) -> fanOut(row))
                    .forEach(fanOut -> to.of(GroupMembers.FAN_OUTS).put(fanOut.eventNumber(), fanOut));
        }
        Set<FeedNumber> groups = needs.keys(GroupMembers.STATES);
        if (!groups.isEmpty()) {
            handle.createQuery("SELECT no, members, changed, behind, created_at FROM audiences WHERE no = ANY(:numbers)"
                            + " ORDER BY no FOR UPDATE")
                    .bind("numbers", database.longs(groups, group -> (long) group.value()))
                    .map((row, context) -> state(row))
                    .forEach(state -> to.of(GroupMembers.STATES).put(state.feedNumber(), state));
        }
        Set<MembershipKey> members = needs.keys(GroupMembers.MEMBERS);
        if (!members.isEmpty()) {
            handle.createQuery("SELECT pair, since FROM members WHERE pair = ANY(:pairs)")
                    .bind("pairs", database.longs(members, MembershipKey::value))
                    .map((row, context) ->
                            Map.entry(MembershipKey.of(row.getLong("pair")), new Revision(row.getLong("since"))))
                    .forEach(member -> to.of(GroupMembers.MEMBERS).put(member.getKey(), member.getValue()));
        }
    }

    @Override
    public void store(Handle handle, WriteBatch batch) {
        Records records = batch.records();
        if (records.of(GroupMembers.STATES).isEmpty()
                && records.of(GroupMembers.FAN_OUTS).isEmpty()) {
            return; // whatever else changes a group changes its state
        }
        storeGroups(handle, batch);
        // first, so that nobody who left after the event is forgotten
        records.of(GroupMembers.FORMER_MEMBERS_DROPPED).forEach((feedNumber, ended) -> handle.createUpdate(
                        "DELETE FROM former_members WHERE pair BETWEEN :from AND :to AND ended <= :ended")
                .bind("from", new MembershipKey(feedNumber, FeedNumber.NONE).value())
                .bind("to", MembershipKey.lastOf(feedNumber))
                .bind("ended", ended.value())
                .execute());
        storeMembers(handle, records);
        storeFanOuts(handle, records.of(GroupMembers.FAN_OUTS));
    }

    private static void storeGroups(Handle handle, WriteBatch batch) {
        PreparedBatch inserts = handle.prepareBatch("INSERT INTO audiences (no, created_at, members, changed, behind)"
                + " VALUES (:no, :created, :members, :changed, :behind)");
        PreparedBatch updates = handle.prepareBatch(
                "UPDATE audiences SET members = :members, changed = :changed, behind = :behind WHERE no = :no");
        for (GroupState state : batch.records().of(GroupMembers.STATES).values()) {
            if (state == null) {
                continue; // groups are never removed
            }
            PreparedBatch statements = updates;
            if (batch.isNew(GroupMembers.STATES, state.feedNumber())) {
                statements = inserts.bind("created", state.createdMillis());
            }
            statements
                    .bind("members", state.members())
                    .bind("changed", state.changed())
                    .bind("behind", state.behind())
                    .bind("no", state.feedNumber().value())
                    .add();
        }
        execute(inserts);
        execute(updates);
    }

    private void storeMembers(Handle handle, Records records) {
        Map<MembershipKey, @Nullable Revision> members = records.of(GroupMembers.MEMBERS);
        if (members.isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM members WHERE pair = ANY(:pairs)")
                .bind("pairs", database.longs(members.keySet(), MembershipKey::value))
                .execute();
        PreparedBatch inserts = handle.prepareBatch("INSERT INTO members (pair, since) VALUES (:pair, :since)");
        members.forEach((pair, since) -> {
            if (since != null) {
                inserts.bind("pair", pair.value()).bind("since", since.value()).add();
            }
        });
        execute(inserts);
        PreparedBatch former =
                handle.prepareBatch("INSERT INTO former_members (pair, since, ended) VALUES (:pair, :since, :ended)");
        records.of(GroupMembers.FORMER_MEMBERS).keySet().forEach(member -> former.bind(
                        "pair", member.memberKey().value())
                .bind("since", member.since().value())
                .bind("ended", member.ended().value())
                .add());
        execute(former);
    }

    private void storeFanOuts(Handle handle, Map<EventNumber, @Nullable FanOut> fanOuts) {
        if (fanOuts.isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM fanouts WHERE seq = ANY(:seqs)")
                .bind("seqs", database.longs(fanOuts.keySet(), EventNumber::value))
                .execute();
        PreparedBatch batch = handle.prepareBatch(
                "INSERT INTO fanouts (" + FAN_OUT_COLUMNS + ") VALUES (:seq, :at, :places, :direct, :target, :last)");
        fanOuts.values().forEach(fanOut -> {
            if (fanOut != null) {
                batch.bind("seq", fanOut.eventNumber().value())
                        .bind("at", fanOut.atMillis())
                        .bind(
                                "places",
                                text(fanOut.entryKeys(), entryKey -> entryKey.feedNumber() + ":" + entryKey.revision()))
                        .bind("direct", text(fanOut.direct(), FeedNumber::toString))
                        .bind("target", fanOut.target())
                        .bind("last", fanOut.lastFeedNumber().value())
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
                feedNumber(text.substring(0, colon)), new Revision(Long.parseLong(text.substring(colon + 1))));
    }

    private static FeedNumber feedNumber(String text) {
        return new FeedNumber(Integer.parseInt(text));
    }

    static FanOut fanOut(ResultSet row) throws SQLException {
        return new FanOut(
                new EventNumber(row.getLong("seq")),
                row.getLong("at_millis"),
                list(row.getString("places"), SqlGroupMembers::entryKey),
                list(row.getString("direct"), SqlGroupMembers::feedNumber),
                row.getInt("target"),
                new FeedNumber(row.getInt("last_no")));
    }

    static GroupState state(ResultSet row) throws SQLException {
        return new GroupState(
                new FeedNumber(row.getInt("no")),
                row.getInt("members"),
                row.getLong("changed"),
                row.getInt("behind"),
                row.getLong("created_at"));
    }
}
