package io.bellwire.postgres;

import io.bellwire.document.DocumentStore;
import io.bellwire.group.GroupStore;
import io.bellwire.log.BatchInput;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Change;
import io.bellwire.log.CommitInDoubtException;
import io.bellwire.log.EntryKey;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.Position;
import io.bellwire.log.Records;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import io.bellwire.order.OrderStore;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.registry.AccountStore;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.store.DataStore;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;

/**
 * The log on PostgreSQL. A batch is written with one statement for each table (an {@code INSERT} from arrays), and
 * heads are read under the feeds' row locks, so that several processes may write. Each kind of thing has its SQL in a
 * class of its own: {@link SqlFeeds}, {@link SqlEvents}, {@link SqlEntries}, and the {@link SqlTable}s.
 */
public final class SqlStore implements DataStore {
    private static final int RETRIES_MAX = 5;
    /** As in the sequence of the schema. */
    private static final long SEQS_PER_BLOCK = 1 << 20;
    /** Serialization failure, deadlock and unique violation: another writer was faster, try again. */
    private static final Set<String> RETRYABLE = Set.of("40001", "40P01", "23505");

    private final Database database;
    private final Epoch epoch;
    private final SqlGroups groups;
    private final SqlLastSeen lastSeen;
    private final SqlOrders orders;
    private final SqlAccounts accounts;
    private final SqlDocuments documents;
    /** In the order in which their rows are locked. */
    private final List<SqlTable> tables;

    private final RetentionTime retentionTime;
    /** The number of the next event; the numbers up to {@link #eventNumbersEnd} belong to this store. */
    private long nextEventNumber;

    private long eventNumbersEnd;

    private SqlStore(Database database, Epoch epoch, LongSupplier nanoTime) {
        this.database = database;
        this.epoch = epoch;
        this.groups = new SqlGroups(database);
        this.lastSeen = new SqlLastSeen(database);
        SqlOrderLocks locks = new SqlOrderLocks(database);
        this.orders = new SqlOrders(database, locks);
        this.accounts = new SqlAccounts(database);
        this.documents = new SqlDocuments(database);
        this.tables = List.of(
                orders,
                new SqlResponses(database),
                locks,
                accounts,
                new SqlGroupMembers(database),
                lastSeen,
                documents);
        this.retentionTime = new RetentionTime(new Stopwatch(nanoTime));
    }

    /**
     * Opens the log in {@code database}. A new log gets an epoch from {@code random}; so does an old one with {@code
     * newEpoch}, which is needed after a restore from a backup. PostgreSQL decides what a commit survives ({@code
     * synchronous_commit}).
     *
     * @param nanoTime a clock that only measures time, in nanoseconds
     */
    public static SqlStore open(Database database, RandomGenerator random, boolean newEpoch, LongSupplier nanoTime) {
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
        return new SqlStore(database, epoch, nanoTime);
    }

    @Override
    public Epoch epoch() {
        return epoch;
    }

    @Override
    public List<Feed> feeds(Collection<FeedId> ids) {
        return database.with(handle -> SqlFeeds.byIds(database, handle, epoch, ids));
    }

