package io.bellwire.postgres;

import io.bellwire.group.FanOut;
import io.bellwire.group.GroupState;
import io.bellwire.group.GroupStore;
import io.bellwire.group.MembershipKey;
import io.bellwire.log.EntryKey;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
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
                .bind("no", group.feedNumber())
                .map((row, context) -> SqlGroupMembers.state(row))
                .findOne());
    }

    @Override
    public List<Member> members(Feed group, int afterFeedNumber, int limit) {
        return database.with(handle -> {
            if (group.id().equals(FeedId.ALL_DEVICES)) {
                return handle.createQuery("SELECT feed_no, id, since FROM parties WHERE feed_no > :after"
                                + " AND id LIKE 'devices/%' AND NOT disabled ORDER BY feed_no LIMIT :limit")
                        .bind("after", afterFeedNumber)
                        .bind("limit", limit)
                        .map((row, context) -> new Member(
                                row.getInt("feed_no"),
                                new FeedId(row.getString("id")),
                                new Revision(row.getLong("since"))))
                        .list();
            }
            return handle.createQuery(
                            "SELECT m.pair, f.path, m.since FROM members m JOIN feeds f ON f.no = m.pair - :base"
                                    + " WHERE m.pair > :after AND m.pair <= :to ORDER BY m.pair LIMIT :limit")
                    .bind("base", MembershipKey.of(group.feedNumber(), 0))
                    .bind("after", MembershipKey.of(group.feedNumber(), afterFeedNumber))
                    .bind("to", MembershipKey.lastOf(group.feedNumber()))
                    .bind("limit", limit)
                    .map((row, context) -> new Member(
                            MembershipKey.member(row.getLong("pair")),
                            new FeedId(row.getString("path")),
                            new Revision(row.getLong("since"))))
                    .list();
        });
    }

    @Override
    public NavigableMap<Integer, FeedId> recipientsOf(EntryKey entryKey, int afterFeedNumber, int limit) {
        return database.with(handle -> {
            Set<Integer> numbers = new TreeSet<>();
            if (isOfAllDevices(handle, entryKey)) {
                numbers.addAll(handle.createQuery("SELECT feed_no FROM parties WHERE feed_no > :after"
                                + " AND since < :revision AND id LIKE 'devices/%' AND NOT disabled"
                                + " ORDER BY feed_no LIMIT :limit")
                        .bind("after", afterFeedNumber)
                        .bind("revision", entryKey.revision().value())
                        .bind("limit", limit)
                        .mapTo(Integer.class)
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
    public int recipientCountOf(EntryKey entryKey, int afterFeedNumber) {
        return database.with(handle -> {
            if (isOfAllDevices(handle, entryKey)) {
                return handle.createQuery("SELECT COUNT(*) FROM parties WHERE feed_no > :after AND since < :revision"
                                + " AND id LIKE 'devices/%' AND NOT disabled")
                        .bind("after", afterFeedNumber)
                        .bind("revision", entryKey.revision().value())
                        .mapTo(Integer.class)
                        .one();
            }
            return handle.createQuery("SELECT (SELECT COUNT(*) FROM members WHERE pair > :after AND pair <= :to"
                            + " AND since < :revision) + (SELECT COUNT(*) FROM former_members WHERE pair > :after"
                            + " AND pair <= :to AND since < :revision AND ended > :revision)")
                    .bind("after", MembershipKey.of(entryKey.feedNumber(), afterFeedNumber))
                    .bind("to", MembershipKey.lastOf(entryKey.feedNumber()))
                    .bind("revision", entryKey.revision().value())
                    .mapTo(Integer.class)
                    .one();
        });
    }

    private static List<Integer> page(Query query, EntryKey entryKey, int afterFeedNumber, int limit) {
        int group = entryKey.feedNumber();
        return query.bind("after", MembershipKey.of(group, afterFeedNumber))
                .bind("to", MembershipKey.lastOf(group))
                .bind("revision", entryKey.revision().value())
                .bind("limit", limit)
                .map((row, context) -> MembershipKey.member(row.getLong("pair")))
                .list();
    }

    private boolean isOfAllDevices(Handle handle, EntryKey entryKey) {
        return paths(handle, List.of(entryKey.feedNumber())).containsValue(FeedId.ALL_DEVICES);
    }

    private NavigableMap<Integer, FeedId> paths(Handle handle, Collection<Integer> numbers) {
        NavigableMap<Integer, FeedId> paths = new TreeMap<>();
        if (!numbers.isEmpty()) {
            handle.createQuery("SELECT no, path FROM feeds WHERE no = ANY(:numbers)")
                    .bind(
                            "numbers",
                            database.longs(
                                    numbers.stream().map(Integer::longValue).toArray(Long[]::new)))
                    .map((row, context) ->
                            new Member(row.getInt("no"), new FeedId(row.getString("path")), Revision.NONE))
                    .forEach(member -> paths.put(member.feedNumber(), member.device()));
        }
        return paths;
    }

    @Override
    public Set<Integer> reached(EntryKey entryKey, Collection<Integer> numbers) {
        if (numbers.isEmpty()) {
            return Set.of();
        }
        int group = entryKey.feedNumber();
        return database.with(handle -> new HashSet<>(handle.createQuery("""
                        SELECT pair FROM members WHERE pair = ANY(:pairs) AND since < :revision
                        UNION ALL
                        SELECT pair FROM former_members WHERE pair = ANY(:pairs) AND since < :revision AND ended > :revision
                        """)
                .bind(
                        "pairs",
                        database.longs(numbers.stream()
                                .map(feedNumber -> MembershipKey.of(group, feedNumber))
                                .toArray(Long[]::new)))
                .bind("revision", entryKey.revision().value())
                .map((row, context) -> MembershipKey.member(row.getLong("pair")))
                .list()));
    }

    @Override
    public List<FanOut> fanOuts(long afterEventNumber, int limit) {
        return database.with(handle -> handle.createQuery("SELECT " + SqlGroupMembers.FAN_OUT_COLUMNS
                        + " FROM fanouts WHERE seq > :after ORDER BY seq LIMIT :limit")
                .bind("after", afterEventNumber)
                .bind("limit", limit)
                .map((row, context) -> SqlGroupMembers.fanOut(row))
                .list());
    }

    @Override
    public Optional<FanOut> fanOut(long eventNumber) {
        return database.with(handle -> handle.createQuery(
                        "SELECT " + SqlGroupMembers.FAN_OUT_COLUMNS + " FROM fanouts WHERE seq = :seq")
                .bind("seq", eventNumber)
                .map((row, context) -> SqlGroupMembers.fanOut(row))
                .findOne());
    }
}
