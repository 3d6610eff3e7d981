package io.bellwire.soak;

import io.bellwire.device.DeviceId;
import io.bellwire.device.net.Timers;
import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.fleet.FleetException;
import io.bellwire.fleet.ForeignEventSource;
import io.bellwire.fleet.OperatorClient;
import io.bellwire.fleet.SteadyRate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Places orders, changes some of them step by step, and sends events to single devices, all at a steady rate; records
 * what the server acknowledged. Places some orders a second time under the same key, at once or up to half a minute
 * later, as if the answer had been lost: the server must answer with the same order. Thread-safe.
 */
final class SoakWorkload {
    private static final long TICK_MILLIS = 5;
    /** With more writes than this unanswered, the server is taken to be away, and new writes wait. */
    private static final int UNANSWERED_MAX = 512;

    private static final int PERCENT = 100;
    private static final int ORDERS_PERCENT = 60;
    private static final int CHANGES_PERCENT = 30;
    private static final double REPEATED_AT_ONCE = 0.05;
    private static final double REPEATED_LATER = 0.005;
    private static final int LATER_MILLIS_MAX = 30_000;
    private static final double CONTINUED = 0.7;
    /** The part of the orders that partners have besides devices. */
    static final double OF_PARTNER = 0.3;

    /** Orders that wait for their next step; orders beyond this number get no further step. */
    private static final int OPEN_MAX = 5_000;

    private static final List<String> STATUSES = List.of("new", "accepted", "in_progress", "ready", "delivered");

    private final Plan plan;
    private final OperatorClient operator;
    private final AcknowledgedOrders acknowledged;
    private final Timers timers;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final ForeignEventSource events;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong keys = new AtomicLong();
    private final Recorder acknowledgedMicros = new Recorder(3);
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Deque<OpenOrder> open = new ArrayDeque<>();
    private SteadyRate rate;

    private int period;

    /** An order that waits for its next step. */
    private record OpenOrder(String id, long version, int status) {}

    /**
     * What is written. Immutable.
     *
     * @param tag in all names and keys of this run
     * @param ratePerSecond writes a second
     * @param devices those that orders and events are for
     * @param partners those that part of the orders are for
     */
    record Plan(String tag, int ratePerSecond, List<DeviceId> devices, List<String> partners) {
        Plan {
            devices = List.copyOf(devices);
            partners = List.copyOf(partners);
        }
    }

    SoakWorkload(
            Plan plan,
            OperatorClient operator,
            AcknowledgedOrders acknowledged,
            Timers timers,
            LongSupplier nanos,
            RandomGenerator random,
            ForeignEventSource events) {
        this.plan = plan;
        this.operator = operator;
        this.acknowledged = acknowledged;
        this.timers = timers;
        this.nanos = nanos;
        this.random = random;
        this.events = events;
        this.rate = new SteadyRate(plan.ratePerSecond(), timers.nowMillis());
    }

    synchronized void resume() {
        rate = new SteadyRate(plan.ratePerSecond(), timers.nowMillis());
        period++;
        tick(period);
    }

    synchronized void pause() {
        period++;
    }

    /** Whether no write waits for its answer. */
    boolean isIdle() {
        return unanswered.get() == 0;
    }

    /** Fails once the server refuses a write or gives an impossible answer. */
    CompletableFuture<Void> failure() {
        return failure;
    }

    void fail(Throwable thrown) {
        failure.completeExceptionally(
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown);
    }

    /** Times in microseconds from when an order was due until it was acknowledged, since the last call. */
    Histogram acknowledgedMicros() {
        return acknowledgedMicros.getIntervalHistogram();
    }

    private synchronized void tick(int ownPeriod) {
        if (ownPeriod != period || failure.isDone()) {
            return;
        }
        rate.advance(timers.nowMillis());
        while (rate.isDue() && unanswered.get() < UNANSWERED_MAX) {
            long dueNanos = nanos.getAsLong() - rate.take();
            int draw = random.nextInt(PERCENT);
            if (draw >= ORDERS_PERCENT + CHANGES_PERCENT) {
                sendNextEvent();
            } else if (draw >= ORDERS_PERCENT && !open.isEmpty()) {
                change(open.removeFirst());
            } else {
                place(dueNanos);
            }
        }
        timers.after(TICK_MILLIS, () -> tick(ownPeriod));
    }

