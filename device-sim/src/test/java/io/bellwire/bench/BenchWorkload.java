package io.bellwire.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/** A fleet of devices and a source of orders at one server. One thread uses it. */
final class BenchWorkload implements AutoCloseable {
    /** Devices that connect at a time where it is not the rush that is measured. */
    static final int AT_ONCE = 200;

    private static final long LOOK_NANOS = 2_000_000;
    private static final double CONNECTED_WITHIN_SECONDS = 120;
    /** A server that has not applied everything by then has not kept up. */
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
     * @param keyed whether orders have idempotency keys, so that they outlive a server
     */
    BenchWorkload(LoadTarget target, int devices, int connectionsShared, boolean keyed)
            throws IOException, InterruptedException {
        this(target, target.register(devices), connectionsShared, keyed);
    }

    /** With devices that are registered. */
    BenchWorkload(LoadTarget target, List<String> secrets, int connectionsShared, boolean keyed) throws IOException {
        this.target = target;
        ledger = new OrderLedger(0, 0, 1, secrets.size());
        fleet = new LightFleet(target, secrets, connectionsShared, ledger);
        source = new BenchOrderSource(target, new OrderText(target.token(), keyed));
    }

    /** Returns when all devices are connected and have read what there was. */
    void connect() {
        fleet.connect(AT_ONCE);
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
     * Begins with so many orders. Those before must be finished.
     *
     * @param perSecond infinite for as many as the server takes from 160 connections
     */
    OrderLedger begin(int orders, double perSecond) {
        ledger = new OrderLedger(numbers, orders, perSecond, fleet.size());
        numbers += orders;
        fleet.ledger = ledger;
        source.begin(ledger);
        return ledger;
    }

    /** Has no further orders come. */
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
     * Waits for the orders that have begun, gives up those that were not even sent, and checks that each was applied once.
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
     * What a run at an even pace came to, without its beginning.
     *
     * @param acknowledgedMicros from when an order was due
     * @param appliedMicros from when an order was due
     * @param keptUp whether all was applied soon after the last order was due
     */
    record Run(
            int orders,
            Histogram acknowledgedMicros,
            Histogram appliedMicros,
            Usage.Spent spent,
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

    /** Places orders at an even pace, and returns when all are applied. The first seconds are not counted. */
    Run run(double perSecond, double uncountedSeconds, double seconds) throws IOException {
        int from = (int) Math.round(perSecond * uncountedSeconds);
        int orders = (int) Math.round(perSecond * seconds);
        OrderLedger run = begin(from + orders, perSecond);
        sleepUntil(run.dueNanos(from));
        Usage before = Usage.of(target);
        sleepUntil(run.dueNanos(from + orders));
        Usage.Spent spent = Usage.of(target).since(before);
        boolean keptUp = finish();
        return new Run(
                orders,
                run.acknowledgedMicros(from, from + orders),
                run.appliedMicros(from, from + orders),
                spent,
                run.outOfOrder(),
                keptUp);
    }

    /** Has orders come until the server has compiled what it runs, and keeps up with them. */
    void warmUp(BenchPlan plan) throws IOException {
        Run run = run(plan.perSecond(), 0, plan.warmUpSeconds());
        for (int i = 0; i < WARM_UPS_MORE && run.appliedMillis(99) > OrderLedger.TIMELY_MICROS / 1e3; i++) {
            run = run(plan.perSecond(), 0, plan.warmUpSeconds() / 4);
        }
    }

    /** Whether it was so within {@code seconds}. */
    static boolean waitFor(double seconds, BooleanSupplier condition) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return true;
    }

    static void sleep(double seconds) {
        sleepUntil(System.nanoTime() + (long) (seconds * 1e9));
    }

    /** By {@link System#nanoTime}. */
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
