package io.bellwire.bench;

import java.util.List;

/**
 * Measures the highest rate at which the server keeps up, with 99 of 100 orders applied in time. Raises the rate until
 * it is too high, then narrows the interval. A rate must fail twice, as another process may cause one stall.
 */
final class SaturateBench {
    private static final double GROWTH = 1.6;
    private static final double NARROW_ENOUGH = 1.12;
    private static final int TRIES = 2;
    /** The reference takes several times as much, so its search begins higher. */
    private static final int REFERENCE_START = 4;

    private static final double UNCOUNTED_SECONDS_MAX = 1;
    private static final double REST_SECONDS_MAX = 1.5;
    private static final double LOWEST = 50;
    private static final double TIMELY_MILLIS = OrderLedger.TIMELY_MICROS / 1e3;

    private final EndToEnd endToEnd;

    SaturateBench(EndToEnd endToEnd) {
        this.endToEnd = endToEnd;
    }

    List<Row> run() throws Exception {
        EndToEnd.Comparison comparison = endToEnd.measure(this::measure);
        Row row = comparison.row("highest rate with applied p99 < 100 ms", "1/s", ">= 0.6, >= 12,000/s", "rate");
        for (String figure : List.of("applied_p99_ms", "cpu_us", "server_cores", "load_cores", "other_cores")) {
            row = row.with(figure, comparison.product().median(figure))
                    .with("reference_" + figure, comparison.reference().median(figure));
        }
        return List.of(row);
    }

    private Rounds measure(EndToEnd.TargetStarter starter) throws Exception {
        BenchPlan plan = endToEnd.plan();
        Rounds rounds = new Rounds();
        try (LoadTarget target = starter.start();
                BenchWorkload load = new BenchWorkload(target, plan.devices(), 0, false)) {
            load.connect();
            endToEnd.progress().print("saturate, %s: %d devices connected, warming up", target.name(), plan.devices());
            load.warmUp(plan);
            endToEnd.recorded("saturate", target, () -> {
                double start = target.isDurable() ? plan.perSecond() : REFERENCE_START * plan.perSecond();
                for (int round = 0; round < plan.rounds(); round++) {
                    start = new Search(target, load, rounds).from(start);
                }
            });
        }
        return rounds;
    }

    /** One search for the highest rate. */
    private final class Search {
        private final LoadTarget target;
        private final BenchWorkload load;
        private final Rounds rounds;

        private Search(LoadTarget target, BenchWorkload load, Rounds rounds) {
            this.target = target;
            this.load = load;
            this.rounds = rounds;
        }

        /** Returns a rate at which the next search may start. */
        private double from(double start) throws Exception {
            double good = 0;
            double bad = Double.POSITIVE_INFINITY;
            BenchWorkload.Run best = null;
            double rate = start;
            for (int i = 0; i < endToEnd.plan().rates() && bad / good > NARROW_ENOUGH && rate >= LOWEST; i++) {
                BenchWorkload.Run run = tried(rate);
                if (run != null) {
                    best = run;
                    good = rate;
                } else {
                    bad = rate;
                }
                rate = next(good, bad);
            }
            rounds.add("rate", good);
            rounds.add("applied_p99_ms", best == null ? Double.NaN : best.appliedMillis(99));
            rounds.add("cpu_us", best == null ? Double.NaN : best.cpuMicros());
            rounds.add("server_cores", best == null ? Double.NaN : best.spent().serverCores());
            rounds.add("load_cores", best == null ? Double.NaN : best.spent().loadCores());
            rounds.add("other_cores", best == null ? Double.NaN : best.spent().otherCores());
            return Math.max(LOWEST, rounded(good / GROWTH));
        }

        private double next(double good, double bad) {
            if (Double.isInfinite(bad)) {
                return rounded(good * GROWTH);
            }
            return rounded(good == 0 ? bad / 2 : Math.sqrt(good * bad));
        }

        private double rounded(double rate) {
            return rate < 1_000 ? Math.round(rate) : Math.round(rate / 100) * 100.0;
        }

        /** Tries a rate; null if it failed each time. */
        private BenchWorkload.Run tried(double rate) throws Exception {
            double stepSeconds = endToEnd.plan().stepSeconds();
            for (int i = 0; i < TRIES; i++) {
                BenchWorkload.Run run = load.run(rate, Math.min(UNCOUNTED_SECONDS_MAX, stepSeconds), stepSeconds);
                endToEnd.progress()
                        .print(
                                "saturate, %s: %,.0f orders/s: applied p99 %.1f ms%s, servers %.2f, load %.2f,"
                                        + " others %.2f processors",
                                target.name(),
                                rate,
                                run.appliedMillis(99),
                                run.keptUp() ? "" : " and behind",
                                run.spent().serverCores(),
                                run.spent().loadCores(),
                                run.spent().otherCores());
                BenchWorkload.sleep(Math.min(REST_SECONDS_MAX, stepSeconds));
                if (run.keptUp() && run.appliedMillis(99) < TIMELY_MILLIS) {
                    return run;
                }
            }
            return null;
        }
    }
}
