package io.bellwire.log;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;

/** A store in memory that can be held up and can be made to fail. Thread-safe. */
public final class FaultyStore implements LogStore {
    private static final int OPEN = 1_000_000;

    private final MemoryStore inner = new MemoryStore(new Epoch("k3v9x2m4qd"));
    private final Semaphore passage = new Semaphore(OPEN);
    private final Queue<RuntimeException> before = new ConcurrentLinkedQueue<>();
    private final Queue<RuntimeException> after = new ConcurrentLinkedQueue<>();
    private final Semaphore disk = new Semaphore(OPEN);
    private final Queue<RuntimeException> syncs = new ConcurrentLinkedQueue<>();
    private final List<Integer> groups = new CopyOnWriteArrayList<>();
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicReference<Runnable> afterRead = new AtomicReference<>(() -> {});
    private volatile Predicate<Event> poison = event -> false;
    private volatile RuntimeException poisoned = new IllegalStateException("no poison");

    /** Lets nothing be written until {@link #release}. */
    void hold() {
        passage.drainPermits();
    }

    void release() {
        passage.release(OPEN);
    }

    /** Whether the writer stands at the held door. */
    boolean isWaitedFor() {
        return passage.hasQueuedThreads();
    }

    /** Has the next write fail before anything of it is durable. */
    public void failBefore(RuntimeException failure) {
        before.add(failure);
    }

    /** Has the next write fail although all of it is durable, as when the answer to a commit is lost. */
    void failAfter(RuntimeException failure) {
        after.add(failure);
    }

    /** Lets no sync end until {@link #releaseSyncs} or {@link #letOneSyncEnd}. */
    void holdSyncs() {
        disk.drainPermits();
    }

    void releaseSyncs() {
        disk.release(OPEN);
    }

    void letOneSyncEnd() {
        disk.release();
    }

    /** Whether a sync stands at the held door. */
    boolean isSyncing() {
        return disk.hasQueuedThreads();
    }

    /** Has the next sync fail, when it is let through. */
    void failSync(RuntimeException failure) {
        syncs.add(failure);
    }

    /** Has every group fail that appends an event like this. */
    void failOn(Predicate<Event> event, RuntimeException failure) {
        poisoned = failure;
        poison = event;
    }

    /** Has {@code happening} come between the next read and its answer. */
    public void afterNextRead(Runnable happening) {
        afterRead.set(happening);
    }

    /** How many groups were committed, those that wrote nothing included. */
    int writes() {
        return writes.get();
    }

    /** How many events each group had that was committed. */
    List<Integer> groups() {
        return groups;
    }

    @Override
    public Group write(Needs needs, Function<Group.Loaded, Group> decide) {
        passage.acquireUninterruptibly();
        passage.release();
        RuntimeException failure = before.poll();
        if (failure != null) {
            throw failure;
        }
        Group group = inner.write(needs, loaded -> {
            Group decided = decide.apply(loaded);
            if (decided.events().stream().anyMatch(poison)) {
                throw poisoned;
            }
            return decided;
        });
        if (group.isAcknowledged()) {
            groups.add(group.events().size());
        }
        writes.incrementAndGet();
        failure = after.poll();
        if (failure != null) {
            throw failure;
        }
        return group;
    }

    @Override
    public void sync() {
        disk.acquireUninterruptibly();
        RuntimeException failure = syncs.poll();
        if (failure != null) {
            throw failure;
        }
        inner.sync();
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
    public Feed makeFeed(FeedId id) {
        return inner.makeFeed(id);
    }

    @Override
    public List<Change> read(Feed feed, long revision, long head, int limit, long bytesMax) {
        List<Change> changes = inner.read(feed, revision, head, limit, bytesMax);
        afterRead.getAndSet(() -> {}).run();
        return changes;
    }

    @Override
    public Map<Feed, Long> timesOf(Map<Feed, Long> revisions) {
        return inner.timesOf(revisions);
    }

    @Override
    public Optional<Event> event(long seq) {
        return inner.event(seq);
    }

    @Override
    public Optional<Event> order(long key) {
        return inner.order(key);
    }

    @Override
    public List<StoredOrder> orders(Collection<Long> keys) {
        return inner.orders(keys);
    }

    @Override
    public List<StoredOrder> ordersOf(int feedNo, long afterKey, int limit) {
        return inner.ordersOf(feedNo, afterKey, limit);
    }

    @Override
    public List<StoredOrder> ordersAfter(long afterKey, int limit) {
        return inner.ordersAfter(afterKey, limit);
    }

    @Override
    public GroupStore deviceGroups() {
        return inner.deviceGroups();
    }

    @Override
    public Map<Integer, Long> expire(long beforeMillis, int afterFeedNo, int feedsMax) {
        return inner.expire(beforeMillis, afterFeedNo, feedsMax);
    }

    @Override
    public long expireEvents(long beforeMillis, long answersBeforeMillis) {
        return inner.expireEvents(beforeMillis, answersBeforeMillis);
    }

    @Override
    public void close() {
        inner.close();
    }
}
