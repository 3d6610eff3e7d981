package io.bellwire.segment;

import io.bellwire.document.DocumentStore;
import io.bellwire.group.GroupStore;
import io.bellwire.log.BatchInput;
import io.bellwire.log.BatchNeeds;
import io.bellwire.log.Change;
import io.bellwire.log.DiskFullException;
import io.bellwire.log.Durability;
import io.bellwire.log.Epoch;
import io.bellwire.log.Event;
import io.bellwire.log.EventNumber;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogStore.RetentionListener;
import io.bellwire.log.Position;
import io.bellwire.log.Revision;
import io.bellwire.log.WriteBatch;
import io.bellwire.order.OrderStore;
import io.bellwire.presence.LastSeenStore;
import io.bellwire.registry.AccountStore;
import io.bellwire.store.DataStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The {@link DataStore} in files: the package's entrance. {@link SegmentLog} writes, {@link Segments} and
 * {@link LogState} are read, {@link LogOpening} opens, {@link SegmentRetention} drops what is too old. Thread-safe.
 */
public final class SegmentStore implements DataStore {
    private static final long INDEX_BYTES_IN_MEMORY = 1 << 20;
    private static final long SYNC_MILLIS = 1_000;

    private final SegmentLog log;
    private final LogState state;
    private final Segments segments;
    private final BatchLoader loader;
    private final SegmentOrders orders;
    private final SegmentRetention retention;
    private final boolean isSynced;
    private final LogFolder folder;
    private final long freeBytesMin;
    private final Runnable stopBackground;
    /**
     * Responses in segments that were sealed at a lower age of the log have expired, though they stay until their
     * segment is dropped.
     */
    private volatile long responsesAgeMin = Long.MIN_VALUE;

    private SegmentStore(SegmentLog log, SegmentOptions options, LogFolder folder, Runnable stopBackground) {
        this.folder = folder;
        this.freeBytesMin = options.freeBytesMin();
        this.stopBackground = stopBackground;
        this.log = log;
        this.state = log.state();
        this.segments = log.segments();
        this.loader = new BatchLoader(state, segments);
        this.orders = new SegmentOrders(state, segments);
        this.retention = new SegmentRetention(log);
        this.isSynced = options.durability() == Durability.SYNC;
    }

    /**
     * Opens the log in {@code folder}, or creates one if the folder holds none. Blocks.
     *
     * @param random draws salts and epochs
     * @param nanoTime a clock that only measures time, in nanoseconds
     * @param nowMillis the wall clock's time, milliseconds since 1970
     * @throws DamagedLogException if the log is not what was written
     * @throws UncheckedIOException if it cannot be read or written
     */
    public static SegmentStore open(
            LogFolder folder, SegmentOptions options, RandomGenerator random, LongSupplier nanoTime, long nowMillis) {
        BackgroundThread background = new BackgroundThread();
        try {
            SegmentStore store = open(folder, options, random, nanoTime, nowMillis, background, background::close);
            if (options.durability() == Durability.PROCESS) {
                background.repeat(store::syncWritten, SYNC_MILLIS);
            }
            return store;
        } catch (RuntimeException e) {
            background.close();
            throw e;
        }
    }

    /**
     * The same, only that the caller runs the long tasks and calls {@link #syncWritten}.
     *
     * @param background runs long tasks one after the other: the indexes of sealed segments
     */
    public static SegmentStore open(
            LogFolder folder,
            SegmentOptions options,
            RandomGenerator random,
            LongSupplier nanoTime,
            long nowMillis,
            Executor background) {
        return open(folder, options, random, nanoTime, nowMillis, background, () -> {});
    }

