package io.bellwire.http;

import io.bellwire.feed.SignalStreams;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The streams that are open: how many there may be, when they end, and one timer for the silence of all. Thread-safe. */
final class OpenStreams implements SignalStreams {
    private static final Logger log = LoggerFactory.getLogger(OpenStreams.class);
    private static final int RETRY_MILLIS = 2_000;
    /** After a stop, readers come back over so long a time. */
    private static final int RETURN_SPREAD_MILLIS = 8_000;
    /** Silence is looked for so often in the time that it may last. */
    private static final int LOOKS = 8;

    private static final long LOOK_MILLIS_MAX = 1_000;

    private final StreamOptions options;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final Map<StreamEnd, Counter> ends = new EnumMap<>(StreamEnd.class);
    private volatile @Nullable Listener listener;

    private final Set<EventStream> all = ConcurrentHashMap.newKeySet();
    /** Those that have ended and whose readers have yet to be told. */
    private final Set<EventStream> leaving = ConcurrentHashMap.newKeySet();
    /** Guarded by this, as what follows. */
    private final Map<FeedId, List<EventStream>> byFeed = new HashMap<>();

    private final Map<String, Integer> byCaller = new HashMap<>();
    private boolean stopped;

    /**
     * @param nanos the time, from any start
     */
    OpenStreams(StreamOptions options, LongSupplier nanos, RandomGenerator random, MeterRegistry meters) {
        this.options = options;
        this.nanos = nanos;
        this.random = random;
        Gauge.builder("bellwire.streams.open", this, OpenStreams::open)
                .description("Streams of signals that readers hold open")
                .register(meters);
        for (StreamEnd end : StreamEnd.values()) {
            ends.put(
                    end,
                    Counter.builder("bellwire.streams.ended")
                            .description("Streams of signals that have ended")
                            .tag("reason", end.text())
                            .register(meters));
        }
    }

    @Override
    public void listen(Listener toTell) {
        listener = toTell;
    }

    @Override
    public int open() {
        return all.size();
    }

    /** Has the silence of streams looked after on {@code timer}. */
    void start(ScheduledExecutorService timer) {
        long shorter =
                Math.min(options.heartbeat().toMillis(), options.slowAfter().toMillis());
        long period = Math.min(LOOK_MILLIS_MAX, Math.max(1, shorter / LOOKS));
        Future<?> unused = timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
    }

    private void look() {
        long nowNanos = nanos.getAsLong();
        all.forEach(stream -> look(stream, nowNanos));
        leaving.forEach(stream -> look(stream, nowNanos));
        leaving.removeIf(EventStream::isOver);
    }

    private void look(EventStream stream, long nowNanos) {
        try {
            stream.tick(
                    nowNanos, options.heartbeat().toNanos(), options.slowAfter().toNanos());
        } catch (RuntimeException e) { // the others must be looked after, now and the next time
            log.error("a stream of {} could not be looked after", stream.feed(), e);
        }
    }

    /** Opens a stream on {@code response}; over a limit, one that says so and ends. */
    EventStream open(FeedId feed, String caller, Optional<Cursor> lastEventId, Response response, Callback done) {
        EventStream stream = new EventStream(feed, caller, lastEventId, response, done, nanos, this);
        List<EventStream> replaced = new ArrayList<>();
        StreamEnd refusal = admit(stream, replaced);
        byte[] opening = EventStreamFormat.opening(RETRY_MILLIS);
        if (refusal != null) {
            stream.open(opening, null);
            end(stream, refusal);
            return stream;
        }
        stream.open(opening, listener);
        replaced.forEach(older -> end(older, StreamEnd.REPLACED));
        return stream;
    }

    /** Why the stream may not be opened; null if it is one of the open ones now. */
    private synchronized @Nullable StreamEnd admit(EventStream stream, List<EventStream> replaced) {
        if (stopped) {
            return StreamEnd.STOPPING;
        }
        List<EventStream> there = byFeed.getOrDefault(stream.feed(), List.of());
        for (EventStream other : there) {
            if (other.caller().equals(stream.caller())) {
                replaced.add(other);
            }
        }
        boolean isOneMore = replaced.isEmpty();
        if (isOneMore
                && (all.size() >= options.max()
                        || byCaller.getOrDefault(stream.caller(), 0) >= options.perCallerMax())) {
            return StreamEnd.TOO_MANY;
        }
        byFeed.computeIfAbsent(stream.feed(), feed -> new ArrayList<>(1)).add(stream);
        byCaller.merge(stream.caller(), 1, Integer::sum);
        all.add(stream);
        return null;
    }

    /** Called by each stream as it ends, whoever ended it. */
    void ended(EventStream stream, StreamEnd why) {
        Counter counter = ends.get(why);
        if (counter != null) {
            counter.increment();
        }
        leaving.add(stream);
        synchronized (this) {
            if (all.remove(stream)) {
                byFeed.computeIfPresent(stream.feed(), (feed, streams) -> {
                    streams.remove(stream);
                    return streams.isEmpty() ? null : streams;
                });
                byCaller.computeIfPresent(stream.caller(), (caller, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    void end(EventStream stream, StreamEnd why) {
        int spread = why == StreamEnd.STOPPING ? random.nextInt(RETURN_SPREAD_MILLIS) : 0;
        stream.end(why, EventStreamFormat.bye(why, why.retryMillis() + spread));
    }

    /** Ends whatever streams this feed has. */
    void endAll(FeedId feed, StreamEnd why) {
        List<EventStream> streams;
        synchronized (this) {
            streams = List.copyOf(byFeed.getOrDefault(feed, List.of()));
        }
        streams.forEach(stream -> end(stream, why));
    }

    /** Ends all streams, and lets nobody open one from now on. */
    void stop() {
        synchronized (this) {
            stopped = true;
        }
        for (EventStream stream : all) {
            try {
                end(stream, StreamEnd.STOPPING);
            } catch (RuntimeException e) { // the others want to be told
                log.error("a stream of {} could not be ended", stream.feed(), e);
            }
        }
    }
}
