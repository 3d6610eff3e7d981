package io.bellwire.feed;

import io.bellwire.feed.FeedRead.Page;
import io.bellwire.feed.FeedRead.Reason;
import io.bellwire.feed.FeedRead.Reset;
import io.bellwire.log.Chain;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads pages of a feed from a cursor, out of memory if the changes are there, else out of the store. If there is
 * nothing new, a read may wait for it without a thread. Thread-safe; never blocks the caller.
 */
public final class FeedReader implements FeedListener {
    /** The size at which a page ends. */
    public static final long PAGE_BYTES_MAX = 1 << 20;

    private final EventLog log;
    private final ScheduledExecutorService timer;
    private final Executor afterWait;
    private final int waitersMax;
    private final @Nullable ServiceRateEstimate serviceRate;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<FeedId, List<Waiter>> waiters = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** A read that waits; completes with true at the feed's next change, or with false when its time is over. */
    private static final class Waiter extends CompletableFuture<Boolean> {
        private @Nullable ScheduledFuture<?> timeout;
    }

    /**
     * A reader that does not measure what reads cost.
     *
     * @param timer ends waits
     * @param afterWait runs reads that go on after a wait
     * @param waitersMax how many reads may wait at once; further ones get an empty page at once
     */
    public FeedReader(EventLog log, ScheduledExecutorService timer, Executor afterWait, int waitersMax) {
        this(log, timer, afterWait, waitersMax, null);
    }

    /** @param serviceRate gets the cost of each read of the store; null to measure nothing */
    public FeedReader(
            EventLog log,
            ScheduledExecutorService timer,
            Executor afterWait,
            int waitersMax,
            @Nullable ServiceRateEstimate serviceRate) {
        this.log = log;
        this.serviceRate = serviceRate;
        this.timer = timer;
        this.afterWait = afterWait;
        this.waitersMax = waitersMax;
        log.listen(this);
    }

    /** Is told when a read begins to wait. */
    public interface WaitListener {
        /**
         * The read waits.
         *
         * @param end ends the wait: the read then goes on as if its time were over
         */
        void waiting(Runnable end);
    }

    /** Reads as the other method; nobody is told that the read waits. */
    public CompletionStage<FeedRead> read(Feed feed, Optional<Cursor> cursor, int limit, Duration wait) {
        return read(feed, cursor, limit, wait, end -> {});
    }

    /**
     * Reads up to {@code limit} changes after {@code cursor}, from the beginning if there is no cursor. If the feed has
     * nothing new, the read waits up to {@code wait} for it. Fails with {@link io.bellwire.log.OverloadedException} or
     * {@link java.io.UncheckedIOException} if the log cannot be read now.
     *
     * @param listener is told if the read waits
     */
    public CompletionStage<FeedRead> read(
            Feed feed, Optional<Cursor> cursor, int limit, Duration wait, WaitListener listener) {
        if (cursor.isPresent() && !cursor.get().epoch().equals(feed.epoch())) {
            return CompletableFuture.completedFuture(reset(feed, Reason.EPOCH_CHANGED));
        }
        Position from = cursor.map(Cursor::position).orElse(Position.START);
        Position head = feed.headPosition();
        if (from.revision().isAfter(head.revision())) {
            return CompletableFuture.completedFuture(reset(feed, Reason.AHEAD_OF_LOG));
        }
        if (from.revision().isBefore(head.revision())) {
            return readNow(feed, from, limit);
        }
        if (from.chain() != head.chain()) {
            return CompletableFuture.completedFuture(reset(feed, Reason.CURSOR_NOT_IN_LOG));
        }
        return wait.isZero()
                ? CompletableFuture.completedFuture(page(feed, from, List.of(), head.revision(), head, limit))
                : readAfterWait(feed, from, limit, wait, listener);
    }

