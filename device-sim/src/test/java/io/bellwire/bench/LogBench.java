package io.bellwire.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Measures the log without HTTP: CPU and bytes written for an order, disk space with retention, and the heap of its
 * index.
 */
final class LogBench {
    private static final int PER_SECOND = 2_000;
    private static final int[] BATCHES = {16, 1};
    private static final int FEEDS = 10_000;
    /** An order is in its device's feed and in the feed of all orders. */
    private static final int CHANGES_PER_ORDER = 2;

    private static final double HEAP_GOAL_BYTES = 100e6;

    private LogBench() {}

    /**
     * @param seconds how long orders are placed at an even rate
     * @param changes changes in the log whose index is measured
     */
    static void run(int seconds, long changes, Consumer<Row> shown) throws Exception {
        for (int batch : BATCHES) {
            String name = "2,000 orders/s, " + batch + " at once: ";
            JsonNode found = probe("append", (long) seconds * PER_SECOND, PER_SECOND, batch);
            shown.accept(row(name + "CPU an order", found, "cpu_us", "us", batch == 1 ? "" : "<= 25 us"));
            shown.accept(row(name + "written", found, "written_ratio", "B/B", batch == 1 ? "" : "<= 2"));
        }
        JsonNode full = probe("append", (long) seconds * 10_000, 0, 1);
        shown.accept(row("orders at full speed: CPU an order", full, "cpu_us", "us", ""));
        shown.accept(row("orders at full speed: written", full, "written_ratio", "B/B", "<= 1.5"));
        JsonNode retention = probe("retention");
        shown.accept(Row.of(
                "disk while old changes are dropped",
                retention.path("disk_bytes").asDouble() / 1e6,
                "MB",
                retention.path("kept_bytes").asDouble() / 1e6,
                "<= 1.5",
                Map.of()));
        shown.accept(heap(changes));
    }

    private static Row row(String figure, JsonNode found, String value, String unit, String goal) {
        Map<String, Object> more = new LinkedHashMap<>();
        found.properties().forEach(field -> {
            boolean isThread = value.equals("cpu_us") && field.getKey().startsWith("log-");
            if (isThread || field.getKey().equals("per_second")) {
                more.put(field.getKey(), field.getValue().asDouble());
            }
        });
        return Row.of(
                figure,
                found.path(value).asDouble(),
                unit,
                found.path("floor_" + value).asDouble(),
                goal,
                more);
    }

    private static Row heap(long changes) throws Exception {
        Path folder = BenchData.folder();
        try {
            JsonNode filled = java(folder, "orders", FEEDS, changes / CHANGES_PER_ORDER);
            if (!filled.isObject()) {
                throw new IOException("the log was not filled");
            }
            JsonNode found = java(folder, "heap");
            return Row.of(
                    "heap of a log of " + changes + " changes, " + FEEDS + " feeds",
                    found.path("heap_bytes").asDouble() / 1e6,
                    "MB",
                    HEAP_GOAL_BYTES / 1e6,
                    "<= 1 (floor: the goal)",
                    Map.of("open_s", found.path("open_s").asDouble()));
        } finally {
            BenchData.delete(folder);
        }
    }

    private static JsonNode probe(String what, Object... more) throws Exception {
        Path folder = BenchData.folder();
        try {
            return java(folder, what, more);
        } finally {
            BenchData.delete(folder);
        }
    }

    /** Runs {@link LogProbe} in a process of its own on the log in {@code folder}. */
    static JsonNode java(Path folder, String what, Object... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                LogProbe.class.getName(),
                what,
                folder.resolve("log").toString()));
        for (Object argument : more) {
            command.add(argument.toString());
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("the probe failed: " + command);
        }
        return new ObjectMapper().readTree(out.substring(out.lastIndexOf('\n') + 1));
    }
}
