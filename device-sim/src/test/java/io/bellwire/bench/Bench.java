package io.bellwire.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Runs the benchmarks that are asked for, shows a table as it grows, and writes JSON. Options: see scripts/bench. */
final class Bench {
    private static final long SMALL_LOG = 100_000;
    private static final Set<String> KNOWN =
            Set.of("append", "log", "pages", "latency", "reconnect", "memory", "restart");

    private Bench() {}

    public static void main(String[] args) throws Exception {
        Path json = null;
        Set<String> only = KNOWN;
        boolean quick = false;
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--json" -> json = Path.of(args[++i]);
                case "--only" -> only = Set.of(args[++i].split(","));
                case "--quick" -> quick = true;
                default -> {
                    System.err.println("bench: unknown option " + args[i] + "; there are --json, --only, --quick");
                    System.exit(2);
                }
            }
        }
        if (!KNOWN.containsAll(only)) {
            System.err.println("bench: --only takes some of " + KNOWN);
            System.exit(2);
        }
        long warmUp = quick ? 1_000 : 4_000;
        long millis = quick ? 2_000 : 6_000;
        long largeLog = quick ? 1_000_000 : 10_000_000;
        List<Row> rows = new ArrayList<>();
        System.out.printf("%-44s %12s %-5s %12s %7s  %s%n", "figure", "measured", "", "floor", "ratio", "goal");
        if (only.contains("append")) {
            show(rows, AppendBench.run(warmUp, millis));
        }
        if (only.contains("latency")) {
            show(rows, LatencyBench.run(quick ? 30 : 60, quick ? 5 : 15));
        }
        if (only.contains("reconnect")) {
            show(rows, ReconnectBench.run(quick ? 500 : 2_000));
        }
        if (only.contains("memory")) {
            show(rows, MemoryBench.run(quick ? 1_000 : 5_000));
        }
        if (only.contains("log")) {
            LogBench.run(quick ? 10 : 30, largeLog, row -> show(rows, List.of(row)));
        }
        if (only.contains("pages") || only.contains("restart")) {
            large(rows, warmUp, millis, largeLog);
        }
        if (json != null) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("processors", Runtime.getRuntime().availableProcessors());
            all.put("java", System.getProperty("java.version"));
            all.put("figures", rows);
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(Files.newOutputStream(json), all);
        }
    }

    private static void large(List<Row> rows, long warmUp, long millis, long largeLog) throws Exception {
        PageBench pages = new PageBench(warmUp, millis);
        Row memory = pages.memory();
        show(rows, List.of(memory));
        for (long changes : List.of(SMALL_LOG, largeLog)) {
            Path folder = Fixture.folder();
            try {
                show(rows, List.of(pages.files(folder, changes, memory)));
                if (changes == largeLog) {
                    show(rows, List.of(RestartBench.run(folder, largeLog)));
                }
            } finally {
                Fixture.delete(folder);
            }
        }
    }

    private static void show(List<Row> all, List<Row> rows) {
        for (Row row : rows) {
            all.add(row);
            System.out.printf(
                    Locale.ROOT,
                    "%-44s %12.2f %-5s %12.2f %7.2f  %s%n",
                    row.figure(),
                    row.value(),
                    row.unit(),
                    row.floor(),
                    row.ratio(),
                    row.goal());
            StringBuilder more = new StringBuilder();
            row.more().forEach((name, value) -> more.append("  ")
                    .append(name)
                    .append(' ')
                    .append(value instanceof Double d ? String.format(Locale.ROOT, "%.2f", d) : value));
            System.out.println("   " + more);
        }
    }
}
