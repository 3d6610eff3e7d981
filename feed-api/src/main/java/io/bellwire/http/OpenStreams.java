package io.bellwire.http;

import io.bellwire.feed.SignalStreams;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import io.bellwire.registry.Account;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
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

/**
 * Holds all open streams of signals: limits their number, ends them, and runs one timer that checks all of them for
 * heartbeats and slow readers. Thread-safe.
 */
final class OpenStreams implements SignalStreams {
    private static final Logger log = LoggerFactory.getLogger(OpenStreams.class);
    private static final int RETRY_MILLIS = 2_000;
    /** After a stop of the server, readers reconnect over this time. */
    private static final int RECONNECT_SPREAD_MILLIS = 8_000;
    /** How many checks there are in the longest silence that a stream may have. */
    private static final int CHECKS_PER_SILENCE = 8;

    private static final long CHECK_INTERVAL_MAX_MILLIS = 1_000;

    private final StreamOptions options;
    private final LongSupplier nanoTime;
    private final RandomGenerator random;
    private final Map<StreamEnd, Counter> endCounters = new EnumMap<>(StreamEnd.class);
    private volatile @Nullable Listener listener;

    private final Set<EventStream> all = ConcurrentHashMap.newKeySet();
    /** Streams that have ended and still have their farewell to write. */
    private final Set<EventStream> ending = ConcurrentHashMap.newKeySet();
    /** This and the fields below are guarded by this object. */
    private final Map<FeedId, List<EventStream>> byFeed = new HashMap<>();

    private final Map<String, Integer> byCaller = new HashMap<>();
    private boolean stopped;

    /** @param nanoTime a clock that only measures time, in nanoseconds */
    OpenStreams(StreamOptions options, LongSupplier nanoTime, RandomGenerator random, MeterRegistry meters) {
        this.options = options;
        this.nanoTime = nanoTime;
        this.random = random;
        Gauge.builder("bellwire.streams.open", this, OpenStreams::open)
                .description("Streams of signals that readers hold open")
                .register(meters);
        for (StreamEnd end : StreamEnd.values()) {
            endCounters.put(
                    end,
                    Counter.builder("bellwire.streams.ended")
                            .description("Streams of signals that have ended")
                            .tag("reason", end.text())
                            .register(meters));
        }
    }

    @Override
    public void listen(Listener newListener) {
        listener = newListener;
    }

    @Override
    public int open() {
        return all.size();
    }

    /** Starts the regular check of all streams on {@code timer}. */
    void start(ScheduledExecutorService timer) {
        long shorter =
                Math.min(options.heartbeat().toMillis(), options.slowAfter().toMillis());
        long period = Math.min(CHECK_INTERVAL_MAX_MILLIS, Math.max(1, shorter / CHECKS_PER_SILENCE));
        Future<?> unused = timer.scheduleWithFixedDelay(this::checkSilence, period, period, TimeUnit.MILLISECONDS);
    }

    private void checkSilence() {
        long nowNanos = nanoTime.getAsLong();
        all.forEach(stream -> checkSilence(stream, nowNanos));
        ending.forEach(stream -> checkSilence(stream, nowNanos));
        ending.removeIf(EventStream::isFinished);
    }

    private void checkSilence(EventStream stream, long nowNanos) {
        try {
            stream.checkSilence(
                    nowNanos, options.heartbeat().toNanos(), options.slowAfter().toNanos());
        } catch (RuntimeException e) { // the other streams must be checked, now and in later rounds
            log.error("a stream of {} could not be checked", stream.feed(), e);
        }
    }

    /**
     * Opens a stream on {@code response}. Over a limit, the stream only says so and ends. An older stream of the same
     * caller on the same feed is replaced.
     *
     * @param done completed when the stream has ended and all is written
     */
    EventStream open(FeedId feed, Caller caller, Optional<Cursor> lastEventId, Response response, Callback done) {
        EventStream stream = new EventStream(feed, caller, lastEventId, response, done, nanoTime, this);
        List<EventStream> replaced = new ArrayList<>();
        StreamEnd refusal = admit(stream, replaced);
        byte[] opening = EventStreamFormat.opening(RETRY_MILLIS);
        if (refusal != null) {
            stream.start(opening, null);
            end(stream, refusal);
            return stream;
        }
        stream.start(opening, listener);
        replaced.forEach(older -> end(older, StreamEnd.REPLACED));
        return stream;
    }

    /** Adds the stream to the open ones and returns null; or returns why it may not be opened. */
    private synchronized @Nullable StreamEnd admit(EventStream stream, List<EventStream> replaced) {
        if (stopped) {
            return StreamEnd.STOPPING;
        }
        List<EventStream> openOfFeed = byFeed.getOrDefault(stream.feed(), List.of());
        for (EventStream other : openOfFeed) {
            if (other.caller().name().equals(stream.caller().name())) {
                replaced.add(other);
            }
        }
        boolean isAdditional = replaced.isEmpty();
        if (isAdditional
                && (all.size() >= options.max()
                        || byCaller.getOrDefault(stream.caller().name(), 0) >= options.perCallerMax())) {
            return StreamEnd.TOO_MANY;
        }
        byFeed.computeIfAbsent(stream.feed(), feed -> new ArrayList<>(1)).add(stream);
        byCaller.merge(stream.caller().name(), 1, Integer::sum);
        all.add(stream);
        return null;
    }

    /** Removes the stream from the open ones. Each stream calls this when it ends for any reason. */
    void streamEnded(EventStream stream, StreamEnd reason) {
        Counter counter = endCounters.get(reason);
        if (counter != null) {
            counter.increment();
        }
        ending.add(stream);
        synchronized (this) {
            if (all.remove(stream)) {
                byFeed.computeIfPresent(stream.feed(), (feed, streams) -> {
                    streams.remove(stream);
                    return streams.isEmpty() ? null : streams;
                });
                byCaller.computeIfPresent(stream.caller().name(), (caller, count) -> count == 1 ? null : count - 1);
            }
        }
    }

    void end(EventStream stream, StreamEnd reason) {
        int spread = reason == StreamEnd.STOPPING ? random.nextInt(RECONNECT_SPREAD_MILLIS) : 0;
        stream.end(reason, EventStreamFormat.farewell(reason, reason.retryMillis() + spread));
    }

    /** Ends those streams, of the account's feed or read by the account, whose readers it does not allow any more. */
    void endRevoked(Account now) {
        Collection<EventStream> concerned = all;
        if (now.role().isEmpty()) { // an operator reads feeds of others
            synchronized (this) {
                concerned = List.copyOf(byFeed.getOrDefault(now.id(), List.of()));
            }
        }
        for (EventStream stream : concerned) {
            boolean isConcerned = stream.feed().equals(now.id())
                    || stream.caller().name().equals(now.id().path());
            if (isConcerned && !stream.caller().isStillAllowed(now)) {
                end(stream, StreamEnd.DISABLED);
            }
        }
    }

    /** Ends the streams of a partner that is disconnected. */
    void endDisconnected(FeedId feed) {
        List<EventStream> ofFeed;
        synchronized (this) {
            ofFeed = List.copyOf(byFeed.getOrDefault(feed, List.of()));
        }
        ofFeed.forEach(stream -> end(stream, StreamEnd.DISCONNECTED));
    }

    /** Ends all streams; later ones end at once. */
    void stop() {
        synchronized (this) {
            stopped = true;
        }
        for (EventStream stream : all) {
            try {
                end(stream, StreamEnd.STOPPING);
            } catch (RuntimeException e) { // the other streams must end too
                log.error("a stream of {} could not be ended", stream.feed(), e);
            }
        }
    }
}
