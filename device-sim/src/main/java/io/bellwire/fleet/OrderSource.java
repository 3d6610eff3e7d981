package io.bellwire.fleet;

import io.bellwire.device.DeviceId;
import io.bellwire.device.net.Timers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Places orders at a steady rate, each for a device drawn at random, and records what the server acknowledged. Places
 * one in twenty a second time under the same key, as if its answer had been lost: the server must answer with the same
 * order. Unless the options say so, some orders are changed afterwards: their data, or their status step by step; and
 * some devices get an event of another back end. If there are partners, half of the orders are theirs. Thread-safe.
 */
final class OrderSource {
    private static final long TICK_MILLIS = 20;
    /** With more orders than this unanswered, the server is taken to be away, and new orders wait. */
    private static final int UNANSWERED_MAX = 512;

    private static final double REPEATED = 0.05;
    private static final double PATCHED = 0.1;
    private static final double STEPPED = 0.1;
    private static final double WITH_EVENT = 0.05;
    private static final double OF_PARTNER = 0.5;
    private static final List<String> STEPS = List.of("accepted", "in_progress", "ready", "delivered");

    private final FleetOptions options;
    private final List<DeviceId> devices;
    private final List<String> partners;
    private final OperatorClient operator;
    private final AcknowledgedOrders acknowledged;
    private final Timers timers;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile long lastAnswerMillis;
    private final SteadyRate rate;
    private final ForeignEventSource events;
    // used only by the timer
    private int placed;

    OrderSource(
            FleetOptions options,
            List<DeviceId> devices,
            List<String> partners,
            OperatorClient operator,
            AcknowledgedOrders acknowledged,
            Timers timers,
            LongSupplier nanos,
            RandomGenerator random) {
        this.options = options;
        this.devices = List.copyOf(devices);
        this.partners = List.copyOf(partners);
        this.operator = operator;
        this.acknowledged = acknowledged;
        this.timers = timers;
        this.nanos = nanos;
        this.random = random;
        this.rate = new SteadyRate(options.ratePerSecond(), timers.nowMillis());
        this.events = new ForeignEventSource(options.tag());
    }

    /** Completes once every order is acknowledged; fails with {@link FleetException}. */
    CompletableFuture<Void> start() {
        lastAnswerMillis = timers.nowMillis();
        tick();
        return end;
    }

    private void tick() {
        long now = timers.nowMillis();
        if (unanswered.get() == 0 && placed == options.orders()) {
            end.complete(null);
        }
        if (now - lastAnswerMillis > options.timeoutSeconds() * 1_000L) {
            end.completeExceptionally(new FleetException("no order was acknowledged for " + options.timeoutSeconds()
                    + " s, " + acknowledged.size() + " were"));
        }
        if (end.isDone()) {
            return;
        }
        rate.advance(now);
        while (rate.isDue() && placed < options.orders() && unanswered.get() < UNANSWERED_MAX) {
            long unused = rate.take();
            placed++;
            place(placed);
        }
        timers.after(TICK_MILLIS, this::tick);
    }

    private void place(int number) {
        DeviceId device = devices.get(random.nextInt(devices.size()));
        boolean repeat = random.nextDouble() < REPEATED;
        double next = options.ordersOnly() ? 1 : random.nextDouble();
        String key = options.tag() + "-" + number;
        String partner = !partners.isEmpty() && random.nextDouble() < OF_PARTNER
                ? partners.get(random.nextInt(partners.size()))
                : "";
        String ofPartner = partner.isEmpty() ? "" : "\"partner_id\":\"" + partner + "\",";
        String body = "{\"device_id\":\"" + device + "\"," + ofPartner + "\"recipe_id\":\"recipe-" + random.nextInt(20)
                + "\",\"volume\":\"" + (100 + random.nextInt(400)) + " ml\",\"data\":{\"number\":" + number + "}}";
        unanswered.incrementAndGet();
        CompletableFuture<?> ignored = operator.place(key, body)
                .thenCompose(order -> {
                    acknowledged(order.id(), device, partner);
                    return repeat ? operator.place(key, body) : CompletableFuture.completedFuture(order);
                })
                .thenCompose(order -> change(key, order, device, next))
                .whenComplete((done, failure) -> {
                    // The answer to the repetition is not checked: a second order would show at the device as one that
                    // nobody placed.
                    if (failure != null) {
                        end.completeExceptionally(cause(failure));
                    }
                    unanswered.decrementAndGet();
                });
    }

    /** @param draw from 0 to 1, decides what comes after the order */
    private CompletableFuture<?> change(String key, OperatorClient.OrderVersion order, DeviceId device, double draw) {
        if (draw < PATCHED) {
            return change(key + "-patch", order, "{\"data\":{\"note\":\"" + key + "\"}}");
        } else if (draw < PATCHED + STEPPED) {
            int steps = 1 + (int) ((draw - PATCHED) / STEPPED * STEPS.size());
            return step(key, order, STEPS.subList(0, steps));
        } else if (draw < PATCHED + STEPPED + WITH_EVENT) {
            return sendEvent(device);
        }
        return CompletableFuture.completedFuture(order);
    }

    private CompletableFuture<?> step(String key, OperatorClient.OrderVersion order, List<String> steps) {
        String status = steps.get(0);
        CompletableFuture<OperatorClient.OrderVersion> taken =
                change(key + "-" + status, order, "{\"status\":\"" + status + "\"}");
        return steps.size() == 1
                ? taken
                : taken.thenCompose(changed -> step(key, changed, steps.subList(1, steps.size())));
    }

    private CompletableFuture<OperatorClient.OrderVersion> change(
            String key, OperatorClient.OrderVersion order, String patch) {
        return operator.change(key, order.id(), order.version(), patch).thenApply(changed -> {
            acknowledged.changed(changed.id(), changed.version());
            lastAnswerMillis = timers.nowMillis();
            return changed;
        });
    }

    private CompletableFuture<?> sendEvent(DeviceId device) {
        String id = events.nextId();
        return operator.sendEvent(events.toDevice(id, device)).thenRun(() -> {
            acknowledged.eventAcknowledged(id, new AcknowledgedOrders.AcknowledgedEvent(Set.of(device), null, 0));
            lastAnswerMillis = timers.nowMillis();
        });
    }

    /** @param partner empty for none */
    private void acknowledged(String id, DeviceId device, String partner) {
        if (!partner.isEmpty()) {
            acknowledged.isOfPartner(id, partner);
        }
        acknowledged.acknowledged(id, device, nanos.getAsLong());
        lastAnswerMillis = timers.nowMillis();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
