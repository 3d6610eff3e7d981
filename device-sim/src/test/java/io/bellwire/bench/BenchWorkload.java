package io.bellwire.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/** A fleet of devices and a source of orders for one server. One thread uses it. */
final class BenchWorkload implements AutoCloseable {
    /** How many devices connect at a time, unless the rush itself is measured. */
    static final int CONCURRENT_CONNECTS = 200;

    private static final long CHECK_NANOS = 2_000_000;
    private static final double CONNECTED_WITHIN_SECONDS = 120;
    /** If not all orders are applied by then, the server has not kept up. */
    private static final double KEPT_UP_SECONDS = 10;

    private static final int WARM_UPS_MORE = 8;
    private static final double FINISHED_WITHIN_SECONDS = 120;

    final LightFleet fleet;

    private final LoadTarget target;
    private final BenchOrderSource source;
    private OrderLedger ledger;
    private long numbers;

    /**
     * Registers the devices.
     *
     * @param connectionsShared see {@link LightFleet}
     * @param keyed whether orders have idempotency keys, so that they can be repeated after a kill
     */
    BenchWorkload(LoadTarget target, int devices, int connectionsShared, boolean keyed)
            throws IOException, InterruptedException {
        this(target, target.register(devices), connectionsShared, keyed);
    }

    /** Uses devices that are registered already. */
    BenchWorkload(LoadTarget target, List<String> secrets, int connectionsShared, boolean keyed) throws IOException {
        this.target = target;
        ledger = new OrderLedger(0, 0, 1, secrets.size());
        fleet = new LightFleet(target, secrets, connectionsShared, ledger);
        source = new BenchOrderSource(target, new OrderText(target.token(), keyed));
    }

    /** Connects all devices; returns when all have read their feeds to the end. */
    void connect() {
        fleet.connect(CONCURRENT_CONNECTS);
        awaitUpToDate();
    }

    void awaitUpToDate() {
        if (!waitFor(CONNECTED_WITHIN_SECONDS, () -> fleet.upToDate.get() == fleet.size())) {
            throw new IllegalStateException(
                    "only " + fleet.connected + " of " + fleet.size() + " devices are connected to " + target.name()
                            + ", " + fleet.upToDate + " are up to date, " + fleet.cuts + " connections ended");
        }
    }

    /**
     * Begins to place so many orders. All orders before must be finished.
     *
     * @param perSecond infinite for as many as the server accepts from 160 connections
     */
    OrderLedger begin(int orders, double perSecond) {
        ledger = new OrderLedger(numbers, orders, perSecond, fleet.size());
        numbers += orders;
        fleet.ledger = ledger;
        source.begin(ledger);
        return ledger;
    }

    /** Places no further orders. */
    void stop() {
        source.stop();
    }

    boolean isAcknowledged() {
        return source.isDone();
    }

    boolean isFinished() {
        return source.isDone() && ledger.applied() >= ledger.acknowledged();
    }

    /**
     * Waits for the orders of the present ledger, drops those that were not yet sent if the server is too slow, and
     * checks that each was applied once.
     *
     * @return whether the server has kept up
     */
    boolean finish() {
        boolean keptUp = waitFor(KEPT_UP_SECONDS, this::isFinished);
        if (!keptUp) {
            stop();
            waitFor(FINISHED_WITHIN_SECONDS, this::isFinished);
        }
        ledger.fault().ifPresent(fault -> {
            throw new IllegalStateException(target.name() + ": " + fault);
        });
        if (!isFinished()) {
            throw new IllegalStateException(target.name() + " has stopped to answer");
        }
        return keptUp;
    }

    /**
     * The figures of a run at an even rate, without its beginning.
     *
     * @param acknowledgedMicros from when an order was due
     * @param appliedMicros from when an order was due
     * @param keptUp whether all orders were applied soon after the last one was due
     */
    record Run(
            int orders,
            Histogram acknowledgedMicros,
            Histogram appliedMicros,
            ResourceUsage.Spent spent,
            int outOfOrder,
            boolean keptUp) {
        double acknowledgedMillis(double percentile) {
            return acknowledgedMicros.getValueAtPercentile(percentile) / 1e3;
        }

        double appliedMillis(double percentile) {
            return appliedMicros.getValueAtPercentile(percentile) / 1e3;
        }

        double cpuMicros() {
            return spent.serverSeconds() * 1e6 / orders;
        }
    }

    /**
     * Places orders at an even rate, and returns when all are applied. The first {@code uncountedSeconds} are not
     * measured.
     */
    Run run(double perSecond, double uncountedSeconds, double seconds) throws IOException {
        int from = (int) Math.round(perSecond * uncountedSeconds);
        int orders = (int) Math.round(perSecond * seconds);
        OrderLedger run = begin(from + orders, perSecond);
        sleepUntil(run.dueNanos(from));
        ResourceUsage before = ResourceUsage.of(target);
        sleepUntil(run.dueNanos(from + orders));
        ResourceUsage.Spent spent = ResourceUsage.of(target).since(before);
        boolean keptUp = finish();
        return new Run(
                orders,
                run.acknowledgedMicros(from, from + orders),
                run.appliedMicros(from, from + orders),
                spent,
                run.outOfOrder(),
                keptUp);
    }

    /** Places orders until the server has compiled its hot code and keeps up. */
    void warmUp(BenchPlan plan) throws IOException {
        Run run = run(plan.perSecond(), 0, plan.warmUpSeconds());
        for (int i = 0; i < WARM_UPS_MORE && run.appliedMillis(99) > OrderLedger.TIMELY_MICROS / 1e3; i++) {
            run = run(plan.perSecond(), 0, plan.warmUpSeconds() / 4);
        }
    }

    /** Waits until the condition holds; false if it does not within {@code seconds}. */
    static boolean waitFor(double seconds, BooleanSupplier condition) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(CHECK_NANOS);
        }
        return true;
    }

    static void sleep(double seconds) {
        sleepUntil(System.nanoTime() + (long) (seconds * 1e9));
    }

    /** Sleeps until {@link System#nanoTime} reaches {@code nanos}. */
    static void sleepUntil(long nanos) {
        for (long left = nanos - System.nanoTime(); left > 0; left = nanos - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @Override
    public void close() {
        source.close();
        fleet.close();
    }
}