    private void place(long dueNanos) {
        DeviceId device = plan.devices().get(random.nextInt(plan.devices().size()));
        boolean again = random.nextDouble() < REPEATED_AT_ONCE;
        boolean later = random.nextDouble() < REPEATED_LATER;
        boolean continues = random.nextDouble() < CONTINUED;
        int laterMillis = random.nextInt(LATER_MILLIS_MAX);
        String key = key();
        String partner = drawPartner();
        String ofPartner = partner.isEmpty() ? "" : "\"partner_id\":\"" + partner + "\",";
        String body = "{\"device_id\":\"" + device + "\"," + ofPartner + "\"recipe_id\":\"recipe-" + random.nextInt(20)
                + "\",\"volume\":\"" + (100 + random.nextInt(400)) + " ml\",\"data\":{\"note\":\"" + key + "\"}}";
        int begun = period;
        await(operator.place(key, body).thenCompose(order -> {
            long now = nanos.getAsLong();
            acknowledgedMicros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(now - dueNanos)));
            if (!partner.isEmpty()) {
                acknowledged.isOfPartner(order.id(), partner);
            }
            acknowledged.acknowledged(order.id(), new AcknowledgedOrders.Placed(device, dueNanos, now));
            if (continues) {
                keepOpen(new OpenOrder(order.id(), order.version(), 0));
            }
            if (later) {
                timers.after(laterMillis, () -> repeatLater(begun, key, body, order.id()));
            }
            return again
                    ? operator.place(key, body).thenAccept(second -> requireSame(order.id(), second.id()))
                    : CompletableFuture.completedFuture(null);
        }));
    }

    /** Empty for none. */
    private String drawPartner() {
        boolean isOfPartner = !plan.partners().isEmpty() && random.nextDouble() < OF_PARTNER;
        return isOfPartner ? plan.partners().get(random.nextInt(plan.partners().size())) : "";
    }

    /**
     * Repeats only in the same period of load: a silence must be silent, and the server does not keep a key for ever.
     */
    private synchronized void repeatLater(int begun, String key, String body, String orderId) {
        if (begun == period) {
            await(operator.place(key, body).thenAccept(second -> requireSame(orderId, second.id())));
        }
    }

    private static void requireSame(String first, String second) {
        if (!first.equals(second)) {
            throw new CompletionException(new FleetException(
                    "an order that was placed again under its key, " + first + ", became " + second));
        }
    }

    private synchronized void keepOpen(OpenOrder order) {
        if (open.size() < OPEN_MAX) {
            open.addLast(order);
        }
    }

    private void change(OpenOrder order) {
        boolean isStep = random.nextInt(3) > 0;
        int status = isStep ? order.status() + 1 : order.status();
        boolean continues = random.nextDouble() < CONTINUED && status + 1 < STATUSES.size();
        String key = key();
        String patch =
                isStep ? "{\"status\":\"" + STATUSES.get(status) + "\"}" : "{\"data\":{\"note\":\"" + key + "\"}}";
        await(operator.change(key, order.id(), order.version(), patch).thenAccept(changed -> {
            acknowledged.changed(order.id(), changed.version());
            if (continues) {
                keepOpen(new OpenOrder(order.id(), changed.version(), status));
            }
        }));
    }

    private void sendNextEvent() {
        DeviceId device = plan.devices().get(random.nextInt(plan.devices().size()));
        String id = events.nextId();
        AcknowledgedOrders.AcknowledgedEvent event = new AcknowledgedOrders.AcknowledgedEvent(Set.of(device), null, 0);
        await(operator.sendEvent(events.toDevice(id, device)).thenRun(() -> acknowledged.eventAcknowledged(id, event)));
    }

    private String key() {
        return plan.tag() + "-" + keys.incrementAndGet();
    }

    private void await(CompletableFuture<Void> write) {
        unanswered.incrementAndGet();
        CompletableFuture<?> ignored = write.whenComplete((nothing, thrown) -> {
            unanswered.decrementAndGet();
            if (thrown != null) {
                fail(thrown);
            }
        });
    }
}