    @Override
    public synchronized WriteBatch commit(BatchNeeds needs, Function<BatchInput, WriteBatch> decide) {
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

    private WriteBatch write(Handle handle, BatchNeeds needs, Function<BatchInput, WriteBatch> decide) {
        handle.begin();
        WriteBatch batch;
        try {
            database.requireWriter(handle);
            batch = decide.apply(load(handle, needs));
            store(handle, batch);
        } catch (RuntimeException e) {
            rollBack(handle, e);
            throw e;
        }
        nextEventNumber +=
                batch.eventNumbersUsed(); // before the commit, which may have happened though it seems to fail
        try {
            handle.commit();
        } catch (RuntimeException e) {
            throw new CommitInDoubtException(e);
        }
        return batch;
    }

    /** Rolls back. A failure of that is added to {@code reason}, and does not replace it. */
    private static void rollBack(Handle handle, RuntimeException reason) {
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

    private BatchInput load(Handle handle, BatchNeeds needs) {
        Map<FeedId, Feed> named = new HashMap<>();
        Set<FeedId> createdFeeds = SqlFeeds.findOrMake(database, handle, epoch, needs.names(), named);
        if (eventNumbersEnd - nextEventNumber < WriteBatch.EVENTS_MAX) {
            takeSeqs(handle);
        }
        Map<FeedNumber, Position> heads = SqlFeeds.lockHeads(database, handle, needs.withFeeds(named.values()));
        Records records = new Records();
        tables.forEach(table -> table.load(handle, needs, records));
        return new BatchInput(new EventNumber(nextEventNumber), named, createdFeeds, heads, records);
    }

    private void takeSeqs(Handle handle) {
        nextEventNumber = handle.createQuery("SELECT nextval('event_blocks')")
                .mapTo(Long.class)
                .one();
        eventNumbersEnd = nextEventNumber + SEQS_PER_BLOCK;
    }

    private void store(Handle handle, WriteBatch batch) {
        SqlEvents.store(database, handle, batch.events());
        SqlEntries.store(database, handle, batch.entries());
        tables.forEach(table -> table.store(handle, batch));
        SqlFeeds.storePositions(handle, "processed", batch.processed());
        SqlFeeds.storePositions(handle, "received", batch.received());
    }

    @Override
    public List<Change> read(Feed feed, Revision revision, Revision head, int limit, long bytesMax) {
        if (!revision.isBefore(head)) {
            return List.of();
        }
        return database.with(handle ->
                SqlEntries.read(handle, feed.feedNumber().value(), revision.value(), head.value(), limit, bytesMax));
    }

    @Override
    public Map<Feed, Long> timesOf(Map<Feed, Revision> revisions) {
        Map<EntryKey, Feed> wanted = new HashMap<>();
        revisions.forEach((feed, revision) -> wanted.put(new EntryKey(feed.feedNumber(), revision), feed));
        Map<Feed, Long> times = new HashMap<>();
        if (!wanted.isEmpty()) {
            database.with(handle -> SqlEntries.times(database, handle, wanted.keySet()))
                    .forEach((entryKey, millis) -> times.put(wanted.get(entryKey), millis));
        }
        return times;
    }

    @Override
    public Map<Feed, Long> keptMillis(Map<Feed, Revision> revisions, long nowMillis, Duration kept) {
        Map<EntryKey, Feed> wanted = new HashMap<>();
        revisions.forEach((feed, revision) -> wanted.put(new EntryKey(feed.feedNumber(), revision), feed));
        Map<Feed, Long> left = new HashMap<>();
        if (!wanted.isEmpty()) {
            database.with(handle -> {
                long beforeMillis = retentionTime.peekAt(nowMillis, handle) - kept.toMillis();
                SqlEntries.deletableFrom(database, handle, wanted.keySet())
                        .forEach((entryKey, atMillis) ->
                                left.put(wanted.get(entryKey), Math.max(0, atMillis - beforeMillis)));
                return left;
            });
        }
        return left;
    }

    @Override
    public Optional<Event> event(EventNumber eventNumber) {
        return database.with(handle -> Optional.ofNullable(
                SqlEvents.byNumbers(handle, List.of(eventNumber.value())).get(eventNumber.value())));
    }

    @Override
    public OrderStore orders() {
        return orders;
    }

    @Override
    public AccountStore accounts() {
        return accounts;
    }

    @Override
    public LastSeenStore lastSeen() {
        return lastSeen;
    }

    @Override
    public GroupStore deviceGroups() {
        return groups;
    }

    @Override
    public DocumentStore documents() {
        return documents;
    }

    @Override
    public long expire(long nowMillis, Duration kept, Duration responsesKept, RetentionListener listener) {
        return database.with(handle -> {
            long now = retentionTime.at(nowMillis, database, handle);
            return SqlRetention.expire(
                    database, handle, now - kept.toMillis(), now - responsesKept.toMillis(), listener);
        });
    }

    @Override
    public Optional<String> problem() {
        return database.problem();
    }

    @Override
    public void close() {
        database.close();
    }
}
