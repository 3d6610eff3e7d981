package io.bellwire.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;

/**
 * Records for every order of one run when it was due, when it was acknowledged, and when its device applied it. An
 * order that is acknowledged and never applied is lost. The order source writes on its thread, the devices on theirs;
 * any thread may read the counts; read the times only once the counts include them.
 */
final class OrderLedger {
    /** An order applied within this time after it was due is in time. */
    static final int TIMELY_MICROS = 100_000;

    private static final long LONGEST_MICROS = 3_600_000_000L;

    private final long first;
    private final int devices;
    private final double nanosPerOrder;
    private final int[] acknowledgedMicros;
    private final int[] appliedMicros;
    private final int[] latestOfDevice;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger applied = new AtomicInteger();
    private final AtomicInteger twice = new AtomicInteger();
    private final AtomicInteger misdirected = new AtomicInteger();
    private final AtomicInteger outOfOrder = new AtomicInteger();
    private final AtomicInteger timelyInRow = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private volatile String failure = "";
    private volatile long startNanos;
    private volatile long lastAppliedNanos;

    /**
     * @param first the number of the first order
     * @param perSecond how many orders are due in a second; infinite if all are due at once
     */
    OrderLedger(long first, int orders, double perSecond, int devices) {
        this.first = first;
        this.devices = devices;
        this.nanosPerOrder = 1e9 / perSecond;
        this.acknowledgedMicros = new int[orders];
        this.appliedMicros = new int[orders];
        this.latestOfDevice = new int[devices];
    }

    int orders() {
        return acknowledgedMicros.length;
    }

    /** Sets the time at which the first order is due. */
    void start(long nanos) {
        startNanos = nanos;
    }

    long startNanos() {
        return startNanos;
    }

    long dueNanos(int order) {
        return startNanos + (long) (order * nanosPerOrder);
    }

    /** How many orders are due by then. */
    int dueBy(long nanos) {
        return (int) Math.min(orders(), 1 + (nanos - startNanos) / nanosPerOrder);
    }

    long number(int order) {
        return first + order;
    }

    int device(int order) {
        return (int) (number(order) % devices);
    }

    // below: called by the order source

    void acknowledged(int order, long nanos) {
        acknowledgedMicros[order] = microsSinceDue(order, nanos);
        acknowledged.incrementAndGet();
    }

    // below: called by the devices

    void applied(int device, long number, long nanos) {
        long order = number - first;
        if (number < 0 || order >= orders() || number % devices != device) {
            misdirected.incrementAndGet();
        } else if (order < 0 || appliedMicros[(int) order] != 0) {
            twice.incrementAndGet(); // all orders of earlier runs were applied when this run began
        } else {
            recordApplied(device, (int) order, nanos);
        }
    }

    private void recordApplied(int device, int order, long nanos) {
        int micros = microsSinceDue(order, nanos);
        appliedMicros[order] = micros;
        if (order + 1 < latestOfDevice[device]) {
            outOfOrder.incrementAndGet();
        } else {
            latestOfDevice[device] = order + 1;
        }
        timelyInRow.set(micros <= TIMELY_MICROS ? timelyInRow.get() + 1 : 0);
        lastAppliedNanos = nanos;
        applied.incrementAndGet();
    }

    /** At least 1, as 0 means that it has not happened. */
    private int microsSinceDue(int order, long nanos) {
        return (int) Math.max(1, (nanos - dueNanos(order)) / 1_000);
    }

    // below: called by the order source and the devices

    /** Notes a request with an answer that must not occur. */
    void failed(String why) {
        failure = why;
        failed.incrementAndGet();
    }

    // below: called by any thread

    int acknowledged() {
        return acknowledged.get();
    }

    int applied() {
        return applied.get();
    }

    /**
     * How many orders were applied after a later order of the same device; allowed, as several may be in flight at
     * once.
     */
    int outOfOrder() {
        return outOfOrder.get();
    }

    /** How many of the latest orders were in time without an interruption. */
    int timelyInRow() {
        return timelyInRow.get();
    }

    /** Sets {@link #timelyInRow} to 0. Call only while no order can be applied. */
    void resetTimelyInRow() {
        timelyInRow.set(0);
    }

    long lastAppliedNanos() {
        return lastAppliedNanos;
    }

    int lost() {
        int lost = 0;
        for (int i = 0; i < orders(); i++) {
            lost += acknowledgedMicros[i] != 0 && appliedMicros[i] == 0 ? 1 : 0;
        }
        return lost;
    }

    int twice() {
        return twice.get();
    }

    /** What went wrong; empty if nothing did. Call only when no order is under way. */
    Optional<String> fault() {
        List<String> faults = new ArrayList<>();
        add(faults, lost(), "orders lost");
        add(faults, twice.get(), "orders applied twice");
        add(faults, misdirected.get(), "orders at a device that they were not for");
        add(faults, failed.get(), "requests failed (" + failure + ")");
        return faults.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", faults));
    }

    private static void add(List<String> faults, int count, String what) {
        if (count > 0) {
            faults.add(count + " " + what);
        }
    }

    /** Microseconds from when an order was due until it was acknowledged. */
    Histogram acknowledgedMicros(int from, int to) {
        return histogram(acknowledgedMicros, from, to);
    }

    /** Microseconds from when an order was due until its device had applied it. */
    Histogram appliedMicros(int from, int to) {
        return histogram(appliedMicros, from, to);
    }

    private static Histogram histogram(int[] micros, int from, int to) {
        Histogram histogram = new Histogram(LONGEST_MICROS, 3);
        Arrays.stream(micros, from, to).filter(value -> value != 0).forEach(histogram::recordValue);
        return histogram;
    }

    /** Whether this share of the orders {@code from} to {@code to} was applied in time. */
    boolean isTimely(int from, int to, double share) {
        int unused = applied.get(); // makes the devices' earlier writes visible to this thread
        long timely = Arrays.stream(appliedMicros, from, to)
                .filter(micros -> micros != 0 && micros < TIMELY_MICROS)
                .count();
        return timely >= share * (to - from);
    }
}
