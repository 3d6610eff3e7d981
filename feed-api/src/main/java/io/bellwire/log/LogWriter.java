package io.bellwire.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer. Takes whatever waits as one group, with no delay of its own when there is only one write, has it
 * committed and synced, shows it to readers, tells listeners, and answers the callers on threads that may do I/O. While a
 * group is synced the next one is written if somebody waits, as far as the store allows, but not the one after it.
 */
final class LogWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogWriter.class);
    private static final long FLUSH_MILLIS = 1_000;
    private static final int ANSWERS_PER_TASK = 32;
    /** One bad write must not fail its group, but a store that is down must not be tried a thousand times. */
    private static final int FAILURES_IN_A_ROW_MAX = 3;

    private static final int GROUP_BYTES_MAX = 8 << 20;
    /** Each may be a page of the database of its own, which is in memory until the commit. */
    private static final int GROUP_FEEDS_MAX = 10_000;

    /** What an entry costs in memory beside its event. */
    private static final int ENTRY_BYTES = 64;

    private static final Write<Boolean> NOTHING = new Write<>() {
        @Override
        public Set<Feed> feeds() {
            return Set.of();
        }

        @Override
        public int bytes() {
            return 0;
        }

        @Override
        public Boolean decide(Group group) {
            return true;
        }
    };

    private final LogStore store;
    private final LogLimits limits;
    private final Clock clock;
    private final MeterRegistry meters;
    private final List<FeedListener> listeners;
    private final Set<Feed> receivedDirty;
    private final BlockingQueue<Pending<?>> queue;
    private final AtomicLong queuedBytes = new AtomicLong();
    private final ExecutorService answering = Executors.newFixedThreadPool(2, task -> {
        Thread thread = new Thread(task, "log-answers");
        thread.setDaemon(true);
        return thread;
    });
    /** Never interrupted: H2 would lose its file. */
    private final ExecutorService syncing = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "log-sync");
        thread.setDaemon(true);
        return thread;
    });

    private final Thread thread = new Thread(this::run, "log-writer");
    private final Counter refused;
    private final DistributionSummary groupSizes;
    private final Timer groupTimes;
    private final AtomicLong recentBytes = new AtomicLong();

    // the writer thread's own
    private long lastMillis;
    private long lastFlushMillis;
    /** The end of the last group that was left to the other thread: what went wrong, or null. */
    private CompletableFuture<@Nullable UncheckedIOException> ending = CompletableFuture.completedFuture(null);

    // of whoever ends a group; one ends after the other
    private final ArrayDeque<Group.Entry> recent = new ArrayDeque<>();
    /** A sync failed, and none succeeded since: what a write finds in the log may not be durable either. */
    private boolean inDoubt;

    private volatile boolean closing;
    private volatile @Nullable String problem;

    /** A write that waits, and who waits for it. */
    private static final class Pending<T> {
        final Write<T> write;
        final CompletableFuture<T> result = new CompletableFuture<>();
        private @Nullable T decided;

        Pending(Write<T> write) {
            this.write = write;
        }

        void decide(Group group) {
            decided = write.decide(group);
        }

        @SuppressWarnings("NullAway") // decide() has run: the group is durable
        void answer() {
            result.complete(decided);
        }
    }

    /** A group that is committed, and who is to be told once it is durable. */
    private record Written(Group group, Instant now, List<Pending<?>> writes, Timer.Sample sample) {}

    LogWriter(
            LogStore store,
            LogLimits limits,
            Clock clock,
            MeterRegistry meters,
            List<FeedListener> listeners,
            Set<Feed> receivedDirty) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
        this.meters = meters;
        this.listeners = listeners;
        this.receivedDirty = receivedDirty;
        this.queue = new ArrayBlockingQueue<>(limits.queuedWritesMax());
        this.refused = Counter.builder("bellwire.log.writes.refused")
                .description("Writes refused because the queue was full")
                .register(meters);
        this.groupSizes = DistributionSummary.builder("bellwire.log.group.writes")
                .description("Writes made durable together")
                .register(meters);
        this.groupTimes = Timer.builder("bellwire.log.group")
                .description("Time to make one group durable")
                .register(meters);
        Gauge.builder("bellwire.log.queued.writes", queue, BlockingQueue::size)
                .description("Writes that wait for the writer")
                .register(meters);
        Gauge.builder("bellwire.log.recent", recentBytes, AtomicLong::get)
                .description("Memory taken by recent changes")
                .baseUnit("bytes")
                .register(meters);
        thread.start();
    }

    <T> CompletableFuture<T> submit(Write<T> write) {
        Pending<T> pending = new Pending<>(write);
        int bytes = write.bytes();
        if (closing) {
            pending.result.completeExceptionally(new IllegalStateException("the log is closing"));
        } else if (queuedBytes.addAndGet(bytes) > limits.queuedBytesMax() || !queue.offer(pending)) {
            queuedBytes.addAndGet(-bytes);
            refused.increment();
            pending.result.completeExceptionally(new OverloadedException("too many writes are waiting"));
        } else if (!thread.isAlive()) {
            refuseWhatWaits(); // the writer ended between the look at closing and now
        }
        return pending.result;
    }

    private void refuseWhatWaits() {
        for (Pending<?> pending = queue.poll(); pending != null; pending = queue.poll()) {
            pending.result.completeExceptionally(new IllegalStateException("the log is closing"));
        }
    }

    Optional<String> problem() {
        return thread.isAlive() ? Optional.ofNullable(problem) : Optional.of("the log's writer has ended");
    }

    private void run() {
        List<Pending<?>> group = new ArrayList<>();
        while (!(closing && queue.isEmpty())) {
            try {
                take(group);
                if (!group.isEmpty() || isFlushDue()) {
                    write(group);
                }
            } catch (InterruptedException e) {
                closing = true; // drain what waits, then end
            } catch (Throwable e) { // the loop outlives whatever one group did, and nobody is left waiting
                failUnexpectedly(group, e);
            }
            group.clear();
        }
        write(List.of());
    }

    private static void failUnexpectedly(List<Pending<?>> group, Throwable e) {
        OutOfMemory.tell(e);
        log.error("a group of {} writes failed unexpectedly", group.size(), e);
        group.forEach(pending -> pending.result.completeExceptionally(e));
    }

    private void take(List<Pending<?>> group) throws InterruptedException {
        Pending<?> first = queue.poll(closing ? 0 : FLUSH_MILLIS, TimeUnit.MILLISECONDS);
        long bytes = 0;
        int feeds = 0;
        for (Pending<?> next = first; next != null; next = queue.poll()) {
            group.add(next);
            bytes += next.write.bytes();
            feeds += next.write.feeds().size();
            if (group.size() == limits.groupWritesMax() || bytes > GROUP_BYTES_MAX || feeds > GROUP_FEEDS_MAX) {
                break;
            }
        }
        queuedBytes.addAndGet(-bytes);
    }

    private boolean isFlushDue() {
        return problem != null || (!receivedDirty.isEmpty() && clock.millis() - lastFlushMillis >= FLUSH_MILLIS);
    }

    private void write(List<Pending<?>> group) {
        if (ending.isDone()) {
            ending = CompletableFuture.completedFuture(null); // if it failed, the store knew before this group began
        }
        try {
            Written written = commit(group);
            UncheckedIOException before = ending.join();
            if (before != null) {
                // it rests on the group before, which is in doubt, whatever a sync said now
                receivedDirty.addAll(written.group.received().keySet());
                fail(group, before);
            } else if (closing || queue.isEmpty()) {
                end(written);
            } else {
                ending = CompletableFuture.supplyAsync(() -> endElsewhere(written), syncing);
            }
        } catch (UncheckedIOException e) {
            var unused = ending.join(); // the group before is told first
            if (e instanceof CommitInDoubtException || group.size() < 2) {
                fail(group, e);
            } else {
                writeOneByOne(group);
            }
        }
    }

    private void writeOneByOne(List<Pending<?>> group) {
        int failuresInARow = 0;
        for (int i = 0; i < group.size(); i++) {
            List<Pending<?>> one = List.of(group.get(i));
            try {
                end(commit(one));
                failuresInARow = 0;
            } catch (UncheckedIOException e) {
                fail(one, e);
                if (e instanceof CommitInDoubtException || ++failuresInARow == FAILURES_IN_A_ROW_MAX) {
                    fail(group.subList(i + 1, group.size()), e);
                    return;
                }
            }
        }
    }

    private void fail(List<Pending<?>> group, UncheckedIOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (!message.equals(problem)) {
            log.error("{} writes failed: {}", group.size(), message, failure);
        }
        problem = message;
        List<Pending<?>> failed = List.copyOf(group);
        answering.execute(() -> failed.forEach(pending -> pending.result.completeExceptionally(failure)));
    }

    private Written commit(List<Pending<?>> group) {
        Timer.Sample sample = Timer.start(meters);
        Set<Feed> feeds = new LinkedHashSet<>();
        Set<UUID> orders = new HashSet<>();
        Set<IdempotencyKey> keys = new HashSet<>();
        for (Pending<?> pending : group) {
            feeds.addAll(pending.write.feeds());
            orders.addAll(pending.write.orders());
            keys.addAll(pending.write.keys());
        }
        Audiences.Needs audiences = Audiences.Needs.NONE;
        for (Pending<?> pending : group) {
            audiences = audiences.and(pending.write.audiences());
        }
        LogStore.Needs needs = new LogStore.Needs(feeds, orders, keys, audiences);
        Map<Feed, Position> received = takeReceived();
        Instant now = now();
        List<Pending<?>> refusedByThemselves = new ArrayList<>();
        try {
            Group written = store.write(needs, loaded -> decide(group, loaded, now, received, refusedByThemselves));
            List<Pending<?>> writes = new ArrayList<>(group);
            writes.removeAll(refusedByThemselves);
            return new Written(written, now, writes, sample);
        } catch (RuntimeException e) {
            receivedDirty.addAll(received.keySet());
            throw e;
        }
    }

    /** Makes the group durable and tells of it. */
    private void end(Written written) {
        if (inDoubt || written.group.isAcknowledged()) {
            inDoubt = true;
            try {
                store.sync();
                inDoubt = false;
            } catch (RuntimeException e) {
                receivedDirty.addAll(written.group.received().keySet());
                throw e;
            }
        }
        problem = null; // before anybody is answered, who may look at it
        publish(written.group, written.now);
        written.sample.stop(groupTimes);
        if (!written.writes.isEmpty()) {
            groupSizes.record(written.writes.size());
            answer(written.writes);
        }
    }

    private @Nullable UncheckedIOException endElsewhere(Written written) {
        try {
            end(written);
        } catch (UncheckedIOException e) {
            fail(written.writes, e);
            return e;
        } catch (Throwable e) { // as in the loop
            failUnexpectedly(written.writes, e);
        }
        return null;
    }

    private Map<Feed, Position> takeReceived() {
        Map<Feed, Position> received = new LinkedHashMap<>();
        long millis = clock.millis();
        if (!receivedDirty.isEmpty() && (closing || millis - lastFlushMillis >= FLUSH_MILLIS)) {
            lastFlushMillis = millis;
            for (Feed feed : List.copyOf(receivedDirty)) {
                // removed first: a position that moves meanwhile makes the feed dirty again
                receivedDirty.remove(feed);
                received.put(feed, feed.receivedPosition());
            }
        }
        return received;
    }

    /** Wall-clock time that never goes back, so that order of commit and order of time agree. */
    private Instant now() {
        lastMillis = Math.max(lastMillis, clock.millis());
        return Instant.ofEpochMilli(lastMillis);
    }

    /** A write that throws is taken out, and the others decide again: it may have left something behind in the group. */
    private static Group decide(
            List<Pending<?>> pendings,
            Group.Loaded loaded,
            Instant now,
            Map<Feed, Position> received,
            List<Pending<?>> out) {
        while (true) {
            Group group = new Group(loaded, now);
            received.forEach(group::received);
            Pending<?> bad = null;
            for (Pending<?> pending : pendings) {
                if (out.contains(pending)) {
                    continue;
                }
                try {
                    pending.decide(group);
                } catch (RuntimeException e) { // this one is told; the others go on
                    log.warn("a write failed: {}", e.toString());
                    pending.result.completeExceptionally(e);
                    bad = pending;
                    break;
                }
            }
            if (bad == null) {
                return group;
            }
            out.add(bad);
        }
    }

    private void publish(Group group, Instant now) {
        Map<Feed, Integer> added = new LinkedHashMap<>();
        // an event that reaches its feeds in several groups of writes is in memory once, and is counted once
        Group.Entry newest = recent.peekLast();
        long lastSeq = newest == null ? 0 : newest.event().seq();
        for (Group.Entry entry : group.entries()) {
            entry.feed().publish(entry.change());
            added.merge(entry.feed(), 1, Integer::sum);
            recent.add(entry);
            recentBytes.addAndGet(
                    entry.event().seq() == lastSeq
                            ? ENTRY_BYTES
                            : ENTRY_BYTES + entry.event().tail().length);
            lastSeq = entry.event().seq();
        }
        evict();
        List<FeedListener.Advance> advances = new ArrayList<>(added.size());
        added.forEach((feed, count) -> advances.add(new FeedListener.Advance(feed.id(), feed.head(), count, now)));
        group.processed().forEach(Feed::markProcessed);
        for (FeedListener listener : listeners) {
            tell(listener, advances, group.processed());
        }
    }

    private void tell(FeedListener listener, List<FeedListener.Advance> advances, Map<Feed, Position> processed) {
        try {
            if (!advances.isEmpty()) {
                listener.committed(advances);
            }
            processed.forEach((feed, position) -> listener.processed(feed.id(), position.revision()));
        } catch (RuntimeException e) { // one bad listener must not stop the log
            log.error("a listener failed", e);
        }
    }

    private void evict() {
        while (recentBytes.get() > limits.recentBytesMax() && !recent.isEmpty()) {
            Group.Entry oldest = recent.remove();
            oldest.feed().evict(oldest.event());
            Group.Entry next = recent.peek();
            boolean isLastOfEvent =
                    next == null || next.event().seq() != oldest.event().seq();
            recentBytes.addAndGet(-(isLastOfEvent ? ENTRY_BYTES + oldest.event().tail().length : ENTRY_BYTES));
        }
    }

    private void answer(List<Pending<?>> answered) {
        for (int from = 0; from < answered.size(); from += ANSWERS_PER_TASK) {
            List<Pending<?>> some = answered.subList(from, Math.min(answered.size(), from + ANSWERS_PER_TASK));
            answering.execute(() -> some.forEach(Pending::answer));
        }
    }

    @Override
    public void close() {
        closing = true;
        // wakes the writer; if there is no room it is awake
        boolean unused = queue.offer(new Pending<>(NOTHING));
        try {
            thread.join();
            refuseWhatWaits();
            syncing.shutdown();
            answering.shutdown();
            if (!answering.awaitTermination(30, TimeUnit.SECONDS)) {
                answering.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
