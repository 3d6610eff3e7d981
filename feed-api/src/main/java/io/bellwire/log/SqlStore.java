package io.bellwire.log;

import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/**
 * The log in SQL, on PostgreSQL. Whole groups are written with one statement a table (an {@code INSERT} from arrays), and
 * heads are read under the feeds' row locks, so that several processes may write.
 */
public final class SqlStore implements LogStore {
    private static final UUID LOWEST_ID = new UUID(0, 0);
    private static final int EVENTS_PER_QUERY = 100;
    private static final int RETRIES_MAX = 5;
    /** As the schema's sequence says. */
    private static final long SEQS_PER_BLOCK = 1 << 20;
    /** A serialization failure, deadlock and unique violation: another writer was first; begin again. */
    private static final Set<String> RETRYABLE = Set.of("40001", "40P01", "23505");

    private static final String HEAD_COLUMNS =
            last("e.revision + e.n - 1") + " AS head, " + last("e.end_chain") + " AS head_chain";
    private static final String EVENT_COLUMNS = "e.seq, e.at_millis, e.data_offset, e.order_id, e.checksum, e.tail";

    private final Database database;
    private final Epoch epoch;
    private final SqlGroups groups;
    private final SqlSightings sightings;
    /** The number of the next event; those up to {@link #seqsEnd} are this store's. */
    private long nextSeq;

    private long seqsEnd;

    private SqlStore(Database database, Epoch epoch) {
        this.database = database;
        this.epoch = epoch;
        this.groups = new SqlGroups(database);
        this.sightings = new SqlSightings(database);
    }

    /**
     * Opens the log in {@code database}; a new one gets an epoch from {@code random}, and so does an old one if
     * {@code newEpoch} says so, which it must after a restore from a backup. What a commit survives is for the database to
     * say ({@code synchronous_commit}).
     */
    public static SqlStore open(Database database, RandomGenerator random, boolean newEpoch) {
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
        return new SqlStore(database, epoch);
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
        return handle.createQuery("SELECT f.no, f.path, f.received, f.received_chain, f.processed, f.processed_chain, "
                        + first("e.revision - 1") + " AS earliest, " + first("e.chain") + " AS earliest_chain, "
                        + HEAD_COLUMNS + " FROM feeds f WHERE f.path = ANY(:paths)")
                .bind("paths", database.texts(ids.stream().map(FeedId::path).toArray(String[]::new)))
                .map((row, context) -> {
                    FeedId id = new FeedId(row.getString("path"));
                    return new Feed(
                            row.getInt("no"),
                            id,
                            Epoch.ofFeed(epoch, id),
                            position(row, "head"),
                            position(row, "earliest"),
                            position(row, "received"),
                            position(row, "processed"));
                })
                .list();
    }

    /** Of the first run of the feed {@code f}. */
    private static String first(String column) {
        return "(SELECT " + column + " FROM entries e WHERE e.feed_no = f.no ORDER BY e.revision LIMIT 1)";
    }

    private static String last(String column) {
        return "(SELECT " + column + " FROM entries e WHERE e.feed_no = f.no ORDER BY e.revision DESC LIMIT 1)";
    }

    /** Null, which is 0, if the feed has no changes. */
    private static Position position(ResultSet row, String name) throws SQLException {
        return new Position(row.getLong(name), row.getInt(name + "_chain"));
    }

    @Override
    public synchronized Group commit(Needs needs, Function<Group.Loaded, Group> decide) {
        for (int attempt = 1; ; attempt++) {
            try {
                return database.with(handle -> write(handle, needs, decide));
            } catch (UncheckedIOException e) {
                if (e instanceof CommitInDoubtException || attempt == RETRIES_MAX || !isRetryable(e)) {
                    throw e;
                }
            }
        }
    }

    private Group write(Handle handle, Needs needs, Function<Group.Loaded, Group> decide) throws SQLException {
        handle.begin();
        Group group;
        try {
            database.requireWriter(handle);
            group = decide.apply(load(handle, needs));
            store(handle, group);
        } catch (RuntimeException | SQLException e) {
            rollBack(handle, e);
            throw e;
        }
        nextSeq += group.seqsUsed(); // before the commit, which may have happened though it seems to fail
        try {
            handle.commit();
        } catch (RuntimeException e) {
            throw new CommitInDoubtException(e);
        }
        return group;
    }

