package io.bellwire.bench;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures the return of devices that were offline and have missed some changes each: all reconnect at once, each with
 * two connections of its own.
 */
final class StormBench {
    private static final double PLACED_WITHIN_SECONDS = 300;
    private static final double RETURNED_WITHIN_SECONDS = 120;

    private final EndToEnd endToEnd;

    StormBench(EndToEnd endToEnd) {
        this.endToEnd = endToEnd;
    }

    List<Row> run() throws Exception {
        EndToEnd.Comparison comparison = endToEnd.measure(this::measure);
        String title = String.format(
                "%,d devices return, %d missed: ",
                endToEnd.plan().returning(), endToEnd.plan().missed());
        Row seconds = comparison.row(title + "all have all", "s", "<= 1.5", "seconds");
        for (String figure : List.of("half_s", "connected_s", "cpu_s", "placed_per_second", "other_cores")) {
            seconds = seconds.with(figure, comparison.product().median(figure))
                    .with("reference_" + figure, comparison.reference().median(figure));
        }
        return List.of(
                seconds.with("lost", 0).with("twice", 0),
                comparison
                        .row(title + "resident memory, peak", "MB", "", "peak_mb")
                        .with("before", comparison.product().median("before_mb"))
                        .with("reference_before", comparison.reference().median("before_mb")),
                comparison.row(title + "resident memory, growth", "MB", "<= 50 MB", "growth_mb"));
    }

    /** Each round uses a new server, as memory of an earlier round would be counted too. */
    private Rounds measure(EndToEnd.TargetStarter starter) throws Exception {
        Rounds rounds = new Rounds();
        for (int round = 0; round < endToEnd.plan().rounds(); round++) {
            try (LoadTarget target = starter.start();
                    BenchWorkload load =
                            new BenchWorkload(target, endToEnd.plan().returning(), 0, false)) {
                load.connect();
                load.fleet.disconnect();
                BenchWorkload.sleep(endToEnd.plan().settleSeconds() / 4);
                endToEnd.progress().print("storm, %s: %d devices have been and gone", target.name(), load.fleet.size());
                placeOrders(target, load, rounds);
                measureReturn(target, load, rounds);
            }
        }
        return rounds;
    }

    private void placeOrders(LoadTarget target, BenchWorkload load, Rounds rounds) {
        int orders = endToEnd.plan().returning() * endToEnd.plan().missed();
        OrderLedger ledger = load.begin(orders, Double.POSITIVE_INFINITY);
        if (!BenchWorkload.waitFor(PLACED_WITHIN_SECONDS, load::isAcknowledged)) {
            throw new IllegalStateException("only " + ledger.acknowledged() + " orders were taken by " + target.name());
        }
        double perSecond = orders / ((System.nanoTime() - ledger.startNanos()) / 1e9);
        rounds.add("placed_per_second", perSecond);
        endToEnd.progress().print("storm, %s: %,d orders wait, %,.0f/s", target.name(), orders, perSecond);
        BenchWorkload.sleep(endToEnd.plan().settleSeconds() / 2);
    }

    private void measureReturn(LoadTarget target, BenchWorkload load, Rounds rounds) throws Exception {
        OrderLedger ledger = load.fleet.ledger;
        target.resetResidentPeak();
        double beforeMb = target.residentBytes() / 1e6;
        endToEnd.recorded("storm", target, () -> {
            ResourceUsage before = ResourceUsage.of(target);
            long began = System.nanoTime();
            load.fleet.connect(load.fleet.size());
            AtomicLong connected = new AtomicLong();
            AtomicLong half = new AtomicLong();
            BenchWorkload.waitFor(RETURNED_WITHIN_SECONDS, () -> {
                recordFirst(connected, load.fleet.connected.get() == load.fleet.size());
                recordFirst(half, ledger.applied() >= ledger.orders() / 2);
                return ledger.applied() >= ledger.orders();
            });
            rounds.add("connected_s", (connected.get() - began) / 1e9);
            rounds.add("half_s", (half.get() - began) / 1e9);
            ResourceUsage.Spent spent = ResourceUsage.of(target).since(before);
            rounds.add("seconds", (ledger.lastAppliedNanos() - began) / 1e9);
            rounds.add("cpu_s", spent.serverSeconds());
            rounds.add("other_cores", spent.otherCores());
        });
        load.finish();
        double peakMb = target.residentPeakBytes() / 1e6;
        rounds.add("before_mb", beforeMb);
        rounds.add("peak_mb", peakMb);
        rounds.add("growth_mb", peakMb - beforeMb);
        endToEnd.progress()
                .print(
                        "storm, %s: all have all after %.2f s, resident %.0f MB before, %.0f MB at most",
                        target.name(), rounds.latest("seconds"), beforeMb, peakMb);
    }

    /** Records the time of the first call with {@code happened}. */
    private static void recordFirst(AtomicLong nanos, boolean happened) {
        if (happened && nanos.get() == 0) {
            nanos.set(System.nanoTime());
        }
    }
}
