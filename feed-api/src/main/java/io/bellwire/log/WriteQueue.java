package io.bellwire.log;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The writes that wait for the writer, up to a limit. A write without room is refused at once, and so is every write
 * after {@link #close}. Any thread submits and closes; one thread takes.
 */
final class WriteQueue {
    private static final int BATCH_BYTES_MAX = 8 << 20;
    /** The most feeds in one batch: each may be a database page of its own, in memory until the commit. */
    private static final int BATCH_FEEDS_MAX = 10_000;
    /** One caller may hold a quarter of the queue, so that the writes of others find a place. */
    private static final int CALLER_PART = 4;

    private static final Write<Boolean> NOTHING = new Write<>() {
        @Override
        public void declareNeeds(BatchNeeds needs) {}

        @Override
        public int bytes() {
            return 0;
        }

        @Override
        public Boolean decide(WriteBatch batch) {
            return true;
        }
    };

    private final LogLimits limits;
    private final BlockingQueue<PendingWrite<?>> queue;
    private final AtomicLong bytes = new AtomicLong();
    private final ConcurrentMap<String, Held> byCaller = new ConcurrentHashMap<>();
    private final Counter refused;
    private volatile boolean closing;
    private volatile boolean ended;

    WriteQueue(LogLimits limits, MeterRegistry meters) {
        this.limits = limits;
        this.queue = new ArrayBlockingQueue<>(limits.queuedWritesMax());
        this.refused = Counter.builder("bellwire.log.writes.refused")
                .description("Writes refused because the queue was full")
                .register(meters);
        Gauge.builder("bellwire.log.queued.writes", queue, BlockingQueue::size)
                .description("Writes that wait for the writer")
                .register(meters);
    }

    /** What a caller has in the queue. */
    private record Held(int writes, long bytes) {
        private static final Held NOTHING = new Held(0, 0);

        Held plus(int moreWrites, long moreBytes) {
            return new Held(writes + moreWrites, bytes + moreBytes);
        }
    }

    /** @param caller whose share of the queue the write takes; empty for a write of the server itself */
    <T> CompletableFuture<T> submit(Write<T> write, Executor completer, String caller) {
        PendingWrite<T> pending = new PendingWrite<>(write, completer, caller);
        int size = write.bytes();
        if (closing) {
            pending.fail(closed());
        } else if (size > limits.queuedBytesMax()) {
            pending.fail(new WriteTooLargeException(
                    "the write takes " + size + " bytes, and " + limits.queuedBytesMax() + " may wait"));
        } else if (!takeShare(caller, size)) {
            refused.increment();
            pending.fail(new OverloadedException("too many writes of this caller are waiting"));
        } else if (bytes.addAndGet(size) > limits.queuedBytesMax() || !queue.offer(pending)) {
            bytes.addAndGet(-size);
            returnShare(caller, size);
            refused.increment();
            pending.fail(new OverloadedException("too many writes are waiting"));
        } else if (ended) {
            refuseRest(); // the writer ended between the look at closing and now
        }
        return pending.result();
    }

    /** Takes a place in the caller's share; its only write always has one. */
    private boolean takeShare(String caller, int size) {
        if (caller.isEmpty()) {
            return true;
        }
        boolean[] isTaken = {true};
        byCaller.compute(caller, (name, before) -> {
            Held held = (before == null ? Held.NOTHING : before).plus(1, size);
            isTaken[0] = held.writes() == 1
                    || (held.writes() <= limits.queuedWritesMax() / CALLER_PART
                            && held.bytes() <= limits.queuedBytesMax() / CALLER_PART);
            return isTaken[0] ? held : before;
        });
        return isTaken[0];
    }

    private void returnShare(String caller, int size) {
        byCaller.computeIfPresent(caller, (name, held) -> held.writes() == 1 ? null : held.plus(-1, -size));
    }

    private static IllegalStateException closed() {
        return new LogClosingException();
    }

    /**
     * Waits up to {@code waitMillis} for a write, then adds waiting writes to {@code writes}, up to the limits of a
     * batch.
     *
     * @return what these writes need
     */
    BatchNeeds take(List<PendingWrite<?>> writes, long waitMillis) throws InterruptedException {
        PendingWrite<?> next = queue.poll(closing ? 0 : waitMillis, TimeUnit.MILLISECONDS);
        long taken = 0;
        BatchNeeds needs = new BatchNeeds();
        while (next != null) {
            writes.add(next);
            taken += next.write().bytes();
            returnShare(next.caller(), next.write().bytes());
            next.write().declareNeeds(needs);
            boolean isFull = writes.size() == limits.groupWritesMax()
                    || taken > BATCH_BYTES_MAX
                    || needs.feedCount() > BATCH_FEEDS_MAX;
            next = isFull ? null : queue.poll();
        }
        bytes.addAndGet(-taken);
        return needs;
    }

    boolean isClosing() {
        return closing;
    }

    /** Whether the queue is closing and empty. */
    boolean isDrained() {
        return closing && queue.isEmpty();
    }

    /** Refuses new writes, and wakes the thread that takes. */
    void close() {
        closing = true;
        boolean unused =
                queue.offer(new PendingWrite<>(NOTHING, Runnable::run, "")); // if there is no room, nobody sleeps
    }

    /** Refuses the writes that still wait, because nobody takes any more. */
    void end() {
        closing = true;
        ended = true;
        refuseRest();
    }

    private void refuseRest() {
        for (PendingWrite<?> pending = queue.poll(); pending != null; pending = queue.poll()) {
            pending.fail(closed());
        }
    }
}
