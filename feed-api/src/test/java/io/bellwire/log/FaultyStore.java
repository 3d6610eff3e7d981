package io.bellwire.log;

import io.bellwire.group.GroupStore;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.registry.StoredAccount;
import io.bellwire.segment.SegmentStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A store in memory that a test can block and make fail. Thread-safe. */
public final class FaultyStore implements LogStore {
    private static final int OPEN = 1_000_000;

    private final SegmentStore inner = SegmentStore.inMemory(new Random(7));
    private final Semaphore passage = new Semaphore(OPEN);
    private final Queue<RuntimeException> before = new ConcurrentLinkedQueue<>();
    private final Queue<RuntimeException> after = new ConcurrentLinkedQueue<>();
    private final List<Integer> groups = new CopyOnWriteArrayList<>();
    private final AtomicReference<Runnable> afterRead = new AtomicReference<>(() -> {});
    private volatile Predicate<WriteBatch> poison = batch -> false;
    private volatile RuntimeException poisoned = new IllegalStateException("no poison");

    /** Blocks all writes until {@link #release}. */
    void hold() {
        passage.drainPermits();
    }

    void release() {
        passage.release(OPEN);
    }

    /** Whether the writer is blocked. */
    boolean isWaitedFor() {
        return passage.hasQueuedThreads();
    }

    /** Makes the next write fail before anything of it is durable. */
    public void failBefore(RuntimeException failure) {
        before.add(failure);
    }

    /** Makes the next write fail although all of it is durable, as when the answer to a commit is lost. */
    void failAfter(RuntimeException failure) {
        after.add(failure);
    }

    /** Makes every batch fail that appends an event like this. */
    public void failOn(Predicate<Event> event, RuntimeException failure) {
        poisoned = failure;
        poison = batch -> batch.events().stream().anyMatch(event);
    }

    /** Makes every batch fail that saves when devices were last seen. */
    public void failOnSightings(RuntimeException failure) {
        poisoned = failure;
        poison = batch -> !batch.lastSeen().isEmpty() || batch.presenceCheckpoint() != null;
    }

    /** Runs {@code happening} between the next read and its result. */
    public void afterNextRead(Runnable happening) {
        afterRead.set(happening);
    }

    /** The number of events in each committed batch that had any. */
    List<Integer> groups() {
        return groups;
    }

    @Override
    public WriteBatch commit(Needs needs, Function<BatchInput, WriteBatch> decide) {
        passage.acquireUninterruptibly();
        passage.release();
        RuntimeException failure = before.poll();
        if (failure != null) {
            throw failure;
        }
        WriteBatch batch = inner.commit(needs, loaded -> {
            WriteBatch decided = decide.apply(loaded);
            if (poison.test(decided)) {
                throw poisoned;
            }
            return decided;
        });
        if (!batch.events().isEmpty()) {
            groups.add(batch.events().size());
        }
        failure = after.poll();
        if (failure != null) {
            throw failure;
        }
        return batch;
    }

    @Override
    public Epoch epoch() {
        return inner.epoch();
    }

    @Override
    public List<Feed> feeds(Collection<FeedId> ids) {
        return inner.feeds(ids);
    }

    @Override
    public List<Change> read(Feed feed, Revision revision, Revision head, int limit, long bytesMax) {
        List<Change> changes = inner.read(feed, revision, head, limit, bytesMax);
        afterRead.getAndSet(() -> {}).run();
        return changes;
    }

    @Override
    public Map<Feed, Long> timesOf(Map<Feed, Revision> revisions) {
        return inner.timesOf(revisions);
    }

    @Override
    public Optional<Event> event(long eventNumber) {
        return inner.event(eventNumber);
    }

    @Override
    public Optional<Event> order(UUID id) {
        return inner.order(id);
    }

    @Override
    public List<StoredOrder> orders(Collection<UUID> ids) {
        return inner.orders(ids);
    }

    @Override
    public List<StoredOrder> ordersOf(Feed device, @Nullable UUID after, int limit) {
        return inner.ordersOf(device, after, limit);
    }

    @Override
    public List<StoredAccount> accounts(Collection<FeedId> ids) {
        return inner.accounts(ids);
    }

    @Override
    public List<StoredAccount> accountsBySecret(Collection<byte[]> digests) {
        return inner.accountsBySecret(digests);
    }

    @Override
    public List<StoredAccount> devices(String after, int limit) {
        return inner.devices(after, limit);
    }

    @Override
    public LastSeenStore lastSeen() {
        return inner.lastSeen();
    }

    @Override
    public GroupStore deviceGroups() {
        return inner.deviceGroups();
    }

    @Override
    public long expire(long nowMillis, Duration kept, Duration responsesKept, RetentionListener listener) {
        return inner.expire(nowMillis, kept, responsesKept, listener);
    }

    @Override
    public void deleteLeases(long leaseMillis) {
        inner.deleteLeases(leaseMillis);
    }

    @Override
    public List<StoredOrder> ordersAfter(@Nullable UUID after, int limit) {
        List<StoredOrder> orders = inner.ordersAfter(after, limit);
        afterRead.getAndSet(() -> {}).run();
        return orders;
    }

    @Override
    public void close() {
        // the other store outlives the log of this one
    }
}
