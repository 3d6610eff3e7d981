package io.bellwire.log;

import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * The log in SQL. Whole groups are written with one statement a table (an {@code INSERT} from arrays), heads are known in
 * memory on H2, which has one writer, and read under the feeds' row locks on PostgreSQL, which may have several.
 */
public final class SqlStore implements LogStore {
    private static final long FEED_SPAN = 1L << 32;
    private static final int EVENTS_PER_QUERY = 100;
    private static final int RETRIES_MAX = 5;
    /** PostgreSQL's serialization failure, deadlock and unique violation: another writer was first; begin again. */
    private static final Set<String> RETRYABLE = Set.of("40001", "40P01", "23505");

    private static final String EVENT_COLUMNS = "e.seq, e.at_millis, e.data_offset, e.order_id, e.tail";

    private final Database database;
    private final Durability durability;
    private final Epoch epoch;
    private final SqlGroups groups;
    private long nextSeq;
    private long seqsEnd;
    /** After a commit whose outcome is not known, and for good, heads and numbers are asked of the database each time. */
    private volatile boolean inDoubt;

    private SqlStore(Database database, Durability durability, Epoch epoch) {
        this.database = database;
        this.durability = durability;
        this.epoch = epoch;
        this.groups = new SqlGroups(database);
    }

    /**
     * Opens the log in {@code database}; a new one gets an epoch from {@code random}, and so does an old one if
     * {@code newEpoch} says so, which it must after a restore from a backup.
     */
    public static SqlStore open(Database database, Durability durability, RandomGenerator random, boolean newEpoch) {
        Epoch epoch = database.commit(handle -> {
            Optional<String> old = handle.createQuery("SELECT epoch FROM log WHERE one = 1")
                    .mapTo(String.class)
                    .findOne();
            if (old.isPresent() && !newEpoch) {
                return new Epoch(old.get());
            }
            Epoch fresh = Epoch.draw(random);
            handle.createUpdate(
                            old.isPresent()
                                    ? "UPDATE log SET epoch = :epoch WHERE one = 1"
                                    : "INSERT INTO log (one, epoch) VALUES (1, :epoch)")
                    .bind("epoch", fresh.value())
                    .execute();
            return fresh;
        });
        if (durability == Durability.SYNC) {
            database.keepOrderOnDisk();
        }
        return new SqlStore(database, durability, epoch);
    }

    @Override
    public Epoch epoch() {
        return epoch;
    }

    @Override
    public List<Feed> feeds(Collection<FeedId> ids) {
        return database.with(handle -> feeds(handle, ids));
    }

    private List<Feed> feeds(Handle handle, Collection<FeedId> ids) {
        return handle.createQuery("""
                        SELECT f.no, f.path, f.received, f.processed,
                            (SELECT e.place FROM entries e WHERE e.place BETWEEN f.no * 4294967296 AND f.no * 4294967296 + 4294967295
                                ORDER BY e.place LIMIT 1) AS first_place,
                            (SELECT e.place + e.n - 1 FROM entries e WHERE e.place BETWEEN f.no * 4294967296 AND f.no * 4294967296 + 4294967295
                                ORDER BY e.place DESC LIMIT 1) AS last_place
                        FROM feeds f WHERE f.path = ANY(:paths)
                        """)
                .bind("paths", database.texts(ids.stream().map(FeedId::path).toArray(String[]::new)))
                .map((row, context) -> new Feed(
                        row.getInt("no"),
                        new FeedId(row.getString("path")),
                        FeedKey.revision(row.getLong("last_place")),
                        Math.max(1, FeedKey.revision(row.getLong("first_place"))),
                        row.getLong("received"),
                        row.getLong("processed")))
                .list();
    }

    @Override
    public Feed makeFeed(FeedId id) {
        try {
            return makeFeedOnce(id);
        } catch (UncheckedIOException e) {
            if (!isRetryable(e)) {
                throw e;
            }
            return makeFeedOnce(id); // somebody else has just made it
        }
    }

    private Feed makeFeedOnce(FeedId id) {
        return database.commit(handle -> {
            List<Feed> there = feeds(handle, List.of(id));
            if (there.isEmpty()) {
                handle.createUpdate("INSERT INTO feeds (path) VALUES (:path)")
                        .bind("path", id.path())
                        .execute();
                there = feeds(handle, List.of(id));
            }
            return there.get(0);
        });
    }