    private static SegmentStore open(
            LogFolder folder,
            SegmentOptions options,
            RandomGenerator random,
            LongSupplier nanoTime,
            long nowMillis,
            Executor background,
            Runnable stopBackground) {
        try {
            LogOpening.Opened opened = new LogOpening(folder, options.indexBytesMax(), random).open();
            SegmentLog log =
                    new SegmentLog(folder, options.segmentBytes(), random, nanoTime, nowMillis, background, opened);
            if (opened.state().epoch() == null || options.newEpoch()) {
                log.append(nowMillis, true, to -> to.epoch(Epoch.draw(random)));
            }
            log.startBackgroundWork();
            return new SegmentStore(log, options, folder, stopBackground);
        } catch (IOException e) {
            throw new UncheckedIOException("the log in " + folder.name() + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** A log that ends with its process, for tests: nothing in it expires. */
    public static SegmentStore inMemory(RandomGenerator random) {
        return open(
                new MemoryFolder(),
                SegmentOptions.of(Durability.PROCESS, INDEX_BYTES_IN_MEMORY, false),
                random,
                () -> 0,
                0,
                Runnable::run);
    }

    /**
     * Makes durable what is written by now. Called about once a second where commits are not synced. No write waits for
     * it; after it has failed every write fails, and {@link #problem} says why.
     */
    public void syncWritten() {
        log.syncWritten();
    }

    @Override
    public Epoch epoch() {
        return state.requireEpoch();
    }

    @Override
    public List<Feed> feeds(Collection<FeedId> ids) {
        List<Feed> found = new ArrayList<>(ids.size());
        for (FeedId id : ids) {
            Feed feed = state.feed(id);
            if (feed != null) {
                found.add(feed);
            }
        }
        return found;
    }

    @Override
    public synchronized WriteBatch commit(BatchNeeds needs, Function<BatchInput, WriteBatch> decide) {
        WriteBatch batch = decide.apply(loader.load(needs, responsesAgeMin));
        log.append(batch.now().toEpochMilli(), isSynced && batch.isAcknowledged(), to -> {
            int start = to.position();
            BatchEncoder.write(batch, to);
            if (to.position() > start) { // what only reads goes on; what the log writes by itself may use the rest
                DiskFullException.requireFree(folder.name(), folder.freeBytes(), freeBytesMin);
            }
        });
        return batch;
    }

    @Override
    public List<Change> read(Feed feed, Revision revision, Revision head, int limit, long bytesMax) {
        return read(feed, revision.value(), head.value(), limit, bytesMax);
    }

    private List<Change> read(Feed feed, long revision, long head, int limit, long bytesMax) {
        Position earliest = state.snapshot(feed.feedNumber().value()).earliest();
        return revision < earliest.revision().value()
                ? List.of()
                : segments.changes(feed.feedNumber().value(), revision + 1, head, limit, bytesMax);
    }

    @Override
    public Map<Feed, Long> timesOf(Map<Feed, Revision> revisions) {
        Map<Feed, Long> times = new HashMap<>();
        revisions.forEach((feed, revision) -> {
            for (Change change : read(feed, revision.value() - 1, revision.value(), 1, Long.MAX_VALUE)) {
                times.put(feed, change.event().atMillis());
            }
        });
        return times;
    }

    @Override
    public Map<Feed, Long> keptMillis(Map<Feed, Revision> revisions, long nowMillis, Duration kept) {
        long ageMillis = log.ageAt(nowMillis);
        long newestAgeMillis = log.lastWrittenAgeMillis();
        Map<Feed, Long> left = new HashMap<>();
        revisions.forEach((feed, revision) -> {
            FeedState.Snapshot stored = state.snapshot(feed.feedNumber().value());
            if (!revision.isBefore(stored.head().revision())) {
                return;
            }
            boolean isKept = revision.isAfter(stored.earliest().revision());
            long writtenAgeMillis = isKept
                    ? segments.lastWrittenAgeMillis(feed.feedNumber().value(), revision.value(), newestAgeMillis)
                    : Long.MIN_VALUE / 2;
            left.put(feed, Math.max(0, kept.toMillis() - (ageMillis - writtenAgeMillis)));
        });
        return left;
    }

    @Override
    public Optional<Event> event(EventNumber eventNumber) {
        return Optional.ofNullable(segments.event(eventNumber.value()));
    }

    @Override
    public OrderStore orders() {
        return orders;
    }

    @Override
    public AccountStore accounts() {
        return state.accounts();
    }

    @Override
    public LastSeenStore lastSeen() {
        return state.lastSeen();
    }

    @Override
    public GroupStore deviceGroups() {
        return state.groups();
    }

    @Override
    public DocumentStore documents() {
        return state.documents();
    }

    @Override
    public long expire(long nowMillis, Duration kept, Duration responsesKept, RetentionListener listener) {
        responsesAgeMin = log.ageAt(nowMillis) - responsesKept.toMillis();
        try {
            return retention.expire(nowMillis, kept.toMillis(), responsesKept.toMillis(), listener);
        } catch (IOException e) {
            throw new UncheckedIOException("a segment cannot be dropped: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<String> problem() {
        return log.problem().or(() -> DiskFullException.problem(folder.name(), folder.freeBytes(), freeBytesMin));
    }

    /** Ends the work in the background, and closes the log. Blocks. */
    @Override
    public void close() {
        stopBackground.run();
        log.close();
    }
}
