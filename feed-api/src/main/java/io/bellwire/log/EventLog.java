package io.bellwire.log;

import io.bellwire.runtime.OutOfMemory;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable log: takes writes, has its one writer make them durable in batches, and holds every feed that was used.
 * Thread-safe. A feed stays in memory once it was used (about 350 bytes each), so memory is bounded by the number of
 * feeds.
 */
public final class EventLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventLog.class);
    private static final long CLOSE_TIMEOUT_SECONDS = 30;

    private final LogStore store;
    private final FeedCache feeds = new FeedCache();
    private final List<FeedListener> listeners = new CopyOnWriteArrayList<>();
    private final ReceivedPositions receivedPositions = new ReceivedPositions();
    private final ExecutorService readers;
    private final LogWriter writer;

    public EventLog(LogStore store, LogLimits limits, Clock clock, MeterRegistry meters) {
        this(store, limits, clock, meters, readers(limits));
    }

    /** @param readers runs reads; shut down with the log */
    public EventLog(LogStore store, LogLimits limits, Clock clock, MeterRegistry meters, ExecutorService readers) {
        this(store, limits, clock, meters, readers, new WriterThreads());
    }

    EventLog(
            LogStore store,
            LogLimits limits,
            Clock clock,
            MeterRegistry meters,
            ExecutorService readers,
            WriterRunner runner) {
        this.store = store;
        this.readers = readers;
        this.writer = new LogWriter(store, limits, clock, meters, feeds, listeners, receivedPositions, runner);
    }

    /**
     * The threads that read. They live as long as the log: whoever measures what reads cost keeps a file open for each
     * thread, which is closed only when the collector finds the ended thread, and that may take hours.
     */
    static ThreadPoolExecutor readers(LogLimits limits) {
        return new ThreadPoolExecutor(
                limits.readers(),
                limits.readers(),
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(limits.queuedReadsMax()),
                task -> {
                    Thread thread = new Thread(task, "log-reader");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    public Epoch epoch() {
        return store.epoch();
    }

    /** Adds a listener. */
    public void listen(FeedListener listener) {
        listeners.add(listener);
    }

    /**
     * Queues one write. Never blocks. The future completes on another thread once the write is durable. It fails with
     * {@link OverloadedException} at once if the queue is full, with {@link java.io.UncheckedIOException} if the store
     * has failed, with {@link LogClosingException} if the log is closing, or with what the write has thrown.
     */
    public <T> CompletableFuture<T> submit(Write<T> write) {
        return writer.submit(write);
    }

    /** The same for a write of the server itself. The future completes on {@code completer}. */
    public <T> CompletableFuture<T> submit(Write<T> write, Executor completer) {
        return submit(write, completer, "");
    }

    /**
     * The same for a write of a caller, who may hold a quarter of the queue: beyond it, the future fails with {@link
     * OverloadedException}. It fails with {@link WriteTooLargeException} if the write could never be in the queue. The
     * future completes on {@code completer}: writes of one batch with the same executor complete in one task.
     *
     * @param completer runs what is chained to the future; must return at once
     * @param caller a unique name of the caller; empty for the server itself, which has no limit of its own
     */
    public <T> CompletableFuture<T> submit(Write<T> write, Executor completer, String caller) {
        return writer.submit(write, completer, caller);
    }

    /** The feed if it is in memory, else null. Never blocks. */
    public @Nullable Feed inMemory(FeedId id) {
        return feeds.get(id);
    }

    /** Those of the feeds that exist. Blocks if one is not in memory. */
    public List<Feed> feeds(Collection<FeedId> ids) {
        List<Feed> found = new ArrayList<>(ids.size());
        Set<FeedId> missing = new HashSet<>();
        for (FeedId id : ids) {
            Feed feed = feeds.get(id);
            if (feed == null) {
                missing.add(id);
            } else {
                found.add(feed);
            }
        }
        if (!missing.isEmpty()) {
            store.feeds(missing).forEach(feed -> found.add(feeds.keep(feed)));
        }
        return found;
    }

    /** The feed, created if it does not exist. Never blocks; fails like {@link #submit}. */
    public CompletableFuture<Feed> feed(FeedId id) {
        Feed known = feeds.get(id);
        return known != null
                ? CompletableFuture.completedFuture(known)
                : submit(new CreateFeeds(List.of(id))).thenApply(created -> created.get(0));
    }

    /** The feed, created if it does not exist. Blocks; fails like {@link #submit}. */
    public Feed getOrCreateFeed(FeedId id) {
        return getOrCreateFeeds(List.of(id)).get(0);
    }

    /** The feeds in the order of their names, created if they do not exist. Blocks; fails like {@link #submit}. */
    public List<Feed> getOrCreateFeeds(List<FeedId> ids) {
        List<Feed> known = ids.stream().map(feeds::get).filter(Objects::nonNull).toList();
        if (known.size() == ids.size()) {
            return known;
        }
        try {
            return submit(new CreateFeeds(ids)).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Records that everything up to {@code position} was sent to the feed's reader. Never blocks. */
    public void received(Feed feed, Position position) {
        if (feed.markReceived(position)) {
            receivedPositions.add(feed);
            for (FeedListener listener : listeners) {
                try {
                    listener.received(feed.id(), position.revision());
                } catch (RuntimeException e) { // a bad listener must not cost the reader its page
                    log.error("a listener failed", e);
                }
            }
        }
    }

    /**
     * Runs {@code read} on a thread that may block. The future fails with {@link OverloadedException} at once if too
     * many reads wait, or with what {@code read} has thrown.
     */
    public <T> CompletableFuture<T> onReader(Callable<T> read) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            readers.execute(() -> {
                try {
                    result.complete(read.call());
                } catch (Throwable e) { // whatever was thrown, the caller must not be left waiting
                    OutOfMemory.report(e);
                    result.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            result.completeExceptionally(new OverloadedException("too many reads are waiting"));
        }
        return result;
    }

    /** The time of {@link WriteBatch#steadyMillis}, now. */
    public long steadyMillis() {
        return writer.steadyMillis();
    }

    /** Blocking access to the store; to be used on a reading thread. */
    public LogStore store() {
        return store;
    }

    /**
     * Deletes what is older than it must be kept, see {@link LogStore#expire}. Blocks, for long on a large log. Returns
     * the number of deleted events.
     */
    public long expire(long nowMillis, Duration kept, Duration responsesKept) {
        Map<FeedNumber, Feed> byNo = new HashMap<>();
        feeds.all().forEach(feed -> byNo.put(feed.feedNumber(), feed));
        return store.expire(nowMillis, kept, responsesKept, (feedNumber, earliest) -> {
            Feed feed = byNo.get(feedNumber);
            if (feed != null) {
                feed.dropUpTo(earliest);
            }
        });
    }

    /** Empty if the log can be written, else one line that says what is wrong. */
    public Optional<String> problem() {
        return writer.problem().or(store::problem);
    }

    /** Refuses new writes, makes the waiting ones durable, and closes the store. */
    @Override
    public void close() {
        writer.close();
        readers.shutdown();
        try {
            if (!readers.awaitTermination(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                readers.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
