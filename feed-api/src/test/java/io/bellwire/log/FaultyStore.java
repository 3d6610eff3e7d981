package io.bellwire.log;

import io.bellwire.order.OrderId;
import io.bellwire.order.OrderStore;
import io.bellwire.order.StoredOrder;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.segment.SegmentStore;
import io.bellwire.store.ForwardingStore;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A store in memory that a test can block and make fail. Thread-safe. */
public final class FaultyStore extends ForwardingStore {
    private static final int OPEN = 1_000_000;

    private final Semaphore passage = new Semaphore(OPEN);
    private final Queue<RuntimeException> before = new ConcurrentLinkedQueue<>();
    private final Queue<RuntimeException> after = new ConcurrentLinkedQueue<>();
    private final List<Integer> groups = new CopyOnWriteArrayList<>();
    private final AtomicReference<Runnable> afterRead = new AtomicReference<>(() -> {});
    private volatile Predicate<WriteBatch> poison = batch -> false;
    private volatile RuntimeException poisoned = new IllegalStateException("no poison");

    public FaultyStore() {
        super(SegmentStore.inMemory(new Random(7)));
    }

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
        poison = batch -> !batch.records().of(LastSeenStore.LAST_SEEN).isEmpty()
                || !batch.records().of(LastSeenStore.CHECKPOINT).isEmpty();
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
    public WriteBatch commit(BatchNeeds needs, Function<BatchInput, WriteBatch> decide) {
        passage.acquireUninterruptibly();
        passage.release();
        RuntimeException failure = before.poll();
        if (failure != null) {
            throw failure;
        }
        WriteBatch batch = super.commit(needs, loaded -> {
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
    public List<Change> read(Feed feed, Revision revision, Revision head, int limit, long bytesMax) {
        List<Change> changes = super.read(feed, revision, head, limit, bytesMax);
        afterRead.getAndSet(() -> {}).run();
        return changes;
    }

    @Override
    public OrderStore orders() {
        return new OrdersReadSlowly(super.orders());
    }

    private final class OrdersReadSlowly implements OrderStore {
        private final OrderStore inner;

        OrdersReadSlowly(OrderStore inner) {
            this.inner = inner;
        }

        @Override
        public Optional<Event> find(OrderId id) {
            return inner.find(id);
        }

        @Override
        public List<StoredOrder> find(Collection<OrderId> ids) {
            return inner.find(ids);
        }

        @Override
        public List<StoredOrder> ofDevice(Feed device, @Nullable OrderId after, int limit) {
            return inner.ofDevice(device, after, limit);
        }

        @Override
        public List<StoredOrder> after(@Nullable OrderId after, int limit) {
            List<StoredOrder> orders = inner.after(after, limit);
            afterRead.getAndSet(() -> {}).run();
            return orders;
        }

        @Override
        public void deleteLocksBefore(long steadyMillis) {
            inner.deleteLocksBefore(steadyMillis);
        }
    }
}
