package io.bellwire.bench;

import java.util.List;

/**
 * A server that has just been started gets orders at once, while its devices connect: how long until it is ready, and how
 * long until it is as fast as it should be.
 */
final class StartBench {
    private static final double WINDOW_SECONDS = 1;
    private static final double STEP_SECONDS = 0.1;
    private static final double SHARE = 0.99;

    private final WholeWay way;

    StartBench(WholeWay way) {
        this.way = way;
    }

    List<Row> run() throws Exception {
        WholeWay.Both both = way.measure(this::measure);
        return List.of(
                both.row("start to ready", "s", "", "ready_s"),
                both.row(
                                String.format(
                                        "start to applied p99 < 100 ms for 1 s at %,d orders/s",
                                        way.plan().perSecond()),
                                "s",
                                "",
                                "fast_s")
                        .with("lost", 0)
                        .with("twice", 0));
    }

    private Rounds measure(WholeWay.Fresh fresh) throws Exception {
        BenchPlan plan = way.plan();
        Rounds rounds = new Rounds();
        for (int round = 0; round < plan.rounds(); round++) {
            try (LoadTarget target = fresh.start()) {
                List<String> secrets = target.register(plan.devices());
                target.stop();
                target.start();
                try (BenchWorkload load = new BenchWorkload(target, secrets, 0, false)) {
                    load.fleet.connect(BenchWorkload.AT_ONCE);
                    OrderLedger ledger = load.begin((int) (plan.perSecond() * plan.coldSeconds()), plan.perSecond());
                    rounds.add("ready_s", target.startSeconds());
                    rounds.add("fast_s", secondsToFast(target, ledger));
                    load.stop();
                    load.finish();
                }
                way.progress()
                        .say(
                                "start, %s: ready after %.2f s, fast after %.2f s",
                                target.name(), rounds.latest("ready_s"), rounds.latest("fast_s"));
            }
        }
        return rounds;
    }

    /** Until the beginning of the first second whose orders were applied in time; NaN if none came. */
    private double secondsToFast(LoadTarget target, OrderLedger ledger) {
        int window = (int) (way.plan().perSecond() * WINDOW_SECONDS);
        int step = Math.max(1, (int) (way.plan().perSecond() * STEP_SECONDS));
        for (int from = 0; from + window <= ledger.orders(); from += step) {
            BenchWorkload.sleepUntil(ledger.dueNanos(from + window) + OrderLedger.TIMELY_MICROS * 1_000L);
            if (ledger.isTimely(from, from + window, SHARE)) {
                return (ledger.dueNanos(from) - target.startNanos()) / 1e9;
            }
        }
        return Double.NaN;
    }
}
