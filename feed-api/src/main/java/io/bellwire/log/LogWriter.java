package io.bellwire.log;

import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one writer. A {@link WriterRunner} runs it, in the server on a thread of its own; in each turn it
 *
 * <ol>
 *   <li>takes all writes that wait in the {@link WriteQueue} as one batch, without delay if there is only one;
 *   <li>has the {@link LogStore} commit it, which asks each write for its decision;
 *   <li>publishes it to readers ({@link RecentEvents}) and notifies listeners;
 *   <li>completes the callers' futures, one task for all futures of a batch with the same executor.
 * </ol>
 */
final class LogWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogWriter.class);
    private static final long FLUSH_MILLIS = 1_000;
    private static final long FLUSH_NANOS = TimeUnit.MILLISECONDS.toNanos(FLUSH_MILLIS);
    private static final long STEP_BACK_MILLIS_MAX = 60_000;
    /**
     * One bad write must not fail its batch, but a store that is down must not be tried a thousand times for one batch.
     */
    private static final int FAILURES_IN_A_ROW_MAX = 3;

    private final LogStore store;
    private final Clock clock;
    /** Only measures time: a wall clock that is set back must not stop the flush of received positions. */
    private final LongSupplier nanoTime;

    private final SteadyClock steadyClock;

    private final MeterRegistry meters;
    private final List<FeedListener> listeners;
    private final ReceivedPositions received;
    private final WriteQueue queue;
    private final FeedCache feeds;
    private final RecentEvents recent;
    private final WriterRunner runner;
    private final DistributionSummary batchSizes;
    private final Timer commitTimes;

    // used only by the writer's thread
    private long lastMillis;
    private long lastFlushNanos;

    private volatile @Nullable String problem;

    LogWriter(
            LogStore store,
            LogLimits limits,
            Clock clock,
            MeterRegistry meters,
            FeedCache feeds,
            List<FeedListener> listeners,
            ReceivedPositions received,
            WriterRunner runner) {
        this.store = store;
        this.clock = clock;
        this.nanoTime = meters.config().clock()::monotonicTime;
        this.steadyClock = new SteadyClock(clock.millis(), new Stopwatch(nanoTime));
        this.lastFlushNanos = nanoTime.getAsLong();
        this.meters = meters;
        this.feeds = feeds;
        this.listeners = listeners;
        this.received = received;
        this.runner = runner;
        this.queue = new WriteQueue(limits, meters);
        this.recent = new RecentEvents(limits.recentBytesMax(), meters);
        this.batchSizes = DistributionSummary.builder("bellwire.log.group.writes")
                .description("Writes made durable together")
                .register(meters);
        this.commitTimes = Timer.builder("bellwire.log.group")
                .description("Time to make one batch durable")
                .register(meters);
        runner.start(this);
    }

    <T> CompletableFuture<T> submit(Write<T> write) {
        return submit(write, runner.completer(), "");
    }

    <T> CompletableFuture<T> submit(Write<T> write, Executor where, String caller) {
        CompletableFuture<T> result = queue.submit(write, where, caller);
        runner.writeWaits();
        return result;
    }

    /** The time by which steadyClock end. */
    long steadyMillis() {
        return steadyClock.millis();
    }

    Optional<String> problem() {
        return runner.isAlive() ? Optional.ofNullable(problem) : Optional.of("the log's writer has ended");
    }

    /** Writes until the queue is closed and empty. */
    void run() {
        try {
            while (!queue.isDrained()) {
                turn(FLUSH_MILLIS);
            }
            do {
                write(List.of(), new BatchNeeds());
            } while (received.isRoundOpen());
        } finally {
            queue.end();
        }
    }

    /** Waits up to {@code waitMillis} for writes, and writes those that wait as one batch. */
    void turn(long waitMillis) {
        List<PendingWrite<?>> writes = new ArrayList<>();
        try {
            BatchNeeds needs = queue.take(writes, received.isRoundOpen() ? 0 : waitMillis);
            if (!writes.isEmpty() || isFlushDue()) {
                write(writes, needs);
            }
        } catch (InterruptedException e) {
            queue.close(); // drain what waits, then end
        } catch (Throwable e) { // the loop goes on after any failure, and no caller is left waiting
            OutOfMemory.report(e);
            log.error("a batch of {} writes failed unexpectedly", writes.size(), e);
            writes.forEach(pending -> pending.fail(e));
        }
    }

    /** Whether received positions are due, or it is time to see whether a store that has failed works again. */
    private boolean isFlushDue() {
        return problem != null || received.isRoundOpen() || (!received.isEmpty() && isFlushTime(nanoTime.getAsLong()));
    }

    private boolean isFlushTime(long nanos) {
        return nanos - lastFlushNanos >= FLUSH_NANOS;
    }

    private void write(List<PendingWrite<?>> writes, BatchNeeds needs) {
        try {
            commit(writes, needs);
        } catch (UncheckedIOException e) {
            if (failsWholeBatch(e) || writes.size() < 2) {
                fail(writes, e);
            } else {
                writeOneByOne(writes);
            }
        }
    }

    private void writeOneByOne(List<PendingWrite<?>> writes) {
        int failuresInARow = 0;
        for (int i = 0; i < writes.size(); i++) {
            List<PendingWrite<?>> one = List.of(writes.get(i));
            try {
                BatchNeeds needs = new BatchNeeds();
                writes.get(i).write().declareNeeds(needs);
                commit(one, needs);
                failuresInARow = 0;
            } catch (UncheckedIOException e) {
                fail(one, e);
                if (failsWholeBatch(e) || ++failuresInARow == FAILURES_IN_A_ROW_MAX) {
                    fail(writes.subList(i + 1, writes.size()), e);
                    return;
                }
            }
        }
    }

    /**
     * Whether no other write of the batch should be tried after this failure: the batch may be durable already, or the
     * others would fail in the same way.
     */
    private static boolean failsWholeBatch(UncheckedIOException failure) {
        return failure instanceof CommitInDoubtException
                || failure instanceof StoreUnreachableException
                || failure instanceof DiskFullException;
    }

    private void fail(List<PendingWrite<?>> writes, UncheckedIOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (!message.equals(problem)) {
            if (failure instanceof DiskFullException) {
                log.error(message); // which says all
            } else {
                log.error("{} writes failed: {}", writes.size(), message, failure);
            }
        }
        problem = message;
        runOnCompleters(List.copyOf(writes), pending -> pending.fail(failure));
    }

    private void commit(List<PendingWrite<?>> writes, BatchNeeds needs) {
        Timer.Sample sample = Timer.start(meters);
        Map<Feed, Position> positions = takeReceived();
        Instant now = now();
        long steadyMillis = steadyClock.millis();
        List<PendingWrite<?>> failed = new ArrayList<>();
        WriteBatch batch;
        try {
            batch = store.commit(needs.resolvedBy(feeds), loaded -> {
                BatchInput resolved = feeds.resolve(loaded, needs.names());
                return decide(writes, () -> new WriteBatch(resolved, now, steadyMillis), positions, failed);
            });
        } catch (RuntimeException e) {
            feeds.notCreated();
            received.putBack(positions.keySet());
            throw e;
        }
        if (problem != null) { // before callers are answered, who may look at it
            problem = store.problem().orElse(null);
        }
        publish(batch);
        sample.stop(commitTimes);
        List<PendingWrite<?>> decided = new ArrayList<>(writes);
        decided.removeAll(failed);
        completeAll(decided);
    }

    private Map<Feed, Position> takeReceived() {
        long nanos = nanoTime.getAsLong();
        if (!received.isRoundOpen() && !received.isEmpty() && (queue.isClosing() || isFlushTime(nanos))) {
            lastFlushNanos = nanos;
            received.beginRound();
        }
        return received.takeStep();
    }

    /**
     * Wall-clock time. It ignores small steps back, by which clocks are kept right, so that the order of commits and of
     * times agree. It follows a large step back: a clock that was far ahead would otherwise hold all times until the
     * real time has caught up.
     */
    private Instant now() {
        long millis = clock.millis();
        if (millis > lastMillis || lastMillis - millis > STEP_BACK_MILLIS_MAX) {
            lastMillis = millis;
        }
        return Instant.ofEpochMilli(lastMillis);
    }

    /**
     * Has each write decide. A write that throws is removed, and the others decide again in a new batch, because it may
     * have left something behind in this one.
     */
    private static WriteBatch decide(
            List<PendingWrite<?>> writes,
            Supplier<WriteBatch> begin,
            Map<Feed, Position> received,
            List<PendingWrite<?>> failed) {
        while (true) {
            WriteBatch batch = begin.get();
            received.forEach(batch::received);
            PendingWrite<?> bad = null;
            for (PendingWrite<?> pending : writes) {
                if (failed.contains(pending)) {
                    continue;
                }
                try {
                    pending.decide(batch);
                } catch (RuntimeException e) { // this write fails; the others go on
                    log.warn("a write failed: {}", e.toString());
                    pending.fail(e);
                    bad = pending;
                    break;
                }
            }
            if (bad == null) {
                return batch;
            }
            failed.add(bad);
        }
    }

    private void publish(WriteBatch batch) {
        feeds.created(batch);
        recent.publish(batch.entries());
        Map<Feed, Integer> added = new LinkedHashMap<>();
        batch.entries().forEach(entry -> added.merge(entry.feed(), 1, Integer::sum));
        List<FeedListener.Advance> advances = new ArrayList<>(added.size());
        added.forEach(
                (feed, count) -> advances.add(new FeedListener.Advance(feed.id(), feed.head(), count, batch.now())));
        batch.processed().forEach(Feed::markProcessed);
        for (FeedListener listener : listeners) {
            try {
                if (!advances.isEmpty()) {
                    listener.committed(advances);
                }
                batch.processed().forEach((feed, position) -> listener.processed(feed.id(), position.revision()));
                if (!batch.records().isEmpty()) {
                    listener.recordsChanged(batch.records());
                }
            } catch (RuntimeException e) { // one bad listener must not stop the log
                log.error("a listener failed", e);
            }
        }
    }

    private void completeAll(List<PendingWrite<?>> decided) {
        if (decided.isEmpty()) {
            return;
        }
        batchSizes.record(decided.size());
        runOnCompleters(decided, PendingWrite::complete);
    }

    private void runOnCompleters(List<PendingWrite<?>> writes, Consumer<PendingWrite<?>> answer) {
        Map<Executor, List<PendingWrite<?>>> byPlace = new LinkedHashMap<>();
        writes.forEach(pending -> byPlace.computeIfAbsent(pending.completer(), place -> new ArrayList<>())
                .add(pending));
        byPlace.forEach((place, there) -> {
            try {
                place.execute(() -> there.forEach(answer));
            } catch (
                    RejectedExecutionException
                            e) { // this executor has closed; the others must be answered all the same
                runner.completer().execute(() -> there.forEach(answer));
            }
        });
    }

    @Override
    public void close() {
        queue.close();
        runner.close();
    }
}
