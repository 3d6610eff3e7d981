package io.bellwire.delivery;

import io.bellwire.log.FeedId;
import io.bellwire.log.FeedListener;
import io.bellwire.log.Revision;
import io.bellwire.runtime.OutOfMemory;
import io.bellwire.runtime.Scheduler;
import io.bellwire.runtime.Stopwatch;
import io.bellwire.runtime.TurnAlarm;
import io.bellwire.runtime.TurnHeartbeat;
import io.bellwire.webhook.EndpointHealth;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.WebhookEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Calls the endpoints of partners when their feeds grow, until they have received everything. Thread-safe: events
 * arrive on any thread; these methods return at once and never throw. Everything else happens on the scheduler, one
 * turn at a time.
 *
 * <p>An event only marks its endpoint and puts that into the queue, unless it is there already. So memory and queue are
 * bounded by the number of endpoints, however many changes are committed, and an idle endpoint costs neither a timer
 * nor a look.
 */
public final class Deliveries implements FeedListener, AutoCloseable {
    /** Endpoints served in one turn, so that timers are not kept waiting by a long queue. */
    private static final int TURN_MAX = 1_000;

    private static final long AFTER_FAULT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DeliveryOptions options;
    private final DeliveryPorts ports;
    private final Scheduler scheduler;
    private final LongSupplier wallMillis;
    private final RandomGenerator random;
    private final DeliveryMeters meters;
    private final DeliveryFaults faults;

    private final PartnerFeeds feeds = new PartnerFeeds();
    private final AtomicLong serials = new AtomicLong();
    private final Queue<TrackedEndpoint> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean woken = new AtomicBoolean();
    private final TurnHeartbeat heartbeat;
    private final DeliveryRecovery recovery;
    private volatile boolean started;
    private volatile boolean closed;

    // below: the loop's own
    private final EndpointTimers timers = new EndpointTimers();
    private final CallCapacity capacity;
    private final EndpointCalls calls;
    private final AskedCalls asked;
    private final Replays replays;
    private final EndpointWrites writes;
    private final PositionSaver saver;
    private final TurnAlarm alarm;

    /**
     * Deliveries that take endpoints and events, and call nobody before {@link #start}.
     *
     * @param scheduler runs the loop
     * @param wallMillis the time, milliseconds since 1970, for what is shown
     */
    public Deliveries(
            DeliveryOptions options,
            DeliveryPorts ports,
            Scheduler scheduler,
            LongSupplier wallMillis,
            RandomGenerator random,
            MeterRegistry registry) {
        this.options = options;
        this.ports = ports;
        this.scheduler = scheduler;
        this.wallMillis = wallMillis;
        this.random = random;
        this.meters = new DeliveryMeters(registry);
        this.faults = new DeliveryFaults(meters, new Stopwatch(scheduler::nowNanos));
        this.heartbeat = new TurnHeartbeat(scheduler, "the delivery to webhooks", "no endpoint is called");
        this.capacity = new CallCapacity(options);
        this.calls = new EndpointCalls(ports, capacity, faults, this::enqueue);
        this.asked = new AskedCalls(calls, capacity, random);
        ReplayFactory factory = new ReplayFactory(options, meters, wallMillis, random, serials::incrementAndGet);
        this.replays = new Replays(ports, calls, faults, this::enqueue, factory);
        this.writes = new EndpointWrites(ports.log(), faults, this::enqueue);
        this.saver = new PositionSaver(ports.log(), faults, this::wake);
        this.recovery = new DeliveryRecovery(feeds, ports, replays, asked, scheduler::nowNanos, this::enqueue);
        this.alarm = new TurnAlarm(scheduler, this::turn);
        meters.gauge("calls.in.flight", "Calls under way", capacity::calls);
        meters.gauge("bytes.in.flight", "Bytes in the bodies of calls under way", capacity::bytes);
        meters.gauge("replays", "Replays that are not over", replays::running);
        meters.gauge("attempts.kept", "Attempts of calls that are remembered", ports.attempts()::size);
        meters.gauge("queue", "Endpoints that wait for a turn", queue::size);
        meters.gauge("late.seconds", "How late the loop of deliveries is", heartbeat::lateSeconds);
        meters.gauge(
                "oldest.seconds",
                "Age of the oldest change that an endpoint has not received",
                () -> feeds.oldestSeconds(wallMillis.getAsLong()));
    }

