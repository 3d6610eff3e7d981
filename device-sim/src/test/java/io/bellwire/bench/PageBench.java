package io.bellwire.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Measures feed pages of 100 changes of 1 KB: from memory, and old pages from the files of a small and of a large log.
 */
final class PageBench {
    private static final int DEVICES = 1_000;
    /** How many devices' pages are requested; their feeds are read through before. */
    private static final int SAMPLED = 50;

    private static final int PAGE = 100;
    private static final int IN_FLIGHT = 16;
    /** The longest page that a server gives. */
    private static final int STEP_MAX = 1_000;

    private final BenchServers servers;
    private final long warmUpMillis;
    private final long millis;

    PageBench(BenchServers servers, long warmUpMillis, long millis) {
        this.servers = servers;
        this.warmUpMillis = warmUpMillis;
        this.millis = millis;
    }

    /** Measures pages from memory, of a log of {@link #DEVICES} times {@link #PAGE} changes. */
    Row memory() throws Exception {
        Path folder = BenchData.folder();
        try (BenchProcess server =
                servers.bellwire(folder, "--durability", "process", "--recent-bytes-max", "512000000")) {
            BenchData.devices(server, DEVICES);
            BenchData.fill(server, DEVICES, (long) DEVICES * PAGE);
            return measure(server, folder, "pages of 100 from memory", "", PAGE, 0);
        } finally {
            BenchData.delete(folder);
        }
    }

    /**
     * Measures old pages of a large log.
     *
     * @param memory the row of pages from memory
     */
    Row files(Path folder, long changes, Row memory) throws Exception {
        try (BenchProcess server = servers.bellwire(folder, "--durability", "process")) {
            BenchData.devices(server, DEVICES);
        }
        var unused = LogBench.java(folder, "fill", DEVICES, changes);
        try (BenchProcess server = servers.bellwire(folder, "--recent-bytes-max", "0")) {
            return measure(
                    server,
                    folder,
                    "old pages of 100, log of " + changes,
                    "CPU of a page <= 3 from memory; large log within 20% of the small one",
                    changes / DEVICES,
                    (double) memory.more().get("cpu_us_per_page"));
        }
    }

    /** The paths of pages of some devices; read from the server, as only the server makes cursors. */
    private static List<String> pages(BenchProcess server, long perDevice, Random random) throws Exception {
        List<String> pages = new ArrayList<>();
        for (int device = 0; device < DEVICES; device += DEVICES / SAMPLED) {
            String feed = "/v1/devices/d-" + device + "/feed";
            pages.add(feed + "?limit=" + PAGE);
            String cursor = "";
            for (long at = 0; at < perDevice - PAGE; ) {
                long limit = Math.min(perDevice - PAGE - at, 1 + random.nextInt(STEP_MAX));
                cursor = BenchData.get(
                                server.http.resolve(feed + "?limit=" + limit + "&cursor=" + cursor), server.token)
                        .headers()
                        .firstValue("Bellwire-Cursor")
                        .orElseThrow();
                at += limit;
                pages.add(feed + "?limit=" + PAGE + "&cursor=" + cursor);
            }
        }
        return pages;
    }

    private Row measure(BenchProcess server, Path folder, String figure, String goal, long perDevice, double memoryCpu)
            throws Exception {
        Random random = new Random(1);
        List<String> pages = pages(server, perDevice, random);
        int size =
                BenchData.get(server.http.resolve(pages.get(0)), server.token).body().length;
        HttpLoad.Result unused = load(server, pages, random, 0, warmUpMillis * 5);
        double cpu = server.cpuSeconds();
        HttpLoad.Result got = load(server, pages, random, 0, millis);
        cpu = (server.cpuSeconds() - cpu) * 1e6 / (got.perSecond() * got.seconds());
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("cpu_us_per_page", cpu);
        if (memoryCpu > 0) {
            more.put("cpu_to_memory", cpu / memoryCpu);
        }
        more.put("p50_ms", got.millis(50));
        more.put("p99_ms", got.millis(99));
        more.put("page_bytes", size);
        more.put("bad", got.bad());
        return Row.of(figure, got.perSecond(), "1/s", lowerBound(folder, size), goal, more);
    }

    private static HttpLoad.Result load(
            BenchProcess server, List<String> pages, Random random, long warmUpMillis, long millis) throws Exception {
        return HttpLoad.run(
                server.http,
                IN_FLIGHT,
                warmUpMillis,
                millis,
                Long.MAX_VALUE,
                () -> HttpLoad.request("GET", pages.get(random.nextInt(pages.size())), server.token, "", new byte[0]));
    }

    private double lowerBound(Path folder, int size) throws Exception {
        try (BenchProcess lowerBound = servers.lowerBound(folder)) {
            return HttpLoad.run(
                            lowerBound.http,
                            IN_FLIGHT,
                            warmUpMillis,
                            millis,
                            Long.MAX_VALUE,
                            () -> HttpLoad.request("GET", "/constant/" + size, "", "", new byte[0]))
                    .perSecond();
        }
    }
}