    @Override
    public synchronized Group write(Needs needs, Function<Group.Loaded, Group> decide) {
        for (int attempt = 1; ; attempt++) {
            try {
                return database.writing(handle -> {
                    handle.begin();
                    Group group;
                    try {
                        group = decide.apply(load(handle, needs));
                        store(handle, group);
                        database.beforeCommit();
                    } catch (RuntimeException | SQLException e) {
                        handle.rollback();
                        throw e;
                    }
                    commit(handle);
                    nextSeq += group.seqsUsed();
                    group.entries().forEach(entry -> entry.feed().markWritten(entry.revision()));
                    return group;
                });
            } catch (UncheckedIOException e) {
                if (e instanceof CommitInDoubtException || attempt == RETRIES_MAX || !isRetryable(e)) {
                    throw e;
                }
            }
        }
    }

    private void commit(Handle handle) {
        boolean isCommitted = false;
        try {
            handle.commit();
            database.committed();
            isCommitted = true;
        } catch (RuntimeException | SQLException e) {
            throw new CommitInDoubtException(e);
        } finally {
            if (!isCommitted) {
                inDoubt = true;
            }
        }
    }

    @Override
    public void sync() {
        if (durability == Durability.SYNC) {
            try {
                database.sync();
            } catch (RuntimeException e) {
                inDoubt = true;
                throw new CommitInDoubtException(e);
            }
        }
    }