    /** Begins to call endpoints. */
    public void start() {
        started = true;
        wake();
    }

    /** Empty while endpoints are served, else one line that says why not. */
    public Optional<String> problem() {
        return closed ? Optional.empty() : heartbeat.problem();
    }

    /** Has endpoints called beside their delivery. */
    public DeliveryRecovery recovery() {
        return recovery;
    }

    /**
     * The endpoint was created, changed, or found at a start.
     *
     * @param position how far it is, if it is not known here yet; empty for the head of its feed. Whoever creates an
     *     endpoint saves its position with it: what is committed before that is saved here would be lost at a kill
     */
    public void put(WebhookEndpoint endpoint, Optional<EndpointPosition> position) {
        PartnerFeed feed = feeds.getOrAdd(endpoint.id().feed());
        TrackedEndpoint tracked;
        synchronized (feed) {
            TrackedEndpoint known = feed.find(endpoint.id());
            tracked = known == null ? add(feed, endpoint, position.orElse(null)) : known;
        }
        tracked.inbox.add(nowNanos -> changed(tracked, endpoint, nowNanos));
        enqueue(tracked);
    }

    private TrackedEndpoint add(PartnerFeed feed, WebhookEndpoint endpoint, @Nullable EndpointPosition position) {
        DeliveryRecord record = new DeliveryRecord(options, meters, wallMillis);
        TrackedEndpoint tracked = new TrackedEndpoint(
                feed,
                serials.incrementAndGet(),
                new EndpointDelivery(endpoint, position, options, random, record, null),
                record);
        tracked.savedPosition = position == null ? -1 : position.revision().value();
        tracked.count(meters, scheduler.nowNanos());
        feed.add(tracked); // before the feed is read: no commit falls between the two
        return tracked;
    }

    /** The endpoint was deleted. */
    public void remove(EndpointId id) {
        TrackedEndpoint tracked = feeds.find(id);
        if (tracked != null) {
            tracked.isRemoved = true;
            tracked.feed.remove(tracked);
            enqueue(tracked);
        }
    }

    /** How the endpoint is doing; empty if there is none. */
    public Optional<EndpointHealth> health(EndpointId id) {
        return Optional.ofNullable(feeds.find(id)).map(tracked -> tracked.health(scheduler.nowNanos()));
    }

    /** Calls the partner's endpoints no more, new URLs excepted; or again, as if no call had failed. */
    public void suspend(FeedId partner, boolean isSuspended) {
        feeds.getOrAdd(partner).suspend(isSuspended, this::enqueue);
    }

    @Override
    public void committed(List<Advance> advances) {
        for (Advance advance : advances) {
            PartnerFeed feed = feeds.get(advance.feed());
            if (feed != null) {
                feed.committed(advance);
                feed.endpoints().forEach(this::enqueue);
            }
        }
    }

    @Override
    public void received(FeedId id, Revision revision) {
        PartnerFeed feed = feeds.get(id);
        if (feed != null) {
            feed.read(revision); // only ever makes a reminder needless: that needs no turn
        }
    }

    @Override
    public void processed(FeedId id, Revision revision) {
        PartnerFeed feed = feeds.get(id);
        if (feed != null) {
            feed.processed(revision);
            feed.endpoints().forEach(this::enqueue);
        }
    }

    /** Makes no more calls, and saves where endpoints are. The log must still take writes. */
    @Override
    public void close() {
        closed = true;
        queue.clear();
        scheduler.schedule(Duration.ZERO, () -> saver.close(scheduler.nowNanos()));
    }

    private void enqueue(TrackedEndpoint endpoint) {
        if (endpoint.queued.compareAndSet(false, true)) {
            queue.add(endpoint);
            wake();
        }
    }

    private void wake() {
        if (!closed && woken.compareAndSet(false, true)) {
            heartbeat.due(scheduler.nowNanos());
            scheduler.schedule(Duration.ZERO, this::turn);
        }
    }

    private void turn() {
        heartbeat.begin();
        woken.set(false);
        if (started && !closed) {
            try {
                serveAll();
            } catch (Throwable thrown) { // without the alarm, no endpoint would be served until the next event
                OutOfMemory.report(thrown);
                faults.report("A turn was cut short", thrown);
                turnAtLatest(scheduler.nowNanos() + AFTER_FAULT_NANOS);
            }
        }
        heartbeat.end();
    }

