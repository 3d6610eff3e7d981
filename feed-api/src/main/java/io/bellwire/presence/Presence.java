package io.bellwire.presence;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.Revision;
import io.bellwire.presence.PresenceTracker.UnsavedPresence;
import io.bellwire.runtime.Stopwatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which devices are connected, writes the events of that to the feed of operations, and saves when each device
 * was last seen. Thread-safe. {@link #connectionOpened}, {@link #connectionClosed} and {@link #seen} return at once and
 * never throw, since their callers serve many devices. At most one write is under way; further changes wait in the
 * {@link PresenceTracker}.
 */
public final class Presence implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Presence.class);
    private static final int EVENTS_MAX = 500;
    private static final int ROWS_MAX = 1_000;
    private static final long WRITE_INTERVAL_MILLIS = 250;
    private static final long RETRY_MILLIS = 1_000;

    private final PresenceTracker tracker;
    private final EventLog events;
    private final LastSeenStore lastSeenStore;
    private final Feed operations;
    private final Clock clock;
    private final Stopwatch elapsed;
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicBoolean saving = new AtomicBoolean();
    private final Counter eventsWritten;
    private final Counter writeFailures;
    private final Counter saveFailures;
    private volatile Revision writtenRevision = Revision.NONE;
    private volatile boolean failing;
    private volatile boolean closed;

    private Presence(
            PresenceOptions options, EventLog events, LastSeenStore lastSeenStore, Clock clock, MeterRegistry meters) {
        this.tracker = new PresenceTracker(options);
        this.events = events;
        this.lastSeenStore = lastSeenStore;
        this.operations = events.getOrCreateFeed(FeedId.OPERATIONS);
        this.clock = clock;
        this.elapsed = new Stopwatch(meters.config().clock()::monotonicTime);
        this.eventsWritten = Counter.builder("bellwire.presence.events")
                .description("Events of devices that came or went")
                .register(meters);
        this.writeFailures = failures("tell", meters);
        this.saveFailures = failures("save", meters);
        Gauge.builder("bellwire.presence.connected", tracker, PresenceTracker::connectedCount)
                .description("Devices that are connected, by whatever doorbell")
                .register(meters);
    }

    private static Counter failures(String what, MeterRegistry meters) {
        return Counter.builder("bellwire.presence.failures")
                .description(
                        "Times that events of presence could not be written, or last sightings saved; both are tried again")
                .tag("what", what)
                .register(meters);
    }

    /** Whether a device is connected, the doorbell that it uses or used last, and when it was last seen. */
    public record Status(boolean isConnected, DoorbellKind doorbell, long lastSeenMillis) {}

    /** Restores what the last server knew, and starts the timers for writing and saving. Blocks. */
    public static Presence open(
            PresenceOptions options,
            EventLog events,
            LastSeenStore lastSeenStore,
            ScheduledExecutorService timer,
            Clock clock,
            MeterRegistry meters) {
        Presence presence = new Presence(options, events, lastSeenStore, clock, meters);
        presence.restore();
        Future<?> turns = timer.scheduleWithFixedDelay(
                presence::writeDueEvents, WRITE_INTERVAL_MILLIS, WRITE_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        long saveMillis = options.saveInterval().toMillis();
        Future<?> saves =
                timer.scheduleWithFixedDelay(presence::saveInBackground, saveMillis, saveMillis, TimeUnit.MILLISECONDS);
        if (turns.isDone() || saves.isDone()) {
            throw new IllegalStateException("the timer has ended");
        }
        return presence;
    }

    /** The device has one more connection of this kind. */
    public void connectionOpened(DeviceId device, DoorbellKind kind) {
        tracker.connectionOpened(device, kind, now());
    }

    /** The device has one connection of this kind less. */
    public void connectionClosed(DeviceId device, DoorbellKind kind) {
        tracker.connectionClosed(device, kind, now());
    }

    /** The device has made a request. That is its doorbell if it has no connection. */
    public void seen(DeviceId device, DoorbellKind kind) {
        tracker.seen(device, kind, now());
    }

    /** The status of those of the devices that were ever seen, also before this start. Blocks. */
    public Map<DeviceId, Status> statusOf(Collection<DeviceId> devices) {
        Map<DeviceId, Status> found = new HashMap<>();
        long now = clock.millis();
        for (DeviceId device : devices) {
            tracker.find(device)
                    .ifPresent(seen -> found.put(
                            device,
                            new Status(
                                    seen.isConnected(),
                                    seen.doorbell(),
                                    seen.isConnected() ? now : seen.lastSeenMillis())));
        }
        List<FeedId> others = devices.stream()
                .filter(device -> !found.containsKey(device))
                .map(FeedId::ofDevice)
                .toList();
        lastSeenStore.of(others).values().forEach(stored -> stored.id()
                .device()
                .ifPresent(device -> found.put(
                        device, new Status(false, DoorbellKind.valueOf(stored.doorbell()), stored.lastSeenMillis()))));
        return found;
    }

    private ClockReading now() {
        return new ClockReading(clock.millis(), elapsed.millis());
    }

    private void restore() {
        ClockReading now = now();
        PresenceCheckpoint checkpoint =
                lastSeenStore.presenceCheckpoint().orElse(new PresenceCheckpoint(0, Revision.NONE));
        List<LastSeen> page;
        String after = "";
        do {
            page = lastSeenStore.connected(after, ROWS_MAX);
            for (LastSeen stored : page) {
                after = stored.id().path();
                long seen = Math.max(stored.lastSeenMillis(), checkpoint.untilMillis());
                DoorbellKind doorbell = DoorbellKind.valueOf(stored.doorbell());
                stored.id().device().ifPresent(device -> tracker.restoreConnected(device, doorbell, seen, now));
            }
        } while (page.size() == ROWS_MAX);
        writtenRevision = operations.head();
        // events that were written after the last save are only in the feed
        new PresenceEventReader(events, operations).read(checkpoint.revision(), (event, atMillis) -> {
            if (event.isConnected()) {
                tracker.restoreConnected(event.device(), event.doorbell(), atMillis, now);
            } else {
                tracker.restoreDisconnected(event.device(), event.doorbell(), atMillis);
            }
        });
    }

    private void writeDueEvents() {
        if (!closed && writing.compareAndSet(false, true)) {
            try {
                writeNextBatch();
            } catch (RuntimeException e) { // the timer would not run this again
                log.error("presence events could not be written", e);
                writing.set(false);
            }
        }
    }

    private void writeNextBatch() {
        List<PresenceEvent> batch = tracker.takeDueEvents(now(), EVENTS_MAX);
        if (batch.isEmpty()) {
            writing.set(false);
            return;
        }
        CompletableFuture<Revision> unused = events.submit(new WritePresence(operations, batch))
                .whenComplete((revision, failure) -> {
                    if (failure == null) {
                        batch.forEach(tracker::eventWritten);
                        eventsWritten.increment(batch.size());
                        writtenRevision = revision;
                        failing = false;
                    } else {
                        writeFailures.increment();
                        batch.forEach(event -> tracker.eventFailed(event, elapsed.millis() + RETRY_MILLIS));
                        if (!failing && !closed) {
                            log.warn(
                                    "presence events cannot be written and will be tried again: {}",
                                    failure.toString());
                        }
                        failing = true;
                    }
                    writing.set(false);
                });
    }

    private void saveInBackground() {
        if (!closed && saving.compareAndSet(false, true)) {
            CompletableFuture<Boolean> unused = events.onReader(this::save).whenComplete((done, failure) -> {
                saving.set(false);
                if (failure != null) {
                    saveFailures.increment();
                    log.warn(
                            "the times when devices were last seen cannot be saved and will be tried again: {}",
                            failure.toString());
                }
            });
        }
    }

    private boolean save() {
        // the revision is read first: the next start reads events that are written meanwhile from the feed
        PresenceCheckpoint checkpoint = new PresenceCheckpoint(clock.millis(), writtenRevision);
        List<UnsavedPresence> changed;
        do {
            changed = tracker.takeUnsaved(ROWS_MAX);
            try {
                boolean isLast = changed.size() < ROWS_MAX;
                boolean unused = events.submit(new SaveLastSeen(
                                changed.stream().map(Presence::lastSeen).toList(),
                                isLast ? Optional.of(checkpoint) : Optional.empty()))
                        .join();
            } catch (RuntimeException e) {
                tracker.putBackUnsaved(changed);
                throw e;
            }
        } while (changed.size() == ROWS_MAX);
        return true;
    }

    private static LastSeen lastSeen(UnsavedPresence unsaved) {
        return new LastSeen(
                FeedId.ofDevice(unsaved.device()),
                unsaved.lastSeenMillis(),
                unsaved.doorbell().name(),
                unsaved.isReportedConnected());
    }

    /**
     * Writes no further events, so that connections that end with the server make none, and saves what it knows.
     * Blocks. Does nothing the second time.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            boolean unused = save();
        } catch (RuntimeException e) { // the caller has more to close
            log.warn("the times when devices were last seen could not be saved: {}", e.toString());
        }
    }
}
