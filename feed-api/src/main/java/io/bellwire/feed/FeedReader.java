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
 * Reads feeds from a cursor: from memory where the changes are there, from the store where they are not, and if there is
 * nothing yet it may wait without holding a thread. Thread-safe; nothing here blocks the caller.
 */
public final class FeedReader implements FeedListener {
    /** A page ends once it holds this much. */
    public static final long PAGE_BYTES_MAX = 1 << 20;

    private final EventLog log;
    private final ScheduledExecutorService timer;
    private final Executor answering;
    private final int waitersMax;
    private final @Nullable ServiceRateEstimate capacity;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<FeedId, List<Waiter>> waiters = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** A reader that waits for the feed's next change or for its time to run out, whichever is first. */
    private static final class Waiter extends CompletableFuture<Boolean> {
        private @Nullable ScheduledFuture<?> timeout;
    }

    /**
     * @param timer ends waits
     * @param answering where waits that have ended go on
     * @param waitersMax readers that may wait at once; more are answered at once with an empty page
     */
    public FeedReader(EventLog log, ScheduledExecutorService timer, Executor answering, int waitersMax) {
        this(log, timer, answering, waitersMax, null);
    }

    /**
     * @param capacity is told what reading costs
     */
    public FeedReader(
            EventLog log,
            ScheduledExecutorService timer,
            Executor answering,
            int waitersMax,
            @Nullable ServiceRateEstimate capacity) {
        this.log = log;
        this.capacity = capacity;
        this.timer = timer;
        this.answering = answering;
        this.waitersMax = waitersMax;
        log.listen(this);
    }

    /**
     * Up to {@code limit} changes after {@code cursor}, from the beginning if there is none; if the feed has nothing
     * new, waits up to {@code wait} for it. Fails with {@link io.bellwire.log.OverloadedException} or
     * {@link java.io.UncheckedIOException} if the log cannot be read now.
     */
    public CompletionStage<FeedRead> read(Feed feed, Optional<Cursor> cursor, int limit, Duration wait) {
        if (cursor.isPresent() && !cursor.get().epoch().equals(feed.epoch())) {
            return CompletableFuture.completedFuture(reset(feed, Reason.EPOCH_CHANGED));
        }
        Position from = cursor.map(Cursor::position).orElse(Position.START);
        Position head = feed.headPosition();
        if (from.revision() > head.revision()) {
            return CompletableFuture.completedFuture(reset(feed, Reason.AHEAD_OF_LOG));
        }
        if (from.revision() < head.revision()) {
            return readNow(feed, from, limit);
        }
        if (from.chain() != head.chain()) {
            return CompletableFuture.completedFuture(reset(feed, Reason.CURSOR_NOT_IN_LOG));
        }
        return wait.isZero()
                ? CompletableFuture.completedFuture(page(feed, from, List.of(), head.revision(), head, limit))
                : readLater(feed, from, limit, wait);
    }

    private CompletionStage<FeedRead> readNow(Feed feed, Position from, int limit) {
        long head = feed.head();
        if (from.revision() < feed.earliest().revision()) {
            return CompletableFuture.completedFuture(reset(feed, Reason.BEFORE_RETENTION));
        }
        List<Change> recent = feed.recent(from.revision(), limit, PAGE_BYTES_MAX);
        if (recent != null) {
            return CompletableFuture.completedFuture(checked(feed, from, recent, head, limit));
        }
        return log.onReader(() -> {
            ServiceRateEstimate.@Nullable Reading reading = capacity == null ? null : capacity.beginReading();
            List<Change> changes = log.store().read(feed, from.revision(), head, limit, PAGE_BYTES_MAX);
            if (reading != null) {
                reading.done();
            }
            // nothing where something must be: retention took it between the look and the read
            return changes.isEmpty() ? reset(feed, Reason.BEFORE_RETENTION) : checked(feed, from, changes, head, limit);
        });
    }

    /** The page of {@code changes}, which are not empty, if they follow from what the cursor stands for. */
    private static FeedRead checked(Feed feed, Position from, List<Change> changes, long sought, int limit) {
        Change first = changes.get(0);
        return Chain.next(from.chain(), first.event().checksum()) == first.chain()
                ? page(feed, from, changes, sought, feed.headPosition(), limit)
                : reset(feed, Reason.CURSOR_NOT_IN_LOG);
    }

    /**
     * @param sought the head up to which {@code changes} were looked for: a page that ends there has not met a limit, and
     *     what was committed meanwhile would be in the next answer to the same request
     */
    private static FeedRead page(
            Feed feed, Position from, List<Change> changes, long sought, Position head, int limit) {
        Position next =
                changes.isEmpty() ? from : changes.get(changes.size() - 1).position();
        boolean isFull = changes.size() == limit || (!changes.isEmpty() && next.revision() < sought);
        // a page may have been read from a head that has moved on since; what it says must fit its own changes
        return new Page(changes, feed.cursor(next), feed.cursor(head.furthest(next)), isFull);
    }

    private static Reset reset(Feed feed, Reason reason) {
        return new Reset(reason, feed.cursor(feed.earliest()));
    }

    private CompletionStage<FeedRead> readLater(Feed feed, Position from, int limit, Duration wait) {
        if (closed || waiting.incrementAndGet() > waitersMax) {
            if (!closed) {
                waiting.decrementAndGet();
            }
            return CompletableFuture.completedFuture(
                    page(feed, from, List.of(), from.revision(), feed.headPosition(), limit));
        }
        Waiter waiter = new Waiter();
        waiters.compute(feed.id(), (id, there) -> {
            List<Waiter> list = there == null ? new CopyOnWriteArrayList<>() : there;
            list.add(waiter);
            return list;
        });
        waiter.timeout = timer.schedule(() -> waiter.complete(false), wait.toMillis(), TimeUnit.MILLISECONDS);
        if (feed.head() > from.revision() || closed) {
            waiter.complete(true); // it came while we were queueing
        }
        return waiter.thenComposeAsync(
                changed -> {
                    forget(feed.id(), waiter);
                    Position head = feed.headPosition();
                    return head.revision() > from.revision()
                            ? readNow(feed, from, limit)
                            : CompletableFuture.completedFuture(
                                    page(feed, from, List.of(), head.revision(), head, limit));
                },
                answering);
    }

    private void forget(FeedId feed, Waiter waiter) {
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

    /** How many readers wait. */
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

    @Override
    public void received(FeedId feed, long revision) {
        // of no interest to those who wait
    }

    @Override
    public void processed(FeedId feed, long revision) {
        // of no interest to those who wait
    }

    /** Answers all who wait, and lets nobody wait from now on. */
    public void stopWaiting() {
        closed = true;
        waiters.values().forEach(list -> list.forEach(waiter -> waiter.complete(false)));
    }
}