    private CompletionStage<FeedRead> readNow(Feed feed, Position from, int limit) {
        Revision head = feed.head();
        if (from.revision().isBefore(feed.earliest().revision())) {
            return CompletableFuture.completedFuture(reset(feed, Reason.BEFORE_RETENTION));
        }
        List<Change> recent = feed.recent(from.revision(), limit, PAGE_BYTES_MAX);
        if (recent != null) {
            return CompletableFuture.completedFuture(pageIfChained(feed, from, recent, head, limit));
        }
        return log.onReader(() -> {
            ServiceRateEstimate.@Nullable StoreRead cost = serviceRate == null ? null : serviceRate.beginStoreRead();
            List<Change> changes = log.store().read(feed, from.revision(), head, limit, PAGE_BYTES_MAX);
            if (cost != null) {
                cost.done();
            }
            // the store no longer has these changes: retention has dropped them meanwhile
            return changes.isEmpty()
                    ? reset(feed, Reason.BEFORE_RETENTION)
                    : pageIfChained(feed, from, changes, head, limit);
        });
    }

    /**
     * The page of {@code changes}, of which there is at least one, if their chain continues that of the cursor; else a
     * reset.
     */
    private static FeedRead pageIfChained(
            Feed feed, Position from, List<Change> changes, Revision headAtRead, int limit) {
        Change first = changes.get(0);
        return Chain.next(from.chain(), first.event().checksum()) == first.chain()
                ? page(feed, from, changes, headAtRead, feed.headPosition(), limit)
                : reset(feed, Reason.CURSOR_NOT_IN_LOG);
    }

    /**
     * @param headAtRead the head up to which {@code changes} were read. A page that ends there is not full: what was
     *     committed meanwhile would be in the next answer to the same request
     */
    private static FeedRead page(
            Feed feed, Position from, List<Change> changes, Revision headAtRead, Position head, int limit) {
        Position next =
                changes.isEmpty() ? from : changes.get(changes.size() - 1).position();
        boolean isFull = changes.size() == limit
                || (!changes.isEmpty() && next.revision().isBefore(headAtRead));
        // the head may have been read before the changes, and must not be before the last of them
        return new Page(changes, feed.cursor(next), feed.cursor(head.furthest(next)), isFull);
    }

    private static Reset reset(Feed feed, Reason reason) {
        return new Reset(reason, feed.cursor(feed.earliest()));
    }

    private CompletionStage<FeedRead> readAfterWait(
            Feed feed, Position from, int limit, Duration wait, WaitListener listener) {
        if (closed || waiting.incrementAndGet() > waitersMax) {
            if (!closed) {
                waiting.decrementAndGet();
            }
            return CompletableFuture.completedFuture(
                    page(feed, from, List.of(), from.revision(), feed.headPosition(), limit));
        }
        Waiter waiter = new Waiter();
        waiters.compute(feed.id(), (id, present) -> {
            List<Waiter> list = present == null ? new CopyOnWriteArrayList<>() : present;
            list.add(waiter);
            return list;
        });
        waiter.timeout = timer.schedule(() -> waiter.complete(false), wait.toMillis(), TimeUnit.MILLISECONDS);
        if (feed.head().isAfter(from.revision()) || closed) {
            waiter.complete(true); // a change was committed before the waiter was registered
        }
        CompletionStage<FeedRead> read = waiter.thenComposeAsync(
                changed -> {
                    remove(waiter, feed.id());
                    Position head = feed.headPosition();
                    return head.revision().isAfter(from.revision())
                            ? readNow(feed, from, limit)
                            : CompletableFuture.completedFuture(
                                    page(feed, from, List.of(), head.revision(), head, limit));
                },
                afterWait);
        listener.waiting(() -> waiter.complete(false));
        return read;
    }

    private void remove(Waiter waiter, FeedId feed) {
        waiting.decrementAndGet();
        ScheduledFuture<?> timeout = waiter.timeout;
        if (timeout != null) {
            timeout.cancel(false);
        }
        waiters.computeIfPresent(feed, (id, list) -> {
            list.remove(waiter);
            return list.isEmpty() ? null : list;
        });
    }

    /** How many reads wait. */
    public int waiting() {
        return waiting.get();
    }

    @Override
    public void committed(List<Advance> advances) {
        if (waiters.isEmpty()) {
            return;
        }
        for (Advance advance : advances) {
            List<Waiter> list = waiters.get(advance.feed());
            if (list != null) {
                list.forEach(waiter -> waiter.complete(true));
            }
        }
    }

    /** Ends all waits, and lets no read wait from now on. */
    public void stopWaiting() {
        closed = true;
        waiters.values().forEach(list -> list.forEach(waiter -> waiter.complete(false)));
    }
}
