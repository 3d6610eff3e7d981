package io.bellwire.group;

import io.bellwire.log.Event;
import io.bellwire.log.EventLog;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.FeedNumber;
import io.bellwire.log.OverloadedException;
import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.RateLimitedLog;
import io.bellwire.runtime.Stopwatch;
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
 * The background fan-out: appends the events of large groups to the feeds of their members, on a thread of its own. It
 * submits batches to the log's writer as every other write does. Each batch saves the fan-out's position in its own
 * transaction, so a process that was killed continues there after its restart and repeats nothing. Thread-safe.
 */
public final class FanOuts implements FeedListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FanOuts.class);
    private static final long IDLE_MILLIS = 1_000;
    private static final int DELAY_DOUBLINGS_MAX = 6;
    private static final int LOADED_AT_ONCE_MAX = 1_000;

    private final EventLog events;
    private final GroupStore groups;
    private final GroupLimits limits;
    private final Clock clock;
    private final Stopwatch elapsed;
    /** The loop fails each second while a database is away. */
    private final RateLimitedLog warnings;

    private final Thread thread = new Thread(this::run, "fan-out");
    private final Semaphore wakeUp = new Semaphore(1);
    private final Counter entriesWritten;
    private final Counter failures;
    private final Counter expired;

    // used by the fan-out's thread only
    private final FanOutQueue queue = new FanOutQueue();
    private final Map<EventNumber, Integer> failuresByEvent = new HashMap<>();
    private final Map<EventNumber, Integer> remainingByEvent = new HashMap<>();
    private EventNumber lastLoadedEvent = EventNumber.NONE;

    private volatile int waiting;
    private final AtomicLong remaining = new AtomicLong();
    private volatile long oldestMillis;
    private volatile CompletableFuture<Void> currentBatch = CompletableFuture.completedFuture(null);
    private volatile boolean closed;

    /** @param groups the groups in the store of {@code events} */
    public FanOuts(EventLog events, GroupStore groups, GroupLimits limits, Clock clock, MeterRegistry meters) {
        this.events = events;
        this.groups = groups;
        this.limits = limits;
        this.clock = clock;
        this.elapsed = new Stopwatch(meters.config().clock()::monotonicTime);
        this.warnings = new RateLimitedLog(log, elapsed);
        this.entriesWritten = Counter.builder("bellwire.fanout.entries")
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

    /** Starts the thread, which first serves the events that an earlier process left. */
    public void start() {
        thread.start();
    }

    private double lagSeconds() {
        long oldest = oldestMillis;
        return oldest == 0 ? 0 : Math.max(0, clock.millis() - oldest) / 1_000.0;
    }

    /**
     * Throws {@link OverloadedException} if as many events are on their way as {@link GroupLimits#queuedMax} allows.
     */
    public void requireRoom() {
        if (waiting >= limits.queuedMax()) {
            throw new OverloadedException("too many events are on their way to members of groups");
        }
    }

    /**
     * Completes once the batch that is being written now is written; at once if there is none. Every later batch reads
     * the members anew, so a device that was disabled before this call is in none of them.
     */
    public CompletionStage<Void> currentBatchWritten() {
        return currentBatch;
    }

    private void run() {
        while (!closed) {
            try {
                if (!serveNext()) {
                    boolean unused = wakeUp.tryAcquire(IDLE_MILLIS, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                return;
            } catch (Throwable e) { // a failure with one event must not end the loop
                OutOfMemory.report(e);
                failures.increment();
                warnings.error("the thread of the fan-out failed and continues", e);
                pause();
            }
        }
    }

    /** Writes the next batch of the event whose turn it is; returns whether there is one. */
    boolean serveNext() throws InterruptedException {
        loadNewFanOuts();
        Optional<FanOut> next = queue.next(elapsed.millis());
        if (next.isPresent()) {
            serve(next.get());
        }
        return next.isPresent();
    }

    private void pause() {
        try {
            boolean unused = wakeUp.tryAcquire(IDLE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed = true;
        }
    }

    /** Loads new events from the store, which also holds those of writes whose answer was lost. */
    private void loadNewFanOuts() {
        int room = Math.min(LOADED_AT_ONCE_MAX, limits.queuedMax() - queue.size());
        if (room > 0) {
            for (FanOut fanOut : groups.fanOuts(lastLoadedEvent, room)) {
                queue.put(fanOut);
                int size = 0;
                for (int target = fanOut.target(); target < fanOut.entryKeys().size(); target++) {
                    FeedNumber afterMember = target == fanOut.target() ? fanOut.lastFeedNumber() : FeedNumber.NONE;
                    size += groups.recipientCountOf(fanOut.entryKeys().get(target), afterMember);
                }
                remainingByEvent.put(fanOut.eventNumber(), size);
                remaining.addAndGet(size);
                lastLoadedEvent = fanOut.eventNumber();
            }
        }
        updateGauges();
    }

    private void updateGauges() {
        waiting = queue.size();
        oldestMillis = queue.oldest().map(FanOut::atMillis).orElse(0L);
    }

    private void serve(FanOut fanOut) throws InterruptedException {
        CompletableFuture<Void> done = new CompletableFuture<>();
        currentBatch = done;
        try {
            serveNextMembers(fanOut);
            failuresByEvent.remove(fanOut.eventNumber());
        } catch (ExecutionException | RuntimeException e) { // only this event and its groups wait
            failures.increment();
            int failuresInARow = failuresByEvent.merge(fanOut.eventNumber(), 1, Integer::sum);
            long delayMillis = IDLE_MILLIS << Math.min(failuresInARow - 1, DELAY_DOUBLINGS_MAX);
            queue.delay(fanOut.eventNumber(), elapsed.millis() + delayMillis);
            log.warn(
                    "a batch of the fan-out of event {} failed and will be tried again: {}",
                    fanOut.eventNumber(),
                    e.toString());
            reload(fanOut.eventNumber());
        } finally {
            done.complete(null);
            updateGauges();
        }
    }

    private void serveNextMembers(FanOut fanOut) throws InterruptedException, ExecutionException {
        Optional<Event> event = events.store().event(fanOut.eventNumber());
        if (event.isEmpty()) {
            expired.increment();
            log.warn(
                    "retention deleted event {} before it had reached all members of its groups", fanOut.eventNumber());
            write(fanOut, Optional.empty(), event, List.of());
            return;
        }
        NavigableMap<FeedNumber, FeedId> page =
                groups.recipientsOf(fanOut.entryKey(), fanOut.lastFeedNumber(), limits.batchMax());
        Set<FeedNumber> served = new HashSet<>(fanOut.direct());
        for (int earlier = 0; earlier < fanOut.target(); earlier++) {
            served.addAll(groups.reached(fanOut.entryKeys().get(earlier), page.keySet()));
        }
        List<FeedId> members = page.entrySet().stream()
                .filter(member -> !served.contains(member.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        Optional<FanOut> next;
        if (page.size() == limits.batchMax()) {
            next = Optional.of(fanOut.servedUpTo(page.lastKey()));
        } else {
            next = fanOut.isAtLastTarget() ? Optional.empty() : Optional.of(fanOut.atNextTarget());
        }
        if (write(fanOut, next, event, events.feeds(members))) {
            entriesWritten.increment(members.size());
            int left = remainingByEvent.getOrDefault(fanOut.eventNumber(), 0);
            int less = Math.min(left, page.size());
            remaining.addAndGet(next.isEmpty() ? -left : -less);
            if (next.isEmpty()) {
                remainingByEvent.remove(fanOut.eventNumber());
            } else {
                remainingByEvent.put(fanOut.eventNumber(), left - less);
            }
        }
    }

    private boolean write(FanOut fanOut, Optional<FanOut> next, Optional<Event> event, List<Feed> members)
            throws InterruptedException, ExecutionException {
        boolean wasWritten =
                events.submit(new FanOutBatch(fanOut, next, event, members)).get();
        if (!wasWritten) {
            reload(fanOut.eventNumber()); // an earlier batch was written, and its answer was lost
        } else if (next.isPresent()) {
            queue.put(next.get());
        } else {
            queue.remove(fanOut.eventNumber());
        }
        return wasWritten;
    }

    private void reload(EventNumber eventNumber) {
        try {
            groups.fanOut(eventNumber).ifPresentOrElse(queue::put, () -> removeFromQueue(eventNumber));
        } catch (RuntimeException e) { // the next write does nothing if the position in memory is out of date
            log.warn("the position of the fan-out of event {} cannot be read: {}", eventNumber, e.toString());
        }
    }

    private void removeFromQueue(EventNumber eventNumber) {
        queue.remove(eventNumber);
        failuresByEvent.remove(eventNumber);
        Integer left = remainingByEvent.remove(eventNumber);
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
        if (wakeUp.availablePermits() == 0) {
            wakeUp.release();
        }
    }

    /** Ends after the current batch. What is left is served after the next start. */
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
