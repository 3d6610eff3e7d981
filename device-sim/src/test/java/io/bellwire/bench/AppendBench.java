package io.bellwire.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Measures acknowledged orders a second over HTTP, which are durable before the answer. */
final class AppendBench {
    private static final int DEVICES = 1_000;
    private static final int[] IN_FLIGHT = {1, 8, 64, 320};

    /** The row shows the round with the median ratio, as another process may have used the machine during one round. */
    private static final int ROUNDS = 3;

    private static final Map<Integer, String> GOALS =
            Map.of(1, ">= 0.4", 64, ">= 0.5, p99 < 50 ms", 320, ">= 0.5, p99 < 50 ms");

    private AppendBench() {}

    static List<Row> run(BenchServers servers, long warmUpMillis, long millis) throws Exception {
        Path folder = BenchData.folder();
        List<Row> rows = new ArrayList<>();
        Map<Integer, List<Row>> rounds = new LinkedHashMap<>();
        try (BenchProcess server = servers.bellwire(folder);
                BenchProcess lowerBound = servers.lowerBound(folder)) {
            BenchData.devices(server, DEVICES);
            AtomicLong counter = new AtomicLong();
            // both are warm before either is measured: a JVM needs about half a minute to compile its hot code well
            HttpLoad.run(
                    server.http,
                    64,
                    0,
                    warmUpMillis * 10,
                    Long.MAX_VALUE,
                    () -> BenchData.order(server.token, counter, DEVICES));
            HttpLoad.run(
                    lowerBound.http, 64, 0, warmUpMillis, Long.MAX_VALUE, () -> BenchData.order("", counter, DEVICES));
            for (int round = 0; round < ROUNDS; round++) {
                for (int inFlight : IN_FLIGHT) {
                    rounds.computeIfAbsent(inFlight, n -> new ArrayList<>())
                            .add(measure(server, lowerBound, inFlight, counter, warmUpMillis, millis));
                }
            }
        }
        BenchData.delete(folder);
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
            BenchProcess server,
            BenchProcess lowerBound,
            int inFlight,
            AtomicLong counter,
            long warmUpMillis,
            long millis)
            throws Exception {
        HttpLoad.Result floorResult = HttpLoad.run(
                lowerBound.http,
                inFlight,
                warmUpMillis / 2,
                millis,
                Long.MAX_VALUE,
                () -> BenchData.order("", counter, DEVICES));
        double batches = server.metric("bellwire_log_group_writes_count");
        double writes = server.metric("bellwire_log_group_writes_sum");
        double cpu = server.cpuSeconds();
        HttpLoad.Result result = HttpLoad.run(
                server.http,
                inFlight,
                0,
                millis,
                Long.MAX_VALUE,
                () -> BenchData.order(server.token, counter, DEVICES));
        cpu = server.cpuSeconds() - cpu;
        batches = server.metric("bellwire_log_group_writes_count") - batches;
        writes = server.metric("bellwire_log_group_writes_sum") - writes;
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("p50_ms", result.millis(50));
        more.put("p99_ms", result.millis(99));
        more.put("floor_p99_ms", floorResult.millis(99));
        more.put("batch_mean", writes / batches);
        more.put("fsyncs_per_second", batches / result.seconds());
        more.put("cpu_us_per_order", cpu * 1e6 / writes);
        more.put("bad", result.bad() + floorResult.bad());
        return Row.of(
                "orders acknowledged, " + inFlight + " in flight",
                result.perSecond(),
                "1/s",
                floorResult.perSecond(),
                GOALS.getOrDefault(inFlight, ""),
                more);
    }
}
