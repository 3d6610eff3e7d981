package io.bellwire.feed;

import io.bellwire.feed.FeedRead.Page;
import io.bellwire.feed.FeedRead.Reason;
import io.bellwire.feed.FeedRead.Reset;
import io.bellwire.log.Change;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
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
 * Reads feeds from a cursor: from memory where the changes are there, from SQL where they are not, and if there is
 * nothing yet it may wait without holding a thread. Thread-safe; nothing here blocks the caller.
 */
public final class FeedReader implements FeedListener {
    /** A page ends once it holds this much. */
    public static final long PAGE_BYTES_MAX = 1 << 20;

    private final EventLog log;
    private final ScheduledExecutorService timer;
    private final Executor answering;
    private final int waitersMax;
    private final @Nullable MeasuredCapacity capacity;
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
            @Nullable MeasuredCapacity capacity) {
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
        if (cursor.isPresent() && !cursor.get().epoch().equals(log.epoch())) {
            return CompletableFuture.completedFuture(reset(feed, Reason.EPOCH_CHANGED));
        }
        long revision = cursor.map(Cursor::revision).orElse(0L);
        long head = feed.head();
        if (revision > head) {
            return CompletableFuture.completedFuture(reset(feed, Reason.AHEAD_OF_LOG));
        }
        if (revision == head) {
            return wait.isZero()
                    ? CompletableFuture.completedFuture(page(revision, List.of(), head, head, limit))
                    : readLater(feed, revision, limit, wait);
        }
        return readNow(feed, revision, limit);
    }

    private CompletionStage<FeedRead> readNow(Feed feed, long revision, int limit) {
        long head = feed.head();
        if (revision + 1 < feed.first()) {
            return CompletableFuture.completedFuture(reset(feed, Reason.BEFORE_RETENTION));
        }
        List<Change> recent = feed.recent(revision, limit, PAGE_BYTES_MAX);
        if (recent != null) {
            return CompletableFuture.completedFuture(page(revision, recent, head, feed.head(), limit));
        }
        return log.onReader(() -> {
            MeasuredCapacity.@Nullable Reading reading = capacity == null ? null : capacity.beginReading();
            List<Change> changes = log.store().read(feed, revision, head, limit, PAGE_BYTES_MAX);
            if (reading != null) {
                reading.done();
            }
            // nothing where something must be: retention took it between the look and the read
            return changes.isEmpty()
                    ? reset(feed, Reason.BEFORE_RETENTION)
                    : page(revision, changes, head, feed.head(), limit);
        });
    }

    /**
     * @param sought the head up to which {@code changes} were looked for: a page that ends there has not met a limit, and
     *     what was committed meanwhile would be in the next answer to the same request
     */
    private FeedRead page(long revision, List<Change> changes, long sought, long head, int limit) {
        long next =
                changes.isEmpty() ? revision : changes.get(changes.size() - 1).revision();
        // a page may have been read from a head that has moved on since; what it says must fit its own changes
        long newest = Math.max(head, next);
        boolean isFull = changes.size() == limit || (!changes.isEmpty() && next < sought);
        return new Page(changes, new Cursor(log.epoch(), next), new Cursor(log.epoch(), newest), isFull);
    }

    private Reset reset(Feed feed, Reason reason) {
        return new Reset(reason, new Cursor(log.epoch(), feed.first() - 1));
    }

    private CompletionStage<FeedRead> readLater(Feed feed, long revision, int limit, Duration wait) {
        if (closed || waiting.incrementAndGet() > waitersMax) {
            if (!closed) {
                waiting.decrementAndGet();
            }
            return CompletableFuture.completedFuture(page(revision, List.of(), revision, feed.head(), limit));
        }
        Waiter waiter = new Waiter();
        waiters.compute(feed.id(), (id, there) -> {
            List<Waiter> list = there == null ? new CopyOnWriteArrayList<>() : there;
            list.add(waiter);
            return list;
        });
        waiter.timeout = timer.schedule(() -> waiter.complete(false), wait.toMillis(), TimeUnit.MILLISECONDS);
        if (feed.head() > revision || closed) {
            waiter.complete(true); // it came while we were queueing
        }
        return waiter.thenComposeAsync(
                changed -> {
                    forget(feed.id(), waiter);
                    long head = feed.head();
                    return head > revision
                            ? readNow(feed, revision, limit)
                            : CompletableFuture.completedFuture(page(revision, List.of(), head, head, limit));
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
