package io.bellwire.fleet;

import io.bellwire.device.DeviceId;
import io.bellwire.device.net.Timers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Places orders at a steady rate, each for a device drawn at random, and records what the server acknowledged. Places
 * one in twenty a second time under the same key, as if its answer had been lost: the server must answer with the same
 * order. Thread-safe.
 */
final class OrderSource {
    private static final long TICK_MILLIS = 20;
    /** With more orders than this unanswered, the server is taken to be away, and new orders wait. */
    private static final int UNANSWERED_MAX = 512;

    private static final double REPEATED = 0.05;

    private final FleetOptions options;
    private final List<DeviceId> devices;
    private final OperatorClient operator;
    private final AcknowledgedOrders acknowledged;
    private final Timers timers;
    private final LongSupplier nanos;
    private final RandomGenerator random;
    private final AtomicInteger unanswered = new AtomicInteger();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile long lastAnswerMillis;
    private final SteadyRate rate;
    // used only by the timer
    private int placed;

    OrderSource(
            FleetOptions options,
            List<DeviceId> devices,
            OperatorClient operator,
            AcknowledgedOrders acknowledged,
            Timers timers,
            LongSupplier nanos,
            RandomGenerator random) {
        this.options = options;
        this.devices = List.copyOf(devices);
        this.operator = operator;
        this.acknowledged = acknowledged;
        this.timers = timers;
        this.nanos = nanos;
        this.random = random;
        this.rate = new SteadyRate(options.ratePerSecond(), timers.nowMillis());
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
        String key = options.tag() + "-" + number;
        String body = "{\"device_id\":\"" + device + "\",\"recipe_id\":\"recipe-" + random.nextInt(20)
                + "\",\"volume\":\"" + (100 + random.nextInt(400)) + " ml\",\"data\":{\"number\":" + number + "}}";
        unanswered.incrementAndGet();
        CompletableFuture<?> ignored = operator.place(key, body)
                .thenCompose(order -> {
                    acknowledged(order.id(), device);
                    return repeat ? operator.place(key, body) : CompletableFuture.completedFuture(order);
                })
                .whenComplete((order, failure) -> {
                    // The answer to the repetition is not checked: a second order would show at the device as one that
                    // nobody placed.
                    if (failure != null) {
                        end.completeExceptionally(cause(failure));
                    }
                    unanswered.decrementAndGet();
                });
    }

    private void acknowledged(String id, DeviceId device) {
        acknowledged.acknowledged(id, device, nanos.getAsLong());
        lastAnswerMillis = timers.nowMillis();
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
