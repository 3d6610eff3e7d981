package io.bellwire.bench;

import java.util.List;

/** Measures what a connected device costs that has nothing to do. One round: it takes minutes, and varies little. */
final class IdleBench {
    /** An idle device has no HTTP connection; the first reads of the feeds share these. */
    private static final int CONNECTIONS_SHARED = 32;

    private static final double WATCHED_SECONDS = 5;

    private final EndToEnd endToEnd;

    IdleBench(EndToEnd endToEnd) {
        this.endToEnd = endToEnd;
    }

    List<Row> run() throws Exception {
        EndToEnd.Comparison comparison = endToEnd.measure(this::measure);
        Row row = comparison.row(
                String.format(
                        "resident memory an idle device, %,d connected",
                        endToEnd.plan().idle()),
                "KB",
                "<= 5 KB",
                "device_kb");
        for (String figure : List.of("before_mb", "after_mb", "connect_s", "idle_cores")) {
            row = row.with(figure, comparison.product().median(figure))
                    .with("reference_" + figure, comparison.reference().median(figure));
        }
        return List.of(row);
    }

    private Rounds measure(EndToEnd.TargetStarter starter) throws Exception {
        Rounds rounds = new Rounds();
        try (LoadTarget target = starter.start();
                BenchWorkload load = new BenchWorkload(target, endToEnd.plan().idle(), CONNECTIONS_SHARED, false)) {
            long before = target.residentBytes();
            long began = System.nanoTime();
            load.connect();
            rounds.add("connect_s", (System.nanoTime() - began) / 1e9);
            double watched = Math.min(WATCHED_SECONDS, endToEnd.plan().idleSeconds() / 2);
            BenchWorkload.sleep(endToEnd.plan().idleSeconds() - watched);
            ResourceUsage then = ResourceUsage.of(target);
            BenchWorkload.sleep(watched);
            rounds.add("idle_cores", ResourceUsage.of(target).since(then).serverCores());
            long after = target.residentBytes();
            rounds.add("before_mb", before / 1e6);
            rounds.add("after_mb", after / 1e6);
            rounds.add("device_kb", (after - before) / 1e3 / load.fleet.size());
            endToEnd.progress()
                    .print(
                            "idle, %s: %,d devices, %.2f KB each",
                            target.name(), load.fleet.size(), rounds.latest("device_kb"));
        }
        return rounds;
    }
}
