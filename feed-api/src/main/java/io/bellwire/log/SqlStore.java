package io.bellwire.log;

import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The log on PostgreSQL. A batch is written with one statement for each table (an {@code INSERT} from arrays), and
 * heads are read under the feeds' row locks, so that several processes may write. Each kind of thing has its SQL in a
 * class of its own: {@link SqlFeeds}, {@link SqlEvents}, {@link SqlEntries}, {@link SqlOrders}, {@link SqlLocks},
 * {@link SqlResponses} and others.
 */
public final class SqlStore implements LogStore {
    private static final int RETRIES_MAX = 5;
    /** As in the sequence of the schema. */
    private static final long SEQS_PER_BLOCK = 1 << 20;
    /** Serialization failure, deadlock and unique violation: another writer was faster, try again. */
    private static final Set<String> RETRYABLE = Set.of("40001", "40P01", "23505");

    private final Database database;
    private final Epoch epoch;
    private final SqlGroups groups;
    private final SqlLastSeen lastSeen;
    private final RetentionTime retentionTime;
    /** The number of the next event; the numbers up to {@link #eventNumbersEnd} belong to this store. */
    private long nextEventNumber;

    private long eventNumbersEnd;

    private SqlStore(Database database, Epoch epoch, LongSupplier nanoTime) {
        this.database = database;
        this.epoch = epoch;
        this.groups = new SqlGroups(database);
        this.lastSeen = new SqlLastSeen(database);
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
    public synchronized WriteBatch commit(Needs needs, Function<BatchInput, WriteBatch> decide) {
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

    private WriteBatch write(Handle handle, Needs needs, Function<BatchInput, WriteBatch> decide) {
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

    private BatchInput load(Handle handle, Needs asked) {
        Map<FeedId, Feed> named = new HashMap<>();
        Set<FeedId> createdFeeds = SqlFeeds.findOrMake(database, handle, epoch, asked.names(), named);
        Needs needs = asked.with(named.values());
        if (eventNumbersEnd - nextEventNumber < WriteBatch.EVENTS_MAX) {
            takeSeqs(handle);
        }
        Map<Integer, Position> heads = SqlFeeds.lockHeads(database, handle, needs.feeds());
        Map<UUID, Event> orders = SqlOrders.lock(database, handle, needs.orders());
        List<StoredResponse> storedResponses = SqlResponses.load(database, handle, needs.keys());
        return new BatchInput(
                nextEventNumber,
                named,
                createdFeeds,
                heads,
                orders,
                SqlLocks.load(database, handle, needs.orders()),
                storedResponses.stream().collect(Collectors.toMap(StoredResponse::key, answer -> answer)),
                storedResponses.stream().map(answer -> answer.key().row()).collect(Collectors.toSet()),
                SqlAccounts.load(handle, needs.accounts()),
                SqlGroupMembers.load(database, handle, needs.groupNeeds()));
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
        SqlGroupMembers.store(database, handle, batch.groupMembers());
        SqlAccounts.store(handle, batch);
        SqlLastSeen.store(handle, batch);
        SqlOrders.store(database, handle, batch);
        SqlLocks.store(database, handle, batch.locks());
        SqlResponses.store(database, handle, batch.storedResponses().values());
        SqlFeeds.storePositions(handle, "processed", batch.processed());
        SqlFeeds.storePositions(handle, "received", batch.received());
    }

    @Override
    public List<Change> read(Feed feed, Revision revision, Revision head, int limit, long bytesMax) {
        if (!revision.isBefore(head)) {
            return List.of();
        }
        return database.with(
                handle -> SqlEntries.read(handle, feed.feedNumber(), revision.value(), head.value(), limit, bytesMax));
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
    public Optional<Event> event(long eventNumber) {
        return database.with(handle -> Optional.ofNullable(
                SqlEvents.byNumbers(handle, List.of(eventNumber)).get(eventNumber)));
    }

    @Override
    public Optional<Event> order(UUID id) {
        return database.with(handle -> SqlOrders.byId(handle, id));
    }

    @Override
    public List<StoredOrder> orders(Collection<UUID> ids) {
        return database.with(handle -> SqlOrders.byIds(database, handle, ids));
    }

    @Override
    public List<StoredOrder> ordersOf(Feed device, @Nullable UUID after, int limit) {
        return database.with(handle -> SqlOrders.of(handle, device, after, limit));
    }

    @Override
    public List<StoredOrder> ordersAfter(@Nullable UUID after, int limit) {
        return database.with(handle -> SqlOrders.after(handle, after, limit));
    }

    @Override
    public List<StoredAccount> accounts(Collection<FeedId> ids) {
        return database.with(handle -> SqlAccounts.byIds(handle, ids));
    }

    @Override
    public List<StoredAccount> accountsBySecret(Collection<byte[]> digests) {
        return database.with(handle -> SqlAccounts.bySecrets(handle, digests));
    }

    @Override
    public List<StoredAccount> devices(String after, int limit) {
        return database.with(handle -> SqlAccounts.devices(handle, after, limit));
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
    public long expire(long nowMillis, Duration kept, Duration responsesKept, RetentionListener listener) {
        return database.with(handle -> {
            long now = retentionTime.at(nowMillis, database, handle);
            return SqlRetention.expire(
                    database, handle, now - kept.toMillis(), now - responsesKept.toMillis(), listener);
        });
    }

    @Override
    public void deleteLeases(long leaseMillis) {
        database.with(handle -> {
            SqlRetention.expireLocks(database, handle, leaseMillis);
            return true;
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
