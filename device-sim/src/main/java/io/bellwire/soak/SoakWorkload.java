package io.bellwire.soak;

import io.bellwire.device.DeviceId;
import io.bellwire.fleet.AcknowledgedOrders;
import io.bellwire.fleet.FleetException;
import io.bellwire.fleet.OperatorClient;
import io.bellwire.fleet.SteadyRate;
import io.bellwire.net.Timers;
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
 * Places orders, leads some of them through their life, and tells events to single devices, all at a steady rate; and tells
 * the truth what was acknowledged. Some orders are placed a second time under the same key, at once or half a minute later,
 * as if the answer had been lost: that must be the same order. Thread-safe.
 */
final class SoakWorkload {
    private static final long TICK_MILLIS = 5;
    /** More than this unanswered: the server is away, and what is new waits with it. */
    private static final int UNANSWERED_MAX = 512;

    private static final int PERCENT = 100;
    private static final int ORDERS_PERCENT = 60;
    private static final int CHANGES_PERCENT = 30;
    private static final double REPEATED_AT_ONCE = 0.05;
    private static final double REPEATED_LATER = 0.005;
    private static final int LATER_MILLIS_MAX = 30_000;
    private static final double LED_ON = 0.7;
    /** Orders that wait for their next step; more than this are left as they are. */
    private static final int OPEN_MAX = 5_000;

    private static final List<String> STATUSES = List.of("new", "accepted", "in_progress", "ready", "delivered");

    private final String tag;
    private final int ratePerSecond;
    private final List<DeviceId> devices;
    private final OperatorClient operator;
    private final AcknowledgedOrders truth;
    private final Timers timers;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final ForeignEventSource events;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong keys = new AtomicLong();
    private final Recorder acknowledgedMicros = new Recorder(3);
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final Deque<Open> open = new ArrayDeque<>();
    private SteadyRate pace;

    private int stretch;

    /** An order that may take its next step. */
    private record Open(String id, long version, int status) {}

    SoakWorkload(
            String tag,
            int ratePerSecond,
            List<DeviceId> devices,
            OperatorClient operator,
            AcknowledgedOrders truth,
            Timers timers,
            LongSupplier nanos,
            RandomGenerator random,
            ForeignEventSource events) {
        this.tag = tag;
        this.ratePerSecond = ratePerSecond;
        this.devices = List.copyOf(devices);
        this.operator = operator;
        this.truth = truth;
        this.timers = timers;
        this.nanos = nanos;
        this.random = random;
        this.events = events;
        this.pace = new SteadyRate(ratePerSecond, timers.nowMillis());
    }

    synchronized void resume() {
        pace = new SteadyRate(ratePerSecond, timers.nowMillis());
        stretch++;
        tick(stretch);
    }

    synchronized void pause() {
        stretch++;
    }

    /** Whether nothing is unanswered. */
    boolean isIdle() {
        return unanswered.get() == 0;
    }

    /** Fails once the server refuses something, or answers what cannot be. */
    CompletableFuture<Void> failure() {
        return failure;
    }

    void fail(Throwable thrown) {
        failure.completeExceptionally(
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown);
    }

    /** How long it took from when an order was due until it was acknowledged, since this was asked before. */
    Histogram acknowledgedMicros() {
        return acknowledgedMicros.getIntervalHistogram();
    }

    private synchronized void tick(int ownStretch) {
        if (ownStretch != stretch || failure.isDone()) {
            return;
        }
        pace.advance(timers.nowMillis());
        while (pace.isDue() && unanswered.get() < UNANSWERED_MAX) {
            long dueNanos = nanos.getAsLong() - pace.take();
            int draw = random.nextInt(PERCENT);
            if (draw >= ORDERS_PERCENT + CHANGES_PERCENT) {
                tell();
            } else if (draw >= ORDERS_PERCENT && !open.isEmpty()) {
                change(open.removeFirst());
            } else {
                place(dueNanos);
            }
        }
        timers.after(TICK_MILLIS, () -> tick(ownStretch));
    }

    private void place(long dueNanos) {
        DeviceId device = devices.get(random.nextInt(devices.size()));
        boolean again = random.nextDouble() < REPEATED_AT_ONCE;
        boolean later = random.nextDouble() < REPEATED_LATER;
        boolean ledOn = random.nextDouble() < LED_ON;
        int laterMillis = random.nextInt(LATER_MILLIS_MAX);
        String key = key();
        String body = "{\"device_id\":\"" + device + "\",\"recipe_id\":\"recipe-" + random.nextInt(20)
                + "\",\"volume\":\"" + (100 + random.nextInt(400)) + " ml\",\"data\":{\"note\":\"" + key + "\"}}";
        int begun = stretch;
        await(operator.place(key, body).thenCompose(order -> {
            long now = nanos.getAsLong();
            acknowledgedMicros.recordValue(Math.max(0, TimeUnit.NANOSECONDS.toMicros(now - dueNanos)));
            truth.acknowledged(order.id(), new AcknowledgedOrders.Placed(device, dueNanos, now));
            if (ledOn) {
                leadOn(new Open(order.id(), order.version(), 0));
            }
            if (later) {
                timers.after(laterMillis, () -> repeatLater(begun, key, body, order.id()));
            }
            return again
                    ? operator.place(key, body).thenAccept(second -> requireSame(order.id(), second.id()))
                    : CompletableFuture.completedFuture(null);
        }));
    }

    /** Not in another stretch of work: a silence is to be silent, and a key is not known for ever. */
    private synchronized void repeatLater(int begun, String key, String body, String orderId) {
        if (begun == stretch) {
            await(operator.place(key, body).thenAccept(second -> requireSame(orderId, second.id())));
        }
    }

    private static void requireSame(String first, String second) {
        if (!first.equals(second)) {
            throw new CompletionException(new FleetException(
                    "an order that was placed again under its key, " + first + ", became " + second));
        }
    }

    private synchronized void leadOn(Open order) {
        if (open.size() < OPEN_MAX) {
            open.addLast(order);
        }
    }

    private void change(Open order) {
        boolean isStep = random.nextInt(3) > 0;
        int status = isStep ? order.status() + 1 : order.status();
        boolean ledOn = random.nextDouble() < LED_ON && status + 1 < STATUSES.size();
        String key = key();
        String patch =
                isStep ? "{\"status\":\"" + STATUSES.get(status) + "\"}" : "{\"data\":{\"note\":\"" + key + "\"}}";
        await(operator.change(key, order.id(), order.version(), patch).thenAccept(changed -> {
            truth.changed(order.id(), changed.version());
            if (ledOn) {
                leadOn(new Open(order.id(), changed.version(), status));
            }
        }));
    }

    private void tell() {
        DeviceId device = devices.get(random.nextInt(devices.size()));
        String id = events.nextId();
        AcknowledgedOrders.Told what = new AcknowledgedOrders.Told(Set.of(device), null, 0);
        await(operator.tell(events.toDevice(id, device)).thenRun(() -> truth.told(id, what)));
    }

    private String key() {
        return tag + "-" + keys.incrementAndGet();
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