    private void turnAtLatest(long nanos) {
        heartbeat.due(nanos);
        alarm.atLatest(nanos);
    }

    private void serveAll() {
        long nowNanos = scheduler.nowNanos();
        for (TrackedEndpoint due = timers.takeDue(nowNanos); due != null; due = timers.takeDue(nowNanos)) {
            enqueue(due);
        }
        for (int served = 0; served < TURN_MAX; served++) {
            TrackedEndpoint endpoint = queue.poll();
            if (endpoint == null) {
                break;
            }
            serve(endpoint);
        }
        for (int granted = 0; granted < TURN_MAX; granted++) {
            TrackedEndpoint waiting = capacity.nextWaiting();
            if (waiting == null) {
                break;
            }
            enqueue(waiting);
        }
        saver.turn(scheduler.nowNanos());
        if (queue.isEmpty()) {
            turnAtLatest(Math.min(timers.nextNanos(), saver.dueNanos()));
        } else {
            wake();
        }
    }

    private void serve(TrackedEndpoint endpoint) {
        // before anything is read: an event from here on queues the endpoint again
        endpoint.queued.set(false);
        long nowNanos = scheduler.nowNanos();
        try {
            synchronized (endpoint) {
                applyEvents(endpoint, nowNanos);
                long nextNanos = endpoint.isRemoved ? forget(endpoint, nowNanos) : run(endpoint, nowNanos);
                timers.arm(endpoint, nextNanos);
            }
        } catch (Throwable thrown) {
            // whatever was thrown: the other endpoints must be served, and this one gets another turn
            OutOfMemory.report(thrown);
            faults.report("An endpoint could not be served", thrown);
            timers.arm(endpoint, nowNanos + AFTER_FAULT_NANOS);
        }
    }

    private static void applyEvents(TrackedEndpoint endpoint, long nowNanos) {
        for (TrackedEndpoint.Event event = endpoint.inbox.poll(); event != null; event = endpoint.inbox.poll()) {
            event.apply(nowNanos);
        }
    }

    /** What a removed endpoint holds ends with its last call. */
    private long forget(TrackedEndpoint endpoint, long nowNanos) {
        timers.remove(endpoint);
        capacity.forget(endpoint);
        endpoint.uncount(meters);
        recovery.removed(endpoint);
        calls.endOverdue(endpoint, nowNanos);
        return EndpointCalls.overdueNanos(endpoint);
    }

    private long run(TrackedEndpoint endpoint, long nowNanos) {
        calls.endOverdue(endpoint, nowNanos);
        if (endpoint.isReplay()) {
            return Math.min(replays.run(endpoint, nowNanos), EndpointCalls.overdueNanos(endpoint));
        }
        endpoint.feed.tell(endpoint.delivery);
        long askedNanos = asked.run(endpoint, nowNanos);
        endpoint.nextNanos = calls.run(endpoint, nowNanos);
        long nextNanos = Math.min(askedNanos, endpoint.nextNanos);
        UrlChallenge challenge = endpoint.challenge;
        if (challenge != null) {
            long askNanos = calls.runChallenge(endpoint, challenge, wallMillis.getAsLong(), nowNanos);
            nextNanos = Math.min(nextNanos, askNanos);
        }
        nextNanos = Math.min(nextNanos, endpoint.delivery.watch(nowNanos));
        nextNanos = Math.min(nextNanos, writes.run(endpoint, nowNanos));
        noteState(endpoint, nowNanos);
        return Math.min(nextNanos, EndpointCalls.overdueNanos(endpoint));
    }

    private void noteState(TrackedEndpoint endpoint, long nowNanos) {
        endpoint.count(meters, nowNanos);
        endpoint.oldestMillis = endpoint.delivery.oldestMillis();
        boolean isUrgent = endpoint.delivery.takeSaveUrgent();
        EndpointPosition position = endpoint.delivery.position();
        if (position != null && position.revision().value() != endpoint.savedPosition) {
            endpoint.savedPosition = position.revision().value();
            saver.moved(endpoint, isUrgent, nowNanos);
        }
    }

    private void changed(TrackedEndpoint tracked, WebhookEndpoint endpoint, long nowNanos) {
        tracked.delivery.changed(endpoint);
        replays.changed(tracked);
        tracked.challenge =
                UrlChallenge.of(endpoint.urls(), tracked.challenge, ports.log().steadyMillis(), nowNanos);
    }
}