    private static boolean isRetryable(Throwable failure) {
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof SQLException sql && sql.getSQLState() != null && RETRYABLE.contains(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private Group.Loaded load(Handle handle, Needs needs) throws SQLException {
        if (inDoubt || nextSeq == 0 || (database.dialect().isShared() && seqsEnd - nextSeq < Group.EVENTS_MAX)) {
            takeSeqs(handle);
        }
        Map<Integer, Long> heads = new HashMap<>();
        if (database.dialect().isShared() || inDoubt) {
            loadHeads(handle, needs.feeds(), heads);
        } else {
            needs.feeds().forEach(feed -> heads.put(feed.no(), feed.written()));
        }
        Map<Long, Event> orders = new HashMap<>();
        if (!needs.orders().isEmpty()) {
            handle.createQuery("SELECT o.id AS order_key, " + EVENT_COLUMNS
                            + " FROM orders o JOIN events e ON e.seq = o.latest WHERE o.id = ANY(:ids)"
                            + (database.dialect().isShared() ? " ORDER BY o.id FOR UPDATE OF o" : ""))
                    .bind("ids", longs(needs.orders()))
                    .map((row, context) -> Map.entry(row.getLong("order_key"), event(row)))
                    .forEach(entry -> orders.put(entry.getKey(), entry.getValue()));
        }
        Map<IdempotencyKey, Answer> answers = new HashMap<>();
        Set<Long> takenRows = new HashSet<>();
        if (!needs.keys().isEmpty()) {
            handle.createQuery("SELECT id, digest, fingerprint, order_id, event, status, body, at_millis FROM answers"
                            + " WHERE id = ANY(:ids)")
                    .bind(
                            "ids",
                            longs(needs.keys().stream().map(IdempotencyKey::row).toList()))
                    .map((row, context) -> new Answer(
                            new IdempotencyKey(row.getLong("id"), row.getBytes("digest")),
                            row.getBytes("fingerprint"),
                            row.getLong("order_id"),
                            row.getLong("event"),
                            row.getInt("status"),
                            row.getBytes("body"),
                            row.getLong("at_millis")))
                    .forEach(answer -> {
                        answers.put(answer.key(), answer);
                        takenRows.add(answer.key().row());
                    });
        }
        return new Group.Loaded(
                nextSeq,
                heads,
                orders,
                loadLocks(handle, needs.orders()),
                answers,
                takenRows,
                SqlAudiences.load(database, handle, needs.audiences()));
    }

    private void takeSeqs(Handle handle) {
        if (database.dialect().isShared()) {
            nextSeq = handle.createQuery("SELECT nextval('event_blocks')")
                    .mapTo(Long.class)
                    .one();
            seqsEnd = nextSeq + (1 << 20);
        } else {
            nextSeq = 1
                    + handle.createQuery("SELECT seq FROM events ORDER BY seq DESC LIMIT 1")
                            .mapTo(Long.class)
                            .findOne()
                            .orElse(0L);
        }
    }

    private void loadHeads(Handle handle, Set<Feed> feeds, Map<Integer, Long> heads) {
        Long[] numbers = feeds.stream().map(feed -> (long) feed.no()).sorted().toArray(Long[]::new);
        if (database.dialect().isShared()) {
            // in order of number, so that two writers cannot wait for each other; held until the commit
            handle.createQuery("SELECT no FROM feeds WHERE no = ANY(:numbers) ORDER BY no FOR UPDATE")
                    .bind("numbers", database.longs(numbers))
                    .mapTo(Long.class)
                    .list();
        }
        feeds.forEach(feed -> heads.put(feed.no(), 0L));
        // a statement of its own: it must see what was committed while the locks were waited for
        handle.createQuery("""
                        SELECT f.no, (SELECT e.place + e.n - 1 FROM entries e
                            WHERE e.place BETWEEN f.no * 4294967296 AND f.no * 4294967296 + 4294967295
                            ORDER BY e.place DESC LIMIT 1) AS last_place
                        FROM feeds f WHERE f.no = ANY(:numbers)
                        """)
                .bind("numbers", database.longs(numbers))
                .map((row, context) -> Map.entry(row.getInt("no"), FeedKey.revision(row.getLong("last_place"))))
                .forEach(entry -> heads.put(entry.getKey(), entry.getValue()));
    }

    private void store(Handle handle, Group group) {
        List<Event> events = group.events();
        if (!events.isEmpty()) {
            handle.createUpdate("INSERT INTO events (seq, at_millis, data_offset, order_id, tail)"
                            + " SELECT * FROM UNNEST(:seqs, :times, :offsets, :orders, :tails)")
                    .bind("seqs", longs(events, Event::seq))
                    .bind("times", longs(events, Event::atMillis))
                    .bind(
                            "offsets",
                            database.ints(events.stream().map(Event::dataOffset).toArray(Integer[]::new)))
                    .bind("orders", longs(events, Event::orderKey))
                    .bind(
                            "tails",
                            database.bytes(events.stream().map(Event::tail).toArray(byte[][]::new)))
                    .execute();
        }
        List<Run> runs = Run.of(group.entries());
        if (!runs.isEmpty()) {
            handle.createUpdate("INSERT INTO entries (place, seq, n) SELECT * FROM UNNEST(:places, :seqs, :counts)")
                    .bind("places", longs(runs, Run::place))
                    .bind("seqs", longs(runs, Run::seq))
                    .bind("counts", database.ints(runs.stream().map(Run::n).toArray(Integer[]::new)))
                    .execute();
        }
        SqlAudiences.store(database, handle, group.audiences());
        storeOrders(handle, group);
        storeLocks(handle, group.locks());
        if (!group.answers().isEmpty()) {
            List<Answer> answers = List.copyOf(group.answers().values());
            handle.createUpdate("INSERT INTO answers"
                            + " (id, digest, fingerprint, order_id, event, status, body, at_millis) SELECT * FROM"
                            + " UNNEST(:ids, :digests, :fingerprints, :orders, :events, :statuses, :bodies, :times)")
                    .bind("ids", longs(answers, answer -> answer.key().row()))
                    .bind(
                            "digests",
                            database.bytes(answers.stream()
                                    .map(answer -> answer.key().digest())
                                    .toArray(byte[][]::new)))
                    .bind(
                            "fingerprints",
                            database.bytes(
                                    answers.stream().map(Answer::fingerprint).toArray(byte[][]::new)))
                    .bind("orders", longs(answers, Answer::orderKey))
                    .bind("events", longs(answers, Answer::event))
                    .bind(
                            "statuses",
                            database.ints(answers.stream().map(Answer::status).toArray(Integer[]::new)))
                    .bind(
                            "bodies",
                            database.bytes(answers.stream().map(Answer::body).toArray(byte[][]::new)))
                    .bind("times", longs(answers, Answer::atMillis))
                    .execute();
        }
        storePositions(handle, "processed", group.processed());
        storePositions(handle, "received", group.received());
    }

    private void storeOrders(Handle handle, Group group) {
        List<Map.Entry<Long, Event>> made = new ArrayList<>();
        List<Map.Entry<Long, Event>> changed = new ArrayList<>();
        for (Map.Entry<Long, Event> order : group.orders().entrySet()) {
            (group.isKnownOrder(order.getKey()) ? changed : made).add(order);
        }
        if (!made.isEmpty()) {
            handle.createUpdate("INSERT INTO orders (id, latest) SELECT * FROM UNNEST(:ids, :latest)")
                    .bind("ids", longs(made, Map.Entry::getKey))
                    .bind("latest", longs(made, order -> order.getValue().seq()))
                    .execute();
        }
        if (!changed.isEmpty()) {
            PreparedBatch batch = handle.prepareBatch("UPDATE orders SET latest = :latest WHERE id = :id");
            changed.forEach(order -> batch.bind("latest", order.getValue().seq())
                    .bind("id", order.getKey())
                    .add());
            batch.execute();
        }
    }

    private Map<Long, OrderLock> loadLocks(Handle handle, Set<Long> orders) {
        Map<Long, OrderLock> locks = new HashMap<>();
        if (!orders.isEmpty()) {
            handle.createQuery("SELECT order_id, digest, until_millis FROM locks WHERE order_id = ANY(:ids)")
                    .bind("ids", longs(orders))
                    .map((row, context) -> Map.entry(
                            row.getLong("order_id"),
                            new OrderLock(row.getBytes("digest"), row.getLong("until_millis"))))
                    .forEach(entry -> locks.put(entry.getKey(), entry.getValue()));
        }
        return locks;
    }

    private void storeLocks(Handle handle, Map<Long, @Nullable OrderLock> locks) {
        if (locks.isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM locks WHERE order_id = ANY(:ids)")
                .bind("ids", longs(locks.keySet()))
                .execute();
        PreparedBatch batch =
                handle.prepareBatch("INSERT INTO locks (order_id, digest, until_millis) VALUES (:id, :digest, :until)");
        locks.forEach((id, lock) -> {
            if (lock != null) {
                batch.bind("id", id)
                        .bind("digest", lock.tokenDigest())
                        .bind("until", lock.untilMillis())
                        .add();
            }
        });
        if (batch.size() > 0) {
            batch.execute();
        }
    }

    private static void storePositions(Handle handle, String column, Map<Feed, Long> positions) {
        if (positions.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch(
                "UPDATE feeds SET " + column + " = :revision WHERE no = :no AND " + column + " < :revision");
        // in order of number, as the locks are
        positions.entrySet().stream()
                .sorted((a, b) -> Integer.compare(a.getKey().no(), b.getKey().no()))
                .forEach(position -> batch.bind("revision", position.getValue())
                        .bind("no", position.getKey().no())
                        .add());
        batch.execute();
    }

    @Override
    public List<Change> read(Feed feed, long revision, long head, int limit, long bytesMax) {
        if (revision >= head) {
            return List.of();
        }
        return database.with(handle -> {
            List<Run> runs = runs(handle, feed.no(), revision + 1, head, limit);
            List<Change> changes = new ArrayList<>();
            long bytes = 0;
            long next = revision + 1;
            for (int from = 0; from < runs.size(); ) {
                List<Long> seqs = new ArrayList<>();
                List<Long> revisions = new ArrayList<>();
                for (; from < runs.size() && seqs.size() < EVENTS_PER_QUERY; from++) {
                    Run run = runs.get(from);
                    for (int i = 0; i < run.n(); i++) {
                        long at = FeedKey.revision(run.place()) + i;
                        if (at >= next && at <= head && revisions.size() + changes.size() < limit) {
                            seqs.add(run.seq() + i);
                            revisions.add(at);
                        }
                    }
                }
                Map<Long, Event> events = events(handle, seqs);
                for (int i = 0; i < seqs.size(); i++) {
                    Event event = events.get(seqs.get(i));
                    if (event == null || revisions.get(i) != next) {
                        return changes; // retention took it
                    }
                    bytes += event.tail().length;
                    if (bytes > bytesMax && !changes.isEmpty()) {
                        return changes;
                    }
                    changes.add(new Change(next++, event));
                }
            }
            return changes;
        });
    }

    /** The runs that hold up to {@code limit} changes from {@code revision} to {@code head}. */
    private static List<Run> runs(Handle handle, int feedNo, long revision, long head, int limit) throws SQLException {
        long from = FeedKey.of(feedNo, revision);
        List<Run> runs = runs(
                handle,
                "SELECT place, seq, n FROM entries WHERE place BETWEEN ? AND ? ORDER BY place LIMIT ?",
                from,
                FeedKey.of(feedNo, head),
                limit);
        if (!runs.isEmpty() && runs.get(0).place() == from) {
            return runs; // as nearly always in the feed of a device, whose runs are short
        }
        List<Run> all = runs(
                handle,
                "SELECT place, seq, n FROM entries WHERE place BETWEEN ? AND ? ORDER BY place DESC LIMIT ?",
                FeedKey.of(feedNo, 0),
                from,
                1);
        all.addAll(runs);
        return all;
    }

    /** By JDBC itself, as the events below: binding and mapping by name were a third of what a page took. */
    private static List<Run> runs(Handle handle, String sql, long first, long last, int limit) throws SQLException {
        List<Run> runs = new ArrayList<>();
        try (PreparedStatement query = handle.getConnection().prepareStatement(sql)) {
            query.setLong(1, first);
            query.setLong(2, last);
            query.setInt(3, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    runs.add(new Run(row.getLong(1), row.getLong(2), row.getInt(3)));
                }
            }
        }
        return runs;
    }

    /**
     * The events of these numbers. They are joined, not looked for with {@code = ANY}: H2 would go through the whole array
     * once more for each row.
     */
    private Map<Long, Event> events(Handle handle, Collection<Long> seqs) throws SQLException {
        Map<Long, Event> events = new HashMap<>();
        if (seqs.isEmpty()) {
            return events;
        }
        Connection connection = handle.getConnection();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT e.seq, e.at_millis, e.tail, e.data_offset, e.order_id"
                        + " FROM UNNEST(?) AS u(seq) JOIN events e ON e.seq = u.seq")) {
            query.setArray(1, connection.createArrayOf(database.dialect().longType, seqs.toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    long seq = row.getLong(1);
                    events.put(seq, new Event(seq, row.getLong(2), row.getBytes(3), row.getInt(4), row.getLong(5)));
                }
            }
        }
        return events;
    }

    @Override
    public Map<Feed, Long> timesOf(Map<Feed, Long> revisions) {
        Map<Feed, Long> times = new HashMap<>();
        if (revisions.isEmpty()) {
            return times;
        }
        Map<Long, Feed> wanted = new HashMap<>();
        revisions.forEach((feed, revision) -> wanted.put(FeedKey.of(feed.no(), revision), feed));
        database.with(handle -> {
            Map<Long, Long> runOf = new HashMap<>();
            handle.createQuery("SELECT u.place, (SELECT r.place FROM entries r WHERE r.place <= u.place"
                            + " ORDER BY r.place DESC LIMIT 1) AS run FROM UNNEST(:places) AS u(place)")
                    .bind("places", longs(wanted.keySet()))
                    .map((row, context) -> Map.entry(row.getLong("place"), row.getLong("run")))
                    .forEach(entry -> runOf.put(entry.getKey(), entry.getValue()));
            Map<Long, Run> runs = new HashMap<>();
            handle.createQuery("SELECT place, seq, n FROM entries WHERE place = ANY(:places)")
                    .bind("places", longs(new HashSet<>(runOf.values())))
                    .map((row, context) -> Run.of(row))
                    .forEach(run -> runs.put(run.place(), run));
            Map<Long, Long> seqOf = new HashMap<>();
            runOf.forEach((place, runPlace) -> {
                Run run = runs.get(runPlace);
                if (run != null && place < run.place() + run.n()) {
                    seqOf.put(place, run.seq() + place - run.place());
                }
            });
            Map<Long, Long> atOf = new HashMap<>();
            handle.createQuery("SELECT seq, at_millis FROM events WHERE seq = ANY(:seqs)")
                    .bind("seqs", longs(seqOf.values()))
                    .map((row, context) -> Map.entry(row.getLong("seq"), row.getLong("at_millis")))
                    .forEach(entry -> atOf.put(entry.getKey(), entry.getValue()));
            wanted.forEach((place, feed) -> {
                Long seq = seqOf.get(place);
                Long at = seq == null ? null : atOf.get(seq);
                if (at != null) {
                    times.put(feed, at);
                }
            });
            return times;
        });
        return times;
    }

    @Override
    public Optional<Event> event(long seq) {
        return database.with(
                handle -> Optional.ofNullable(events(handle, List.of(seq)).get(seq)));
    }

    @Override
    public Optional<Event> order(long key) {
        return database.with(handle -> handle.createQuery(
                        "SELECT " + EVENT_COLUMNS + " FROM orders o JOIN events e ON e.seq = o.latest WHERE o.id = :id")
                .bind("id", key)
                .map((row, context) -> event(row))
                .findOne());
    }

    @Override
    public List<StoredOrder> orders(Collection<Long> keys) {
        return database.with(handle -> handle.createQuery("SELECT o.id AS order_key, " + EVENT_COLUMNS
                        + " FROM orders o JOIN events e ON e.seq = o.latest WHERE o.id = ANY(:ids) ORDER BY o.id")
                .bind("ids", longs(keys))
                .map((row, context) -> new StoredOrder(row.getLong("order_key"), event(row)))
                .list());
    }

    @Override
    public List<StoredOrder> ordersOf(int feedNo, long afterKey, int limit) {
        return database.with(handle -> handle.createQuery("SELECT o.id AS order_key, " + EVENT_COLUMNS
                        + " FROM orders o JOIN events e ON e.seq = o.latest"
                        + " WHERE o.id > :after AND o.id < :end ORDER BY o.id LIMIT :limit")
                .bind("after", Math.max(afterKey, FeedKey.of(feedNo, 0)))
                .bind("end", FeedKey.of(feedNo, 0) + FEED_SPAN)
                .bind("limit", limit)
                .map((row, context) -> new StoredOrder(row.getLong("order_key"), event(row)))
                .list());
    }

    @Override
    public List<StoredOrder> ordersAfter(long afterKey, int limit) {
        return database.with(handle -> handle.createQuery(
                        "SELECT o.id AS order_key, " + EVENT_COLUMNS
                                + " FROM orders o JOIN events e ON e.seq = o.latest WHERE o.id > :after ORDER BY o.id LIMIT :limit")
                .bind("after", afterKey)
                .bind("limit", limit)
                .map((row, context) -> new StoredOrder(row.getLong("order_key"), event(row)))
                .list());
    }

    @Override
    public GroupStore deviceGroups() {
        return groups;
    }

    @Override
    public Map<Integer, Long> expire(long beforeMillis, int afterFeedNo, int feedsMax) {
        return database.with(handle -> Retention.expireFeeds(database, handle, beforeMillis, afterFeedNo, feedsMax));
    }

    @Override
    public long expireEvents(long beforeMillis, long answersBeforeMillis) {
        return database.with(handle -> Retention.expireEvents(database, handle, beforeMillis, answersBeforeMillis));
    }

    @Override
    public void close() {
        database.close();
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(
                row.getLong("seq"),
                row.getLong("at_millis"),
                row.getBytes("tail"),
                row.getInt("data_offset"),
                row.getLong("order_id"));
    }

    private Argument longs(Collection<Long> values) {
        return database.longs(values.toArray(Long[]::new));
    }

    private <T> Argument longs(Collection<T> rows, Function<T, Long> column) {
        return database.longs(rows.stream().map(column).toArray(Long[]::new));
    }

    /** {@code n} changes of one feed, from {@code place} on, that are the events from {@code seq} on. */
    record Run(long place, long seq, int n) {
        static Run of(ResultSet row) throws SQLException {
            return new Run(row.getLong("place"), row.getLong("seq"), row.getInt("n"));
        }

        /** The entries as runs, sorted by place: sorted inserts touch each page of the table once. */
        static List<Run> of(List<Group.Entry> entries) {
            Map<Integer, List<Run>> byFeed = new LinkedHashMap<>();
            for (Group.Entry entry : entries) {
                List<Run> runs = byFeed.computeIfAbsent(entry.feed().no(), no -> new ArrayList<>(1));
                long seq = entry.event().seq();
                Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
                if (last != null && last.seq + last.n == seq) {
                    runs.set(runs.size() - 1, new Run(last.place, last.seq, last.n + 1));
                } else {
                    runs.add(new Run(FeedKey.of(entry.feed().no(), entry.revision()), seq, 1));
                }
            }
            return byFeed.values().stream()
                    .flatMap(List::stream)
                    .sorted((a, b) -> Long.compare(a.place, b.place))
                    .toList();
        }
    }
}
