package io.bellwire.bench;

import java.util.List;

/**
 * Measures how long a server takes after its start until it is ready, and until it is fast, if orders arrive at once
 * and devices connect meanwhile.
 */
final class StartBench {
    private static final double WINDOW_SECONDS = 1;
    private static final double STEP_SECONDS = 0.1;
    private static final double SHARE = 0.99;

    private final EndToEnd endToEnd;

    StartBench(EndToEnd endToEnd) {
        this.endToEnd = endToEnd;
    }

    List<Row> run() throws Exception {
        EndToEnd.Comparison comparison = endToEnd.measure(this::measure);
        return List.of(
                comparison.row("start to ready", "s", "", "ready_s"),
                comparison
                        .row(
                                String.format(
                                        "start to applied p99 < 100 ms for 1 s at %,d orders/s",
                                        endToEnd.plan().perSecond()),
                                "s",
                                "",
                                "fast_s")
                        .with("lost", 0)
                        .with("twice", 0));
    }

    private Rounds measure(EndToEnd.TargetStarter starter) throws Exception {
        BenchPlan plan = endToEnd.plan();
        Rounds rounds = new Rounds();
        for (int round = 0; round < plan.rounds(); round++) {
            try (LoadTarget target = starter.start()) {
                List<String> secrets = target.register(plan.devices());
                target.stop();
                target.start();
                try (BenchWorkload load = new BenchWorkload(target, secrets, 0, false)) {
                    load.fleet.connect(BenchWorkload.CONCURRENT_CONNECTS);
                    OrderLedger ledger = load.begin((int) (plan.perSecond() * plan.coldSeconds()), plan.perSecond());
                    rounds.add("ready_s", target.startSeconds());
                    rounds.add("fast_s", secondsToFast(target, ledger));
                    load.stop();
                    load.finish();
                }
                endToEnd.progress()
                        .print(
                                "start, %s: ready after %.2f s, fast after %.2f s",
                                target.name(), rounds.latest("ready_s"), rounds.latest("fast_s"));
            }
        }
        return rounds;
    }

    /** Seconds from the start until the first second whose orders were applied in time; NaN if there was none. */
    private double secondsToFast(LoadTarget target, OrderLedger ledger) {
        int window = (int) (endToEnd.plan().perSecond() * WINDOW_SECONDS);
        int step = Math.max(1, (int) (endToEnd.plan().perSecond() * STEP_SECONDS));
        for (int from = 0; from + window <= ledger.orders(); from += step) {
            BenchWorkload.sleepUntil(ledger.dueNanos(from + window) + OrderLedger.TIMELY_MICROS * 1_000L);
            if (ledger.isTimely(from, from + window, SHARE)) {
                return (ledger.dueNanos(from) - target.startNanos()) / 1e9;
            }
        }
        return Double.NaN;
    }
}
