package io.bellwire.bench;

import java.util.List;

/** What a device costs that is connected and has nothing to do. One round, since it takes minutes and depends little on chance. */
final class IdleBench {
    /** An idle device has no HTTP connection: the first look at the feed goes over these. */
    private static final int CONNECTIONS_SHARED = 32;

    private static final double WATCHED_SECONDS = 5;

    private final WholeWay way;

    IdleBench(WholeWay way) {
        this.way = way;
    }

    List<Row> run() throws Exception {
        WholeWay.Both both = way.measure(this::measure);
        Row row = both.row(
                String.format(
                        "resident memory an idle device, %,d connected",
                        way.plan().idle()),
                "KB",
                "<= 5 KB",
                "device_kb");
        for (String figure : List.of("before_mb", "after_mb", "connect_s", "idle_cores")) {
            row = row.with(figure, both.product().median(figure))
                    .with("reference_" + figure, both.reference().median(figure));
        }
        return List.of(row);
    }

    private Rounds measure(WholeWay.Fresh fresh) throws Exception {
        Rounds rounds = new Rounds();
        try (LoadTarget target = fresh.start();
                Workload load = new Workload(target, way.plan().idle(), CONNECTIONS_SHARED, false)) {
            long before = target.residentBytes();
            long began = System.nanoTime();
            load.connect();
            rounds.add("connect_s", (System.nanoTime() - began) / 1e9);
            double watched = Math.min(WATCHED_SECONDS, way.plan().idleSeconds() / 2);
            Workload.sleep(way.plan().idleSeconds() - watched);
            Usage then = Usage.of(target);
            Workload.sleep(watched);
            rounds.add("idle_cores", Usage.of(target).since(then).serverCores());
            long after = target.residentBytes();
            rounds.add("before_mb", before / 1e6);
            rounds.add("after_mb", after / 1e6);
            rounds.add("device_kb", (after - before) / 1e3 / load.fleet.size());
            way.progress()
                    .say(
                            "idle, %s: %,d devices, %.2f KB each",
                            target.name(), load.fleet.size(), rounds.latest("device_kb"));
        }
        return rounds;
    }
}
