package io.bellwire.group;

import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.FanOut;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.GroupStore;
import io.bellwire.log.OutOfMemory;
import io.bellwire.log.OverloadedException;
import io.bellwire.log.Stopwatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events to the members of large groups in the background, on a thread of its own: a batch at a time through the same
 * writer as everybody else's, each in one transaction with how far the event has come, so that a process that is killed
 * goes on where it was and repeats nothing. Thread-safe.
 */
public final class FanOuts implements FeedListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FanOuts.class);
    private static final long IDLE_MILLIS = 1_000;
    private static final int DELAY_DOUBLINGS_MAX = 6;
    private static final int LOADED_AT_ONCE = 1_000;

    private final EventLog events;
    private final GroupStore groups;
    private final GroupLimits limits;
    private final Clock clock;
    private final Stopwatch elapsed;
    private final Thread thread = new Thread(this::run, "fan-out");
    private final Semaphore news = new Semaphore(1);
    private final Counter entries;
    private final Counter failures;
    private final Counter expired;

    // the thread's own
    private final FanOutQueue queue = new FanOutQueue();
    private final Map<Long, Integer> failuresOf = new HashMap<>();
    private final Map<Long, Integer> remainingOf = new HashMap<>();
    private long seenSeq;

    private volatile int waiting;
    private final AtomicLong remaining = new AtomicLong();
    private volatile long oldestMillis;
    private volatile CompletableFuture<Void> inHand = CompletableFuture.completedFuture(null);
    private volatile boolean closed;

    public FanOuts(EventLog events, GroupLimits limits, Clock clock, MeterRegistry meters) {
        this.events = events;
        this.groups = events.store().deviceGroups();
        this.limits = limits;
        this.clock = clock;
        this.elapsed = new Stopwatch(meters.config().clock()::monotonicTime);
        this.entries = Counter.builder("bellwire.fanout.entries")
                .description("Changes that the fan-out has written to members' feeds")
                .register(meters);
        this.failures = Counter.builder("bellwire.fanout.failures")
                .description("Batches of the fan-out that failed and were tried again")
                .register(meters);
        this.expired = Counter.builder("bellwire.fanout.expired")
                .description("Events that retention took before they had reached all members")
                .register(meters);
        Gauge.builder("bellwire.fanout.events", () -> waiting)
                .description("Events on their way to members of groups")
                .register(meters);
        Gauge.builder("bellwire.fanout.remaining", remaining::get)
                .description("Changes that the fan-out has still to write to members' feeds, about")
                .register(meters);
        Gauge.builder("bellwire.fanout.lag", this::lagSeconds)
                .description("Age of the oldest event on its way")
                .baseUnit("seconds")
                .register(meters);
        events.listen(this);
        thread.setDaemon(true);
    }

    /** Begins, with what an earlier process has left. */
    public void start() {
        thread.start();
    }

    private double lagSeconds() {
        long oldest = oldestMillis;
        return oldest == 0 ? 0 : Math.max(0, clock.millis() - oldest) / 1_000.0;
    }

    /** Throws {@link OverloadedException} if so many events are on their way that there must not be more. */
    void requireRoom() {
        if (waiting >= limits.queuedMax()) {
            throw new OverloadedException("too many events are on their way to members of groups");
        }
    }

    /** Completes once the batch that is being written now, if there is one, is written: the next one reads anew for whom it is. */
    public CompletionStage<Void> settled() {
        return inHand;
    }

    private void run() {
        while (!closed) {
            try {
                takeNew();
                Optional<FanOut> next = queue.next(elapsed.millis());
                if (next.isEmpty()) {
                    boolean unused = news.tryAcquire(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                } else {
                    serve(next.get());
                }
            } catch (InterruptedException e) {
                return;
            } catch (Throwable e) { // the loop outlives whatever one event did
                OutOfMemory.tell(e);
                failures.increment();
                log.error("the fan-out failed and goes on", e);
                pause();
            }
        }
    }

    private void pause() {
        try {
            boolean unused = news.tryAcquire(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** Looks at the store and not at who has written: what a write left whose answer was lost is found too. */
    private void takeNew() {
        int room = Math.min(LOADED_AT_ONCE, limits.queuedMax() - queue.size());
        if (room > 0) {
            for (FanOut fanOut : groups.fanOuts(seenSeq, room)) {
                queue.put(fanOut);
                int size = 0;
                for (int target = fanOut.target(); target < fanOut.places().size(); target++) {
                    int afterNo = target == fanOut.target() ? fanOut.lastNo() : 0;
                    size += groups.audienceSize(fanOut.places().get(target), afterNo);
                }
                remainingOf.put(fanOut.seq(), size);
                remaining.addAndGet(size);
                seenSeq = fanOut.seq();
            }
        }
        show();
    }

    private void show() {
        waiting = queue.size();
        oldestMillis = queue.oldest().map(FanOut::atMillis).orElse(0L);
    }

    private void serve(FanOut fanOut) throws InterruptedException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        inHand = done;
        try {
            step(fanOut);
            failuresOf.remove(fanOut.seq());
        } catch (ExecutionException | RuntimeException e) { // the others go on; this one, and its group, wait a little
            failures.increment();
            int times = failuresOf.merge(fanOut.seq(), 1, Integer::sum);
            long delayMillis = IDLE_MILLIS << Math.min(times - 1, DELAY_DOUBLINGS_MAX);
            queue.delay(fanOut.seq(), elapsed.millis() + delayMillis);
            log.warn("event {} does not get on to the members of its groups: {}", fanOut.seq(), e.toString());
            reload(fanOut.seq());
        } finally {
            done.complete(null);
            show();
        }
    }

    private void step(FanOut fanOut) throws InterruptedException, ExecutionException {
        Optional<Event> event = events.store().event(fanOut.seq());
        if (event.isEmpty()) {
            expired.increment();
            log.warn("event {} is not kept any more and did not reach all members of its groups", fanOut.seq());
            write(fanOut, Optional.empty(), event, List.of());
            return;
        }
        NavigableMap<Integer, FeedId> some = groups.audience(fanOut.place(), fanOut.lastNo(), limits.batchMax());
        Set<Integer> served = new HashSet<>(fanOut.direct());
        for (int earlier = 0; earlier < fanOut.target(); earlier++) {
            served.addAll(groups.reached(fanOut.places().get(earlier), some.keySet()));
        }
        List<FeedId> members = some.entrySet().stream()
                .filter(member -> !served.contains(member.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        Optional<FanOut> next;
        if (some.size() == limits.batchMax()) {
            next = Optional.of(fanOut.servedUpTo(some.lastKey()));
        } else {
            next = fanOut.isAtLastTarget() ? Optional.empty() : Optional.of(fanOut.atNextTarget());
        }
        if (write(fanOut, next, event, events.feeds(members))) {
            entries.increment(members.size());
            int left = remainingOf.getOrDefault(fanOut.seq(), 0);
            int less = Math.min(left, some.size());
            remaining.addAndGet(next.isEmpty() ? -left : -less);
            if (next.isEmpty()) {
                remainingOf.remove(fanOut.seq());
            } else {
                remainingOf.put(fanOut.seq(), left - less);
            }
        }
    }

    private boolean write(FanOut fanOut, Optional<FanOut> next, Optional<Event> event, List<Feed> members)
            throws InterruptedException, ExecutionException {
        boolean isMoved =
                events.submit(new FanOutBatch(fanOut, next, event, members)).get();
        if (!isMoved) {
            reload(fanOut.seq()); // a batch whose answer was lost has come further
        } else if (next.isPresent()) {
            queue.put(next.get());
        } else {
            queue.remove(fanOut.seq());
        }
        return isMoved;
    }

    private void reload(long seq) {
        try {
            groups.fanOut(seq).ifPresentOrElse(queue::put, () -> forget(seq));
        } catch (RuntimeException e) { // what is in memory is refused by the next write if it is too old
            log.warn("how far event {} has come cannot be read now: {}", seq, e.toString());
        }
    }

    private void forget(long seq) {
        queue.remove(seq);
        failuresOf.remove(seq);
        Integer left = remainingOf.remove(seq);
        remaining.addAndGet(left == null ? 0 : -left);
    }

    @Override
    public void committed(List<Advance> advances) {
        for (Advance advance : advances) {
            if (advance.feed().isGroup()) {
                wake();
                return;
            }
        }
    }

    private void wake() {
        if (news.availablePermits() == 0) {
            news.release();
        }
    }

    @Override
    public void received(FeedId feed, long revision) {
        // of no interest here
    }

    @Override
    public void processed(FeedId feed, long revision) {
        // of no interest here
    }

    /** Ends after the batch in hand; what is left goes on after the next start. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            if (thread.isAlive()) {
                thread.join(TimeUnit.SECONDS.toMillis(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
