package io.bellwire.bench;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Devices are away, miss some changes each, and all come back at once, each on its own two connections. */
final class StormBench {
    private static final double PLACED_WITHIN_SECONDS = 300;
    private static final double RETURNED_WITHIN_SECONDS = 120;

    private final WholeWay way;

    StormBench(WholeWay way) {
        this.way = way;
    }

    List<Row> run() throws Exception {
        WholeWay.Both both = way.measure(this::measure);
        String title = String.format(
                "%,d devices return, %d missed: ",
                way.plan().returning(), way.plan().missed());
        Row seconds = both.row(title + "all have all", "s", "<= 1.5", "seconds");
        for (String figure : List.of("half_s", "connected_s", "cpu_s", "placed_per_second", "other_cores")) {
            seconds = seconds.with(figure, both.product().median(figure))
                    .with("reference_" + figure, both.reference().median(figure));
        }
        return List.of(
                seconds.with("lost", 0).with("twice", 0),
                both.row(title + "resident memory, peak", "MB", "", "peak_mb")
                        .with("before", both.product().median("before_mb"))
                        .with("reference_before", both.reference().median("before_mb")),
                both.row(title + "resident memory, growth", "MB", "<= 50 MB", "growth_mb"));
    }

    /** Each round begins with a fresh server: what another round has left in its memory would be counted too. */
    private Rounds measure(WholeWay.Fresh fresh) throws Exception {
        Rounds rounds = new Rounds();
        for (int round = 0; round < way.plan().rounds(); round++) {
            try (LoadTarget target = fresh.start();
                    BenchWorkload load = new BenchWorkload(target, way.plan().returning(), 0, false)) {
                load.connect();
                load.fleet.disconnect();
                BenchWorkload.sleep(way.plan().settleSeconds() / 4);
                way.progress().say("storm, %s: %d devices have been and gone", target.name(), load.fleet.size());
                place(target, load, rounds);
                comeBack(target, load, rounds);
            }
        }
        return rounds;
    }

    private void place(LoadTarget target, BenchWorkload load, Rounds rounds) {
        int orders = way.plan().returning() * way.plan().missed();
        OrderLedger ledger = load.begin(orders, Double.POSITIVE_INFINITY);
        if (!BenchWorkload.waitFor(PLACED_WITHIN_SECONDS, load::isAcknowledged)) {
            throw new IllegalStateException("only " + ledger.acknowledged() + " orders were taken by " + target.name());
        }
        double perSecond = orders / ((System.nanoTime() - ledger.startNanos()) / 1e9);
        rounds.add("placed_per_second", perSecond);
        way.progress().say("storm, %s: %,d orders wait, %,.0f/s", target.name(), orders, perSecond);
        BenchWorkload.sleep(way.plan().settleSeconds() / 2);
    }

    private void comeBack(LoadTarget target, BenchWorkload load, Rounds rounds) throws Exception {
        OrderLedger ledger = load.fleet.ledger;
        target.resetResidentPeak();
        double beforeMb = target.residentBytes() / 1e6;
        way.recorded("storm", target, () -> {
            Usage before = Usage.of(target);
            long began = System.nanoTime();
            load.fleet.connect(load.fleet.size());
            AtomicLong connected = new AtomicLong();
            AtomicLong half = new AtomicLong();
            BenchWorkload.waitFor(RETURNED_WITHIN_SECONDS, () -> {
                note(connected, load.fleet.connected.get() == load.fleet.size());
                note(half, ledger.applied() >= ledger.orders() / 2);
                return ledger.applied() >= ledger.orders();
            });
            rounds.add("connected_s", (connected.get() - began) / 1e9);
            rounds.add("half_s", (half.get() - began) / 1e9);
            Usage.Spent spent = Usage.of(target).since(before);
            rounds.add("seconds", (ledger.lastAppliedNanos() - began) / 1e9);
            rounds.add("cpu_s", spent.serverSeconds());
            rounds.add("other_cores", spent.otherCores());
        });
        load.finish();
        double peakMb = target.residentPeakBytes() / 1e6;
        rounds.add("before_mb", beforeMb);
        rounds.add("peak_mb", peakMb);
        rounds.add("growth_mb", peakMb - beforeMb);
        way.progress()
                .say(
                        "storm, %s: all have all after %.2f s, resident %.0f MB before, %.0f MB at most",
                        target.name(), rounds.latest("seconds"), beforeMb, peakMb);
    }

    /** Notes when it has happened first. */
    private static void note(AtomicLong nanos, boolean happened) {
        if (happened && nanos.get() == 0) {
            nanos.set(System.nanoTime());
        }
    }
}
