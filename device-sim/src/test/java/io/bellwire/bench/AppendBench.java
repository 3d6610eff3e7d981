package io.bellwire.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Acknowledged orders a second over HTTP, durable before the answer. */
final class AppendBench {
    private static final int DEVICES = 1_000;
    private static final int[] IN_FLIGHT = {1, 8, 64, 320};

    /** What is shown is the round with the median ratio: somebody else may have used the machine during one. */
    private static final int ROUNDS = 3;

    private static final Map<Integer, String> GOALS =
            Map.of(1, ">= 0.4", 64, ">= 0.5, p99 < 50 ms", 320, ">= 0.5, p99 < 50 ms");

    private AppendBench() {}

    static List<Row> run(Servers servers, long warmUpMillis, long millis) throws Exception {
        Path folder = Fixture.folder();
        List<Row> rows = new ArrayList<>();
        Map<Integer, List<Row>> rounds = new LinkedHashMap<>();
        try (Child server = servers.bellwire(folder);
                Child floor = servers.floor(folder)) {
            Fixture.devices(server, DEVICES);
            AtomicLong counter = new AtomicLong();
            // both are warm before either is measured: what a server runs most is compiled well after half a minute
            // only
            HttpLoad.run(
                    server.http,
                    64,
                    0,
                    warmUpMillis * 10,
                    Long.MAX_VALUE,
                    () -> Fixture.order(server.token, counter, DEVICES));
            HttpLoad.run(floor.http, 64, 0, warmUpMillis, Long.MAX_VALUE, () -> Fixture.order("", counter, DEVICES));
            for (int round = 0; round < ROUNDS; round++) {
                for (int inFlight : IN_FLIGHT) {
                    rounds.computeIfAbsent(inFlight, n -> new ArrayList<>())
                            .add(measure(server, floor, inFlight, counter, warmUpMillis, millis));
                }
            }
        }
        Fixture.delete(folder);
        rounds.forEach((inFlight, all) -> {
            all.sort(Comparator.comparing(Row::ratio));
            rows.add(all.get(ROUNDS / 2)
                    .with(
                            "ratios",
                            all.stream()
                                    .map(row -> Math.round(row.ratio() * 100) / 100.0)
                                    .toList()));
        });
        return rows;
    }

    private static Row measure(
            Child server, Child floor, int inFlight, AtomicLong counter, long warmUpMillis, long millis)
            throws Exception {
        HttpLoad.Result least = HttpLoad.run(
                floor.http,
                inFlight,
                warmUpMillis / 2,
                millis,
                Long.MAX_VALUE,
                () -> Fixture.order("", counter, DEVICES));
        double batches = server.metric("bellwire_log_group_writes_count");
        double writes = server.metric("bellwire_log_group_writes_sum");
        double cpu = server.cpuSeconds();
        HttpLoad.Result got = HttpLoad.run(
                server.http, inFlight, 0, millis, Long.MAX_VALUE, () -> Fixture.order(server.token, counter, DEVICES));
        cpu = server.cpuSeconds() - cpu;
        batches = server.metric("bellwire_log_group_writes_count") - batches;
        writes = server.metric("bellwire_log_group_writes_sum") - writes;
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("p50_ms", got.millis(50));
        more.put("p99_ms", got.millis(99));
        more.put("floor_p99_ms", least.millis(99));
        more.put("batch_mean", writes / batches);
        more.put("fsyncs_per_second", batches / got.seconds());
        more.put("cpu_us_per_order", cpu * 1e6 / writes);
        more.put("bad", got.bad() + least.bad());
        return Row.of(
                "orders acknowledged, " + inFlight + " in flight",
                got.perSecond(),
                "1/s",
                least.perSecond(),
                GOALS.getOrDefault(inFlight, ""),
                more);
    }
}