    /** If that fails too, it is not what is told. */
    private static void rollBack(Handle handle, Exception reason) {
        try {
            handle.rollback();
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
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

    private Group.Loaded load(Handle handle, Needs asked) throws SQLException {
        Map<FeedId, Feed> named = new HashMap<>();
        Set<FeedId> made = findOrMake(handle, asked.names(), named);
        Needs needs = asked.with(named.values());
        if (seqsEnd - nextSeq < Group.EVENTS_MAX) {
            takeSeqs(handle);
        }
        Map<Integer, Position> heads = loadHeads(handle, needs.feeds());
        Map<UUID, Event> orders = new HashMap<>();
        if (!needs.orders().isEmpty()) {
            handle.createQuery(
                            "SELECT o.id AS order_uuid, " + EVENT_COLUMNS
                                    + " FROM orders o JOIN events e ON e.seq = o.latest WHERE o.id = ANY(:ids) ORDER BY o.id FOR UPDATE OF o")
                    .bind("ids", database.uuids(needs.orders()))
                    .map((row, context) -> Map.entry(row.getObject("order_uuid", UUID.class), event(row)))
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
                            row.getObject("order_id", UUID.class),
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
                named,
                made,
                heads,
                orders,
                loadLocks(handle, needs.orders()),
                answers,
                takenRows,
                SqlAccounts.load(handle, needs.accounts()),
                SqlAudiences.load(database, handle, needs.audiences()));
    }

    /** Adds the feeds of these names to {@code found}; returns the names of those that were made for it. */
    private Set<FeedId> findOrMake(Handle handle, Set<FeedId> names, Map<FeedId, Feed> found) {
        if (names.isEmpty()) {
            return Set.of();
        }
        feeds(handle, names).forEach(feed -> found.put(feed.id(), feed));
        Set<FeedId> missing = new LinkedHashSet<>(names);
        missing.removeAll(found.keySet());
        if (!missing.isEmpty()) {
            PreparedBatch batch = handle.prepareBatch("INSERT INTO feeds (path) VALUES (:path)");
            missing.forEach(id -> batch.bind("path", id.path()).add());
            batch.execute();
            feeds(handle, missing).forEach(feed -> found.put(feed.id(), feed));
        }
        return missing;
    }

    private void takeSeqs(Handle handle) {
        nextSeq = handle.createQuery("SELECT nextval('event_blocks')")
                .mapTo(Long.class)
                .one();
        seqsEnd = nextSeq + SEQS_PER_BLOCK;
    }

    private Map<Integer, Position> loadHeads(Handle handle, Set<Feed> feeds) {
        Long[] numbers = feeds.stream().map(feed -> (long) feed.no()).sorted().toArray(Long[]::new);
        // in order of number, so that two writers cannot wait for each other; held until the commit
        handle.createQuery("SELECT no FROM feeds WHERE no = ANY(:numbers) ORDER BY no FOR UPDATE")
                .bind("numbers", database.longs(numbers))
                .mapTo(Long.class)
                .list();
        // a statement of its own: it must see what was committed while the locks were waited for
        Map<Integer, Position> heads = new HashMap<>();
        handle.createQuery("SELECT f.no, " + HEAD_COLUMNS + " FROM feeds f WHERE f.no = ANY(:numbers)")
                .bind("numbers", database.longs(numbers))
                .map((row, context) -> Map.entry(row.getInt("no"), position(row, "head")))
                .forEach(entry -> heads.put(entry.getKey(), entry.getValue()));
        return heads;
    }

    private void store(Handle handle, Group group) {
        List<Event> events = group.events();
        if (!events.isEmpty()) {
            handle.createUpdate("INSERT INTO events (seq, at_millis, data_offset, order_id, checksum, tail)"
                            + " SELECT * FROM UNNEST(:seqs, :times, :offsets, :orders, :checksums, :tails)")
                    .bind("seqs", longs(events, Event::seq))
                    .bind("times", longs(events, Event::atMillis))
                    .bind("offsets", ints(events, Event::dataOffset))
                    .bind(
                            "orders",
                            database.uuids(events.stream().map(Event::order).toArray(UUID[]::new)))
                    .bind("checksums", ints(events, Event::checksum))
                    .bind(
                            "tails",
                            database.bytes(events.stream().map(Event::tail).toArray(byte[][]::new)))
                    .execute();
        }
        List<Run> runs = Run.of(group.entries());
        if (!runs.isEmpty()) {
            handle.createUpdate("INSERT INTO entries (feed_no, revision, seq, n, chain, end_chain)"
                            + " SELECT * FROM UNNEST(:feeds, :revisions, :seqs, :counts, :chains, :ends)")
                    .bind("feeds", longs(runs, run -> (long) run.feedNo()))
                    .bind("revisions", longs(runs, Run::revision))
                    .bind("seqs", longs(runs, Run::seq))
                    .bind("counts", ints(runs, Run::n))
                    .bind("chains", ints(runs, Run::chain))
                    .bind("ends", ints(runs, Run::endChain))
                    .execute();
        }
        SqlAudiences.store(database, handle, group.audiences());
        SqlAccounts.store(handle, group);
        SqlSightings.store(handle, group);
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
                    .bind(
                            "orders",
                            database.uuids(answers.stream().map(Answer::order).toArray(UUID[]::new)))
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
        List<Map.Entry<UUID, Group.LatestEvent>> made = new ArrayList<>();
        List<Map.Entry<UUID, Group.LatestEvent>> changed = new ArrayList<>();
        for (Map.Entry<UUID, Group.LatestEvent> order : group.orders().entrySet()) {
            (group.isKnownOrder(order.getKey()) ? changed : made).add(order);
        }
        if (!made.isEmpty()) {
            handle.createUpdate("INSERT INTO orders (id, feed_no, latest) SELECT * FROM UNNEST(:ids, :feeds, :latest)")
                    .bind(
                            "ids",
                            database.uuids(made.stream().map(Map.Entry::getKey).toArray(UUID[]::new)))
                    .bind("feeds", longs(made, order ->
                            (long) order.getValue().device().no()))
                    .bind(
                            "latest",
                            longs(made, order -> order.getValue().event().seq()))
                    .execute();
        }
        if (!changed.isEmpty()) {
            PreparedBatch batch = handle.prepareBatch("UPDATE orders SET latest = :latest WHERE id = :id");
            changed.forEach(
                    order -> batch.bind("latest", order.getValue().event().seq())
                            .bind("id", order.getKey())
                            .add());
            batch.execute();
        }
    }

    private Map<UUID, OrderLock> loadLocks(Handle handle, Set<UUID> orders) {
        Map<UUID, OrderLock> locks = new HashMap<>();
        if (!orders.isEmpty()) {
            handle.createQuery("SELECT order_id, digest, until_millis FROM locks WHERE order_id = ANY(:ids)")
                    .bind("ids", database.uuids(orders))
                    .map((row, context) -> Map.entry(
                            row.getObject("order_id", UUID.class),
                            new OrderLock(row.getBytes("digest"), row.getLong("until_millis"))))
                    .forEach(entry -> locks.put(entry.getKey(), entry.getValue()));
        }
        return locks;
    }

    private void storeLocks(Handle handle, Map<UUID, @Nullable OrderLock> locks) {
        if (locks.isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM locks WHERE order_id = ANY(:ids)")
                .bind("ids", database.uuids(locks.keySet()))
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

    private static void storePositions(Handle handle, String column, Map<Feed, Position> positions) {
        if (positions.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("UPDATE feeds SET " + column + " = :revision, " + column
                + "_chain = :chain WHERE no = :no AND " + column + " < :revision");
        // in order of number, as the locks are
        positions.entrySet().stream()
                .sorted((a, b) -> Integer.compare(a.getKey().no(), b.getKey().no()))
                .forEach(position -> batch.bind("revision", position.getValue().revision())
                        .bind("chain", position.getValue().chain())
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
            for (int from = 0; from < runs.size(); ) {
                List<Long> seqs = new ArrayList<>();
                List<Long> revisions = new ArrayList<>();
                for (; from < runs.size() && seqs.size() < EVENTS_PER_QUERY; from++) {
                    Run run = runs.get(from);
                    for (int i = 0; i < run.n(); i++) {
                        long at = run.revision() + i;
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
                    chain = Chain.next(chain, event.checksum());
                    changes.add(new Change(next++, event, chain));
                }
            }
            return changes;
        });
    }

    /** The runs that hold up to {@code limit} changes from {@code revision} to {@code head}. */
    private static List<Run> runs(Handle handle, int feedNo, long revision, long head, int limit) throws SQLException {
        List<Run> runs = runs(handle, feedNo, "ORDER BY revision LIMIT ?", revision, head, limit);
        if (!runs.isEmpty() && runs.get(0).revision() == revision) {
            return runs; // as nearly always in the feed of a device, whose runs are short
        }
        List<Run> all = runs(handle, feedNo, "ORDER BY revision DESC LIMIT ?", 0, revision, 1);
        all.addAll(runs);
        return all;
    }

    /** The chain before {@code revision}, which is in {@code run} or is not kept; empty then. */
    private static OptionalInt chainBefore(Handle handle, Run run, long revision) throws SQLException {
        long skipped = revision - run.revision();
        if (skipped < 0 || skipped >= run.n()) {
            return OptionalInt.empty();
        }
        int chain = run.chain();
        int found = 0;
        if (skipped > 0) {
            try (PreparedStatement query = handle.getConnection()
                    .prepareStatement("SELECT checksum FROM events WHERE seq >= ? AND seq < ? ORDER BY seq")) {
                query.setLong(1, run.seq());
                query.setLong(2, run.seq() + skipped);
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

    /** By JDBC itself, as the events below: binding and mapping by name were a third of what a page took. */
    private static List<Run> runs(Handle handle, int feedNo, String order, long first, long last, int limit)
            throws SQLException {
        List<Run> runs = new ArrayList<>();
        try (PreparedStatement query = handle.getConnection()
                .prepareStatement("SELECT revision, seq, n, chain, end_chain FROM entries"
                        + " WHERE feed_no = ? AND revision BETWEEN ? AND ? " + order)) {
            query.setLong(1, feedNo);
            query.setLong(2, first);
            query.setLong(3, last);
            query.setInt(4, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    runs.add(new Run(
                            feedNo, row.getLong(1), row.getLong(2), row.getInt(3), row.getInt(4), row.getInt(5)));
                }
            }
        }
        return runs;
    }

    /** The events of these numbers. */
    private Map<Long, Event> events(Handle handle, Collection<Long> seqs) throws SQLException {
        Map<Long, Event> events = new HashMap<>();
        if (seqs.isEmpty()) {
            return events;
        }
        Connection connection = handle.getConnection();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT seq, at_millis, tail, data_offset, order_id, checksum" + " FROM events WHERE seq = ANY(?)")) {
            query.setArray(1, connection.createArrayOf("int8", seqs.toArray()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    long seq = row.getLong(1);
                    events.put(
                            seq,
                            new Event(
                                    seq,
                                    row.getLong(2),
                                    row.getBytes(3),
                                    row.getInt(4),
                                    row.getObject(5, UUID.class),
                                    row.getInt(6)));
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
        List<Place> places = new ArrayList<>();
        Map<Place, Feed> wanted = new HashMap<>();
        revisions.forEach((feed, revision) -> {
            Place place = new Place(feed.no(), revision);
            places.add(place);
            wanted.put(place, feed);
        });
        database.with(handle -> {
            handle.createQuery("SELECT u.feed_no, u.revision, e.at_millis"
                            + " FROM UNNEST(:feeds, :revisions) AS u(feed_no, revision)"
                            + " CROSS JOIN LATERAL (SELECT r.revision, r.seq, r.n FROM entries r"
                            + " WHERE r.feed_no = u.feed_no AND r.revision <= u.revision"
                            + " ORDER BY r.revision DESC LIMIT 1) AS run"
                            + " JOIN events e ON e.seq = run.seq + u.revision - run.revision"
                            + " WHERE u.revision < run.revision + run.n")
                    .bind("feeds", longs(places, place -> (long) place.feedNo()))
                    .bind("revisions", longs(places, Place::revision))
                    .map((row, context) -> Map.entry(
                            new Place(row.getInt("feed_no"), row.getLong("revision")), row.getLong("at_millis")))
                    .forEach(entry -> times.put(wanted.get(entry.getKey()), entry.getValue()));
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
    public Optional<Event> order(UUID id) {
        return database.with(handle -> handle.createQuery(
                        "SELECT " + EVENT_COLUMNS + " FROM orders o JOIN events e ON e.seq = o.latest WHERE o.id = :id")
                .bind("id", id)
                .map((row, context) -> event(row))
                .findOne());
    }

    @Override
    public List<StoredOrder> orders(Collection<UUID> ids) {
        return database.with(handle -> handle.createQuery("SELECT o.id AS order_uuid, " + EVENT_COLUMNS
                        + " FROM orders o JOIN events e ON e.seq = o.latest WHERE o.id = ANY(:ids) ORDER BY o.id")
                .bind("ids", database.uuids(ids))
                .map((row, context) -> new StoredOrder(row.getObject("order_uuid", UUID.class), event(row)))
                .list());
    }

    @Override
    public List<StoredOrder> ordersOf(Feed device, @Nullable UUID after, int limit) {
        return database.with(handle -> handle.createQuery("SELECT o.id AS order_uuid, " + EVENT_COLUMNS
                        + " FROM orders o JOIN events e ON e.seq = o.latest"
                        + " WHERE o.feed_no = :feed AND o.id > :after ORDER BY o.feed_no, o.id LIMIT :limit")
                .bind("feed", device.no())
                .bind("after", after == null ? LOWEST_ID : after)
                .bind("limit", limit)
                .map((row, context) -> new StoredOrder(row.getObject("order_uuid", UUID.class), event(row)))
                .list());
    }

    @Override
    public List<Account> accounts(Collection<FeedId> ids) {
        return database.with(handle -> SqlAccounts.byIds(handle, ids));
    }

    @Override
    public List<Account> accountsBySecret(Collection<byte[]> digests) {
        return database.with(handle -> SqlAccounts.bySecrets(handle, digests));
    }

    @Override
    public List<Account> devices(String after, int limit) {
        return database.with(handle -> SqlAccounts.devices(handle, after, limit));
    }

    @Override
    public SightingStore sightings() {
        return sightings;
    }

    @Override
    public GroupStore deviceGroups() {
        return groups;
    }

    @Override
    public long expire(long nowMillis, Duration kept, Duration answersKept, Forgotten forgotten) {
        return database.with(handle -> Retention.expire(
                database, handle, nowMillis - kept.toMillis(), nowMillis - answersKept.toMillis(), forgotten));
    }

    @Override
    public List<StoredOrder> ordersAfter(@Nullable UUID after, int limit) {
        return database.with(handle -> handle.createQuery("SELECT o.id AS order_uuid, " + EVENT_COLUMNS
                        + " FROM orders o JOIN events e ON e.seq = o.latest"
                        + (after == null ? "" : " WHERE o.id > :after") + " ORDER BY o.id LIMIT :limit")
                .bind("limit", limit)
                .bindMap(after == null ? Map.of() : Map.of("after", after))
                .map((row, context) -> new StoredOrder(row.getObject("order_uuid", UUID.class), event(row)))
                .list());
    }

    @Override
    public Optional<String> problem() {
        return database.problem();
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
                row.getObject("order_id", UUID.class),
                row.getInt("checksum"));
    }

    private Argument longs(Collection<Long> values) {
        return database.longs(values.toArray(Long[]::new));
    }

    private <T> Argument ints(Collection<T> rows, Function<T, Integer> column) {
        return database.ints(rows.stream().map(column).toArray(Integer[]::new));
    }

    private <T> Argument longs(Collection<T> rows, Function<T, Long> column) {
        return database.longs(rows.stream().map(column).toArray(Long[]::new));
    }

    /**
     * {@code n} changes of one feed, from {@code revision} on, that are the events from {@code seq} on.
     *
     * @param chain the chain before the first of them
     * @param endChain the chain of the last of them
     */
    record Run(int feedNo, long revision, long seq, int n, int chain, int endChain) {
        /** A reader that begins in the middle needs the checksums of all before: so many at most. */
        private static final int N_MAX = 64;

        static Run of(ResultSet row) throws SQLException {
            return new Run(
                    row.getInt("feed_no"),
                    row.getLong("revision"),
                    row.getLong("seq"),
                    row.getInt("n"),
                    row.getInt("chain"),
                    row.getInt("end_chain"));
        }

        /** The entries as runs, sorted by their keys: sorted inserts touch each page of the table once. */
        static List<Run> of(List<Group.Entry> entries) {
            Map<Integer, List<Run>> byFeed = new LinkedHashMap<>();
            Map<Integer, Long> timeOfLast = new HashMap<>();
            for (Group.Entry entry : entries) {
                int no = entry.feed().no();
                List<Run> runs = byFeed.computeIfAbsent(no, missing -> new ArrayList<>(1));
                Event event = entry.event();
                Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
                Long time = timeOfLast.put(no, event.atMillis());
                // of one time: retention takes all of them or none
                if (last != null
                        && last.seq + last.n == event.seq()
                        && last.n < N_MAX
                        && time != null
                        && time == event.atMillis()) {
                    runs.set(runs.size() - 1, last.longer(entry.change().chain()));
                } else {
                    int chain = entry.change().chain();
                    runs.add(new Run(
                            no, entry.revision(), event.seq(), 1, entry.before().chain(), chain));
                }
            }
            return byFeed.values().stream()
                    .flatMap(List::stream)
                    .sorted(Comparator.comparingInt(Run::feedNo).thenComparingLong(Run::revision))
                    .toList();
        }

        private Run longer(int end) {
            return new Run(feedNo, revision, seq, n + 1, chain, end);
        }
    }
}
