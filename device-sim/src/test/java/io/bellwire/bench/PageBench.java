package io.bellwire.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Feed pages of 100 changes, from memory and from the log's files, out of a small log and a large one. */
final class PageBench {
    private static final int DEVICES = 100;
    /** Of so many devices pages are asked for: their feeds are read through beforehand. */
    private static final int SAMPLED = 20;

    private static final int IN_FLIGHT = 16;
    /** The longest page that there is. */
    private static final int STEP_MAX = 1_000;

    private PageBench() {}

    /** Runs on the log in {@code folder}, and fills it up to {@code changes} first. */
    static List<Row> run(Path folder, long already, long changes, long warmUpMillis, long millis) throws Exception {
        List<Row> rows = new ArrayList<>();
        long perDevice = changes / DEVICES;
        try (Child server = Child.bellwire(folder, List.of("--durability", "process"))) {
            if (already == 0) {
                Fixture.devices(server, DEVICES);
            }
            Fixture.fill(server, DEVICES, changes - already);
            rows.add(
                    measure(server, folder, changes, "memory", perDevice - 100, perDevice - 100, warmUpMillis, millis));
        }
        try (Child server = Child.bellwire(folder, List.of("--recent-bytes-max", "0"))) {
            rows.add(measure(server, folder, changes, "files", 0, perDevice - 100, warmUpMillis, millis));
        }
        return rows;
    }

    /** Pages of some devices that begin after revisions from {@code first} to {@code last}: cursors are the server's to make. */
    private static List<String> pages(Child server, long first, long last, Random random) throws Exception {
        List<String> pages = new ArrayList<>();
        for (int device = 0; device < DEVICES; device += DEVICES / SAMPLED) {
            String feed = "/v1/devices/d-" + device + "/feed";
            String cursor = "";
            if (first == 0) {
                pages.add(feed + "?limit=100");
            }
            for (long at = 0; at < last; ) {
                long next = Math.min(last, Math.max(at + 1, Math.max(first, at) + random.nextInt(STEP_MAX)));
                long limit = Math.min(STEP_MAX, next - at);
                cursor = Fixture.get(server.http.resolve(feed + "?limit=" + limit + "&cursor=" + cursor), server.token)
                        .headers()
                        .firstValue("Bellwire-Cursor")
                        .orElseThrow();
                at += limit;
                if (at >= first) {
                    pages.add(feed + "?limit=100&cursor=" + cursor);
                }
            }
        }
        return pages;
    }

    private static Row measure(
            Child server, Path folder, long changes, String from, long first, long last, long warmUpMillis, long millis)
            throws Exception {
        Random random = new Random(1);
        List<String> pages = pages(server, first, last, random);
        int size = Fixture.get(server.http.resolve(pages.get(0)), server.token).body().length;
        HttpLoad.Result got = HttpLoad.run(
                server.http,
                IN_FLIGHT,
                warmUpMillis,
                millis,
                Long.MAX_VALUE,
                () -> HttpLoad.request("GET", pages.get(random.nextInt(pages.size())), server.token, "", new byte[0]));
        HttpLoad.Result least;
        try (Child floor = Child.floor(folder)) {
            least = HttpLoad.run(
                    floor.http,
                    IN_FLIGHT,
                    warmUpMillis,
                    millis,
                    Long.MAX_VALUE,
                    () -> HttpLoad.request("GET", "/constant/" + size, "", "", new byte[0]));
        }
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("p50_ms", got.millis(50));
        more.put("p99_ms", got.millis(99));
        more.put("page_bytes", size);
        more.put("bad", got.bad());
        return Row.of(
                "pages of 100 from " + from + ", log of " + changes,
                got.perSecond(),
                "1/s",
                least.perSecond(),
                from.equals("memory") ? ">= 0.7" : "large log within 20% of the small one",
                more);
    }
}
