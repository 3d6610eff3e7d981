package io.bellwire.postgres;

import io.bellwire.group.FanOut;
import io.bellwire.group.GroupState;
import io.bellwire.group.GroupStore;
import io.bellwire.group.MembershipKey;
import io.bellwire.log.EntryKey;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Revision;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Groups of devices in SQL. The members of {@link FeedId#ALL_DEVICES} are the enabled devices themselves. */
final class SqlGroups implements GroupStore {
    private final Database database;

    SqlGroups(Database database) {
        this.database = database;
    }

    @Override
    public Optional<GroupState> find(Feed group) {
        return database.with(handle -> handle.createQuery(
                        "SELECT no, members, changed, behind, created_at FROM audiences WHERE no = :no")
                .bind("no", group.feedNumber().value())
                .map((row, context) -> SqlGroupMembers.state(row))
                .findOne());
    }

    @Override
    public List<Member> members(Feed group, FeedNumber afterFeedNumber, int limit) {
        return database.with(handle -> {
            if (group.id().equals(FeedId.ALL_DEVICES)) {
                return handle.createQuery("SELECT feed_no, id, since FROM parties WHERE feed_no > :after"
                                + " AND id LIKE 'devices/%' AND NOT disabled ORDER BY feed_no LIMIT :limit")
                        .bind("after", afterFeedNumber.value())
                        .bind("limit", limit)
                        .map((row, context) -> new Member(
                                new FeedNumber(row.getInt("feed_no")),
                                new FeedId(row.getString("id")),
                                new Revision(row.getLong("since"))))
                        .list();
            }
            return handle.createQuery(
                            "SELECT m.pair, f.path, m.since FROM members m JOIN feeds f ON f.no = m.pair - :base"
                                    + " WHERE m.pair > :after AND m.pair <= :to ORDER BY m.pair LIMIT :limit")
                    .bind("base", memberKey(group.feedNumber(), FeedNumber.NONE))
                    .bind("after", memberKey(group.feedNumber(), afterFeedNumber))
                    .bind("to", MembershipKey.lastOf(group.feedNumber()))
                    .bind("limit", limit)
                    .map((row, context) -> new Member(
                            MembershipKey.of(row.getLong("pair")).member(),
                            new FeedId(row.getString("path")),
                            new Revision(row.getLong("since"))))
                    .list();
        });
    }

    @Override
    public NavigableMap<FeedNumber, FeedId> recipientsOf(EntryKey entryKey, FeedNumber afterFeedNumber, int limit) {
        return database.with(handle -> {
            Set<FeedNumber> numbers = new TreeSet<>();
            if (isOfAllDevices(handle, entryKey)) {
                numbers.addAll(handle.createQuery("SELECT feed_no FROM parties WHERE feed_no > :after"
                                + " AND since < :revision AND id LIKE 'devices/%' AND NOT disabled"
                                + " ORDER BY feed_no LIMIT :limit")
                        .bind("after", afterFeedNumber.value())
                        .bind("revision", entryKey.revision().value())
                        .bind("limit", limit)
                        .map((row, context) -> new FeedNumber(row.getInt("feed_no")))
                        .list());
            } else {
                String range = " WHERE pair > :after AND pair <= :to AND since < :revision";
                numbers.addAll(page(
                        handle.createQuery("SELECT pair FROM members" + range + " ORDER BY pair LIMIT :limit"),
                        entryKey,
                        afterFeedNumber,
                        limit));
                numbers.addAll(page(
                        handle.createQuery("SELECT pair FROM former_members" + range
                                + " AND ended > :revision ORDER BY pair LIMIT :limit"),
                        entryKey,
                        afterFeedNumber,
                        limit));
            }
            return paths(handle, numbers.stream().limit(limit).toList());
        });
    }

    @Override
    public int recipientCountOf(EntryKey entryKey, FeedNumber afterFeedNumber) {
        return database.with(handle -> {
            if (isOfAllDevices(handle, entryKey)) {
                return handle.createQuery("SELECT COUNT(*) FROM parties WHERE feed_no > :after AND since < :revision"
                                + " AND id LIKE 'devices/%' AND NOT disabled")
                        .bind("after", afterFeedNumber.value())
                        .bind("revision", entryKey.revision().value())
                        .mapTo(Integer.class)
                        .one();
            }
            return handle.createQuery("SELECT (SELECT COUNT(*) FROM members WHERE pair > :after AND pair <= :to"
                            + " AND since < :revision) + (SELECT COUNT(*) FROM former_members WHERE pair > :after"
                            + " AND pair <= :to AND since < :revision AND ended > :revision)")
                    .bind("after", memberKey(entryKey.feedNumber(), afterFeedNumber))
                    .bind("to", MembershipKey.lastOf(entryKey.feedNumber()))
                    .bind("revision", entryKey.revision().value())
                    .mapTo(Integer.class)
                    .one();
        });
    }

    private static List<FeedNumber> page(Query query, EntryKey entryKey, FeedNumber afterFeedNumber, int limit) {
        FeedNumber group = entryKey.feedNumber();
        return query.bind("after", memberKey(group, afterFeedNumber))
                .bind("to", MembershipKey.lastOf(group))
                .bind("revision", entryKey.revision().value())
                .bind("limit", limit)
                .map((row, context) -> MembershipKey.of(row.getLong("pair")).member())
                .list();
    }

    private static long memberKey(FeedNumber group, FeedNumber member) {
        return new MembershipKey(group, member).value();
    }

    private boolean isOfAllDevices(Handle handle, EntryKey entryKey) {
        return paths(handle, List.of(entryKey.feedNumber())).containsValue(FeedId.ALL_DEVICES);
    }

    private NavigableMap<FeedNumber, FeedId> paths(Handle handle, Collection<FeedNumber> numbers) {
        NavigableMap<FeedNumber, FeedId> paths = new TreeMap<>();
        if (!numbers.isEmpty()) {
            handle.createQuery("SELECT no, path FROM feeds WHERE no = ANY(:numbers)")
                    .bind("numbers", database.longs(numbers, feedNumber -> (long) feedNumber.value()))
                    .map((row, context) -> new Member(
                            new FeedNumber(row.getInt("no")), new FeedId(row.getString("path")), Revision.NONE))
                    .forEach(member -> paths.put(member.feedNumber(), member.device()));
        }
        return paths;
    }

    @Override
    public Set<FeedNumber> reached(EntryKey entryKey, Collection<FeedNumber> numbers) {
        if (numbers.isEmpty()) {
            return Set.of();
        }
        FeedNumber group = entryKey.feedNumber();
        return database.with(handle -> new HashSet<>(handle.createQuery("""
                        SELECT pair FROM members WHERE pair = ANY(:pairs) AND since < :revision
                        UNION ALL
                        SELECT pair FROM former_members WHERE pair = ANY(:pairs) AND since < :revision AND ended > :revision
                        """)
                .bind("pairs", database.longs(numbers, feedNumber -> memberKey(group, feedNumber)))
                .bind("revision", entryKey.revision().value())
                .map((row, context) -> MembershipKey.of(row.getLong("pair")).member())
                .list()));
    }

    @Override
    public List<FanOut> fanOuts(EventNumber afterEventNumber, int limit) {
        return database.with(handle -> handle.createQuery("SELECT " + SqlGroupMembers.FAN_OUT_COLUMNS
                        + " FROM fanouts WHERE seq > :after ORDER BY seq LIMIT :limit")
                .bind("after", afterEventNumber.value())
                .bind("limit", limit)
                .map((row, context) -> SqlGroupMembers.fanOut(row))
                .list());
    }

    @Override
    public Optional<FanOut> fanOut(EventNumber eventNumber) {
        return database.with(handle -> handle.createQuery(
                        "SELECT " + SqlGroupMembers.FAN_OUT_COLUMNS + " FROM fanouts WHERE seq = :seq")
                .bind("seq", eventNumber.value())
                .map((row, context) -> SqlGroupMembers.fanOut(row))
                .findOne());
    }
}
