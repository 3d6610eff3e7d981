package io.bellwire.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Measures orders at an even rate: the times from when an order is due until it is acknowledged, and until its device
 * has applied it.
 */
final class SteadyBench {
    private static final double UNCOUNTED_SECONDS = 1;
    /** A round during which other processes used more than this is repeated. */
    private static final double OTHER_CORES_MAX = 0.3;

    private static final int REPEATS = 2;

    private final EndToEnd endToEnd;

    SteadyBench(EndToEnd endToEnd) {
        this.endToEnd = endToEnd;
    }

    List<Row> run() throws Exception {
        EndToEnd.Comparison comparison = endToEnd.measure(this::measure);
        String at = String.format("%,d orders/s: ", endToEnd.plan().perSecond());
        Row cpu = comparison.row(at + "CPU an order", "us", "<= 1.2", "cpu_us");
        cpu = withRoles(withRoles(cpu, "", comparison.product()), "reference: ", comparison.reference());
        for (String figure : List.of("server_cores", "load_cores", "other_cores")) {
            cpu = cpu.with(figure, comparison.product().median(figure))
                    .with("reference_" + figure, comparison.reference().median(figure));
        }
        return List.of(
                comparison.row(at + "acknowledged p50", "ms", "<= 2", "acknowledged_p50_ms"),
                comparison.row(at + "acknowledged p99", "ms", "", "acknowledged_p99_ms"),
                comparison.row(at + "applied p50", "ms", "<= 2", "applied_p50_ms"),
                comparison
                        .row(at + "applied p99", "ms", "<= 3", "applied_p99_ms")
                        .with("out_of_order", comparison.product().median("out_of_order"))
                        .with("lost", 0)
                        .with("twice", 0),
                comparison.row(at + "applied p99.9", "ms", "", "applied_p999_ms"),
                cpu,
                comparison.row(at + "written an order", "bytes", "", "written_bytes"),
                comparison.row(at + "resident memory", "MB", "<= 500 MB", "resident_mb"));
    }

    private static Row withRoles(Row cpu, String prefix, Rounds rounds) {
        Row wider = cpu;
        for (Map.Entry<String, Double> role : rounds.medians("cpu_us ").entrySet()) {
            wider = wider.with(prefix + role.getKey(), role.getValue());
        }
        return wider;
    }

    private Rounds measure(EndToEnd.TargetStarter starter) throws Exception {
        BenchPlan plan = endToEnd.plan();
        Rounds rounds = new Rounds();
        try (LoadTarget target = starter.start();
                BenchWorkload load = new BenchWorkload(target, plan.devices(), 0, false)) {
            load.connect();
            endToEnd.progress().print("steady, %s: %d devices connected, warming up", target.name(), plan.devices());
            load.warmUp(plan);
            endToEnd.recorded("steady", target, () -> {
                for (int round = 0; round < plan.rounds(); round++) {
                    measure(target, load, rounds);
                }
            });
        }
        return rounds;
    }

    private void measure(LoadTarget target, BenchWorkload load, Rounds rounds) throws IOException {
        BenchWorkload.Run run = round(load);
        for (int i = 0; i < REPEATS && run.spent().otherCores() > OTHER_CORES_MAX; i++) {
            endToEnd.progress()
                    .print(
                            "steady, %s: others used %.2f processors, again",
                            target.name(), run.spent().otherCores());
            run = round(load);
        }
        add(rounds, run);
        rounds.add("resident_mb", target.residentBytes() / 1e6);
        endToEnd.progress()
                .print(
                        "steady, %s: acknowledged p50 %.2f ms, applied p50 %.2f ms, p99 %.2f ms, %.0f us an order,"
                                + " others used %.2f processors",
                        target.name(),
                        run.acknowledgedMillis(50),
                        run.appliedMillis(50),
                        run.appliedMillis(99),
                        run.cpuMicros(),
                        run.spent().otherCores());
    }

    private BenchWorkload.Run round(BenchWorkload load) throws IOException {
        return load.run(
                endToEnd.plan().perSecond(), UNCOUNTED_SECONDS, endToEnd.plan().seconds());
    }

    private static void add(Rounds rounds, BenchWorkload.Run run) {
        rounds.add("acknowledged_p50_ms", run.acknowledgedMillis(50));
        rounds.add("acknowledged_p99_ms", run.acknowledgedMillis(99));
        rounds.add("applied_p50_ms", run.appliedMillis(50));
        rounds.add("applied_p99_ms", run.appliedMillis(99));
        rounds.add("applied_p999_ms", run.appliedMillis(99.9));
        rounds.add("out_of_order", run.outOfOrder());
        rounds.add("cpu_us", run.cpuMicros());
        run.spent().byRole().forEach((role, seconds) -> rounds.add("cpu_us " + role, seconds * 1e6 / run.orders()));
        rounds.add("server_cores", run.spent().serverCores());
        rounds.add("load_cores", run.spent().loadCores());
        rounds.add("other_cores", run.spent().otherCores());
        rounds.add("written_bytes", (double) run.spent().writtenBytes() / run.orders());
    }
}
