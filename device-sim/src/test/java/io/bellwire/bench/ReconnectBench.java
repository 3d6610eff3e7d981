package io.bellwire.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Many devices come back at once, each with a backlog. */
final class ReconnectBench {
    private ReconnectBench() {}

    static List<Row> run(int devices) throws Exception {
        List<Row> rows = new ArrayList<>();
        for (int missed : new int[] {20, 100}) {
            rows.add(run(devices, missed));
        }
        return rows;
    }

    private static Row run(int devices, int missed) throws Exception {
        Path folder = Fixture.folder();
        try (Child server = Child.bellwire(folder, List.of())) {
            List<String> secrets = Fixture.devices(server, devices);
            Fixture.fill(server, devices, (long) devices * missed);
            double heapBefore = heapBytes(server);
            // pages times page time: the same pages, asked for as fast as this machine can
            AtomicLong n = new AtomicLong();
            HttpLoad.Result pages = HttpLoad.run(
                    server.http,
                    64,
                    1_000,
                    20_000,
                    devices,
                    () -> HttpLoad.request(
                            "GET",
                            "/v1/devices/d-" + (n.incrementAndGet() % devices) + "/feed?limit=100",
                            server.token,
                            "",
                            new byte[0]));
            double floor = devices / pages.perSecond();
            double heapMax = 0;
            double seconds;
            try (Agents agents = new Agents(server, secrets, step -> {})) {
                long started = System.nanoTime();
                agents.start();
                while (agents.applied.get() < (long) devices * missed) {
                    heapMax = Math.max(heapMax, heapBytes(server)); // a look takes a while, and paces this loop
                }
                seconds = (System.nanoTime() - started) / 1e9;
            }
            Map<String, Object> more = new LinkedHashMap<>();
            more.put("heap_before_mb", heapBefore / 1e6);
            more.put("heap_peak_mb", heapMax / 1e6);
            return Row.of(
                    devices + " devices reconnect, " + missed + " missed changes each",
                    seconds,
                    "s",
                    floor,
                    "<= 2, heap does not grow with the backlog",
                    more);
        } finally {
            Fixture.delete(folder);
        }
    }

    /** Heap in use, garbage included, as the JVM itself tells. */
    static double heapBytes(Child server) throws Exception {
        return jcmd(server, "GC.heap_info")
                .lines()
                .filter(line -> line.contains("used ") && !line.contains("Metaspace") && !line.contains("class space"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll(".*used (\\d+)K.*", "$1")) * 1024)
                .sum();
    }

    static String jcmd(Child server, String command) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(server.process.pid()),
                        command)
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
