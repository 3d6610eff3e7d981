package io.bellwire.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Feed pages of 100 changes, from memory and from SQL, out of a small log and a large one. */
final class PageBench {
    private static final int DEVICES = 100;
    private static final int IN_FLIGHT = 16;

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
            rows.add(measure(server, folder, changes, "SQL", 0, perDevice - 100, warmUpMillis, millis));
        }
        return rows;
    }

    private static Row measure(
            Child server, Path folder, long changes, String from, long first, long last, long warmUpMillis, long millis)
            throws Exception {
        String cursor = Fixture.get(server.http.resolve("/v1/devices/d-0/feed?limit=1"), server.token)
                .headers()
                .firstValue("Bellwire-Cursor")
                .orElseThrow();
        String epoch = cursor.substring(0, cursor.indexOf('.'));
        int size = Fixture.get(server.http.resolve("/v1/devices/d-1/feed?cursor=" + epoch + "." + last), server.token)
                .body()
                .length;
        Random random = new Random(1);
        HttpLoad.Result got = HttpLoad.run(
                server.http,
                IN_FLIGHT,
                warmUpMillis,
                millis,
                Long.MAX_VALUE,
                () -> HttpLoad.request(
                        "GET",
                        "/v1/devices/d-" + random.nextInt(DEVICES) + "/feed?limit=100&cursor=" + epoch + "."
                                + (first + (last == first ? 0 : random.nextLong(last - first))),
                        server.token,
                        "",
                        new byte[0]));
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
