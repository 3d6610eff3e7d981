package io.bellwire.presence;

import io.bellwire.feed.DoorbellKind;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LastSeen;
import io.bellwire.log.LastSeenStore;
import io.bellwire.log.PresenceCheckpoint;
import io.bellwire.log.Stopwatch;
import io.bellwire.presence.PresenceTracker.Kept;
import io.bellwire.registry.DeviceId;
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
 * Knows which devices are there, writes to the feed of operations what is worth telling of it, and remembers when it saw
 * whom. Thread-safe. {@link #opened}, {@link #closed} and {@link #seen} return at once and never throw: whoever calls
 * them serves many. There is at most one write under way, and what comes meanwhile waits on the {@link PresenceTracker}.
 */
public final class Presence implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Presence.class);
    private static final int EVENTS_MAX = 500;
    private static final int ROWS_MAX = 1_000;
    private static final long TURN_MILLIS = 250;
    private static final long AGAIN_MILLIS = 1_000;

    private final PresenceTracker board;
    private final EventLog events;
    private final LastSeenStore sightings;
    private final Feed operations;
    private final Clock clock;
    private final Stopwatch elapsed;
    private final AtomicBoolean writing = new AtomicBoolean();
    private final AtomicBoolean saving = new AtomicBoolean();
    private final Counter told;
    private final Counter failedToTell;
    private final Counter failedToSave;
    private volatile long toldRevision;
    private volatile boolean failing;
    private volatile boolean closed;

    private Presence(PresenceOptions options, EventLog events, Clock clock, MeterRegistry meters) {
        this.board = new PresenceTracker(options);
        this.events = events;
        this.sightings = events.store().sightings();
        this.operations = events.makeFeed(FeedId.OPERATIONS);
        this.clock = clock;
        this.elapsed = new Stopwatch(meters.config().clock()::monotonicTime);
        this.told = Counter.builder("bellwire.presence.events")
                .description("Events of devices that came or went")
                .register(meters);
        this.failedToTell = failures("tell", meters);
        this.failedToSave = failures("save", meters);
        Gauge.builder("bellwire.presence.connected", board, PresenceTracker::online)
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

    /** Where a device stands: whether it is connected, by what it is or was, and when that was known last. */
    public record Seen(boolean isConnected, DoorbellKind doorbell, long lastSeenMillis) {}

    /** Remembers what the last server knew, and watches from now on. Blocks. */
    public static Presence open(
            PresenceOptions options,
            EventLog events,
            ScheduledExecutorService timer,
            Clock clock,
            MeterRegistry meters) {
        Presence presence = new Presence(options, events, clock, meters);
        presence.restore();
        Future<?> turns = timer.scheduleWithFixedDelay(presence::turn, TURN_MILLIS, TURN_MILLIS, TimeUnit.MILLISECONDS);
        long saveMillis = options.saveInterval().toMillis();
        Future<?> saves =
                timer.scheduleWithFixedDelay(presence::saveSoon, saveMillis, saveMillis, TimeUnit.MILLISECONDS);
        if (turns.isDone() || saves.isDone()) {
            throw new IllegalStateException("the timer has ended");
        }
        return presence;
    }

    /** The device has one more connection of this kind. */
    public void opened(DeviceId device, DoorbellKind kind) {
        board.opened(device, kind, now());
    }

    /** The device has one connection of this kind fewer. */
    public void closed(DeviceId device, DoorbellKind kind) {
        board.closed(device, kind, now());
    }

    /** The device has made a request, which is what it is seen by if it has no connection. */
    public void seen(DeviceId device, DoorbellKind kind) {
        board.seen(device, kind, now());
    }

    /** Where those of the devices stand that were ever seen, before this start too. Blocks. */
    public Map<DeviceId, Seen> of(Collection<DeviceId> devices) {
        Map<DeviceId, Seen> found = new HashMap<>();
        long now = clock.millis();
        for (DeviceId device : devices) {
            board.of(device)
                    .ifPresent(seen -> found.put(
                            device,
                            new Seen(
                                    seen.isConnected(),
                                    seen.doorbell(),
                                    seen.isConnected() ? now : seen.lastSeenMillis())));
        }
        List<FeedId> others = devices.stream()
                .filter(device -> !found.containsKey(device))
                .map(FeedId::ofDevice)
                .toList();
        sightings.of(others).values().forEach(kept -> kept.id()
                .device()
                .ifPresent(device -> found.put(
                        device, new Seen(false, DoorbellKind.valueOf(kept.doorbell()), kept.lastSeenMillis()))));
        return found;
    }

    private ClockReading now() {
        return new ClockReading(clock.millis(), elapsed.millis());
    }

    private void restore() {
        ClockReading now = now();
        PresenceCheckpoint watch = sightings.watch().orElse(new PresenceCheckpoint(0, 0));
        List<LastSeen> page;
        String after = "";
        do {
            page = sightings.connected(after, ROWS_MAX);
            for (LastSeen kept : page) {
                after = kept.id().path();
                long seen = Math.max(kept.lastSeenMillis(), watch.untilMillis());
                DoorbellKind doorbell = DoorbellKind.valueOf(kept.doorbell());
                kept.id().device().ifPresent(device -> board.restored(device, doorbell, seen, now));
            }
        } while (page.size() == ROWS_MAX);
        toldRevision = operations.head();
        // what was told after the last save is in the feed alone
        new PresenceEventReader(events, operations).read(watch.revision(), (event, atMillis) -> {
            if (event.isConnected()) {
                board.restored(event.device(), event.doorbell(), atMillis, now);
            } else {
                board.forgotten(event.device(), event.doorbell(), atMillis);
            }
        });
    }

    private void turn() {
        if (!closed && writing.compareAndSet(false, true)) {
            try {
                write();
            } catch (RuntimeException e) { // a turn that throws would be the last
                log.error("what devices do could not be written", e);
                writing.set(false);
            }
        }
    }

    private void write() {
        List<PresenceEvent> batch = board.take(now(), EVENTS_MAX);
        if (batch.isEmpty()) {
            writing.set(false);
            return;
        }
        CompletableFuture<Long> unused = events.submit(new WritePresence(operations, batch))
                .whenComplete((revision, failure) -> {
                    if (failure == null) {
                        batch.forEach(board::written);
                        told.increment(batch.size());
                        toldRevision = revision;
                        failing = false;
                    } else {
                        failedToTell.increment();
                        batch.forEach(event -> board.failed(event, elapsed.millis() + AGAIN_MILLIS));
                        if (!failing && !closed) {
                            log.warn(
                                    "what devices do cannot be written and will be tried again: {}",
                                    failure.toString());
                        }
                        failing = true;
                    }
                    writing.set(false);
                });
    }

    private void saveSoon() {
        if (!closed && saving.compareAndSet(false, true)) {
            CompletableFuture<Boolean> unused = events.onReader(this::save).whenComplete((done, failure) -> {
                saving.set(false);
                if (failure != null) {
                    failedToSave.increment();
                    log.warn("when devices were seen cannot be saved and will be tried again: {}", failure.toString());
                }
            });
        }
    }

    private boolean save() {
        // read first: an event that is told meanwhile is read again at the next start
        PresenceCheckpoint watch = new PresenceCheckpoint(clock.millis(), toldRevision);
        List<Kept> changed;
        do {
            changed = board.changed(ROWS_MAX);
            try {
                boolean isLast = changed.size() < ROWS_MAX;
                boolean unused = events.submit(new SaveLastSeen(
                                changed.stream().map(Presence::sighting).toList(),
                                isLast ? Optional.of(watch) : Optional.empty()))
                        .join();
            } catch (RuntimeException e) {
                board.unsaved(changed);
                throw e;
            }
        } while (changed.size() == ROWS_MAX);
        return true;
    }

    private static LastSeen sighting(Kept kept) {
        return new LastSeen(
                FeedId.ofDevice(kept.device()),
                kept.lastSeenMillis(),
                kept.doorbell().name(),
                kept.isTold());
    }

    /**
     * Tells nothing from now on, so that connections that end because the server does are no news, and saves what it
     * knows. Blocks. Does nothing the second time.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            boolean unused = save();
        } catch (RuntimeException e) { // the rest must be closed all the same
            log.warn("when devices were seen could not be saved: {}", e.toString());
        }
    }
}
