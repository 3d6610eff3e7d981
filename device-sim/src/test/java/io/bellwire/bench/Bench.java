package io.bellwire.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Runs the requested benchmarks, prints each row of the table when it is known, and writes JSON. Options: see
 * scripts/bench.
 */
final class Bench {
    private static final long SMALL_LOG = 100_000;
    private static final Set<String> KNOWN = new TreeSet<>(List.of(
            "append", "log", "pages", "restart", "steady", "saturate", "storm", "idle", "kill", "start", "webhooks"));

    private final Options options;
    private final BenchServers servers;
    private final List<Row> rows = new ArrayList<>();

    private record Options(
            Optional<Path> json, Set<String> only, boolean quick, Optional<Path> profiles, Path javaHome) {
        static Options parse(String[] args) {
            Optional<Path> json = Optional.empty();
            Set<String> only = KNOWN;
            boolean quick = false;
            Optional<Path> profiles = Optional.empty();
            Path javaHome = Path.of(System.getProperty("java.home"));
            for (int i = 0; i < args.length; i++) {
                if (args[i].equals("--quick")) {
                    quick = true;
                    continue;
                }
                String value = i + 1 < args.length ? args[i + 1] : exitWithError(args[i] + " needs a value");
                switch (args[i++]) {
                    case "--json" -> json = Optional.of(Path.of(value));
                    case "--only" -> only = Set.of(value.split(","));
                    case "--profile" -> profiles = Optional.of(Path.of(value));
                    case "--java-home" -> javaHome = Path.of(value);
                    default ->
                        exitWithError("unknown option " + args[i - 1]
                                + "; there are --json, --only, --quick, --profile, --java-home");
                }
            }
            if (!KNOWN.containsAll(only)) {
                exitWithError("--only takes some of " + KNOWN);
            }
            return new Options(json, only, quick, profiles, javaHome);
        }

        private static String exitWithError(String why) {
            System.err.println("bench: " + why);
            System.exit(2);
            throw new IllegalStateException(why);
        }
    }

    private Bench(Options options) {
        this.options = options;
        this.servers = new BenchServers(List.of(System.getProperty("bellwire.serve")), options.javaHome());
    }

    public static void main(String[] args) throws Exception {
        Bench bench = new Bench(Options.parse(args));
        try {
            bench.run();
        } finally {
            bench.writeJson();
        }
    }

    private void run() throws Exception {
        System.out.printf("%-60s %12s %-5s %12s %7s  %s%n", "figure", "measured", "", "reference", "ratio", "goal");
        measureEndToEnd();
        boolean quick = options.quick();
        long warmUp = quick ? 1_000 : 4_000;
        long millis = quick ? 2_000 : 6_000;
        long largeLog = quick ? 1_000_000 : 10_000_000;
        if (wanted("append")) {
            addRows(AppendBench.run(servers, warmUp, millis));
        }
        if (wanted("log")) {
            LogBench.run(quick ? 10 : 30, largeLog, row -> addRows(List.of(row)));
        }
        if (wanted("pages") || wanted("restart")) {
            measureLargeLogs(warmUp, millis, largeLog);
        }
    }

    private void measureEndToEnd() throws Exception {
        BenchPlan plan = options.quick() ? BenchPlan.QUICK : BenchPlan.FULL;
        EndToEnd endToEnd = new EndToEnd(servers, plan, new ProgressLines(), options.profiles());
        if (wanted("steady")) {
            addRows(new SteadyBench(endToEnd).run());
        }
        if (wanted("saturate")) {
            addRows(new SaturateBench(endToEnd).run());
        }
        if (wanted("storm")) {
            addRows(new StormBench(endToEnd).run());
        }
        if (wanted("idle")) {
            addRows(new IdleBench(endToEnd).run());
        }
        if (wanted("kill")) {
            addRows(new KillBench(endToEnd).run());
        }
        if (wanted("start")) {
            addRows(new StartBench(endToEnd).run());
        }
        if (wanted("webhooks")) {
            addRows(new WebhookBench(endToEnd).run());
        }
    }

    private boolean wanted(String part) {
        return options.only().contains(part);
    }

    private void measureLargeLogs(long warmUp, long millis, long largeLog) throws Exception {
        PageBench pages = new PageBench(servers, warmUp, millis);
        Row memory = pages.memory();
        addRows(List.of(memory));
        for (long changes : List.of(SMALL_LOG, largeLog)) {
            Path folder = BenchData.folder();
            try {
                addRows(List.of(pages.files(folder, changes, memory)));
                if (changes == largeLog) {
                    addRows(List.of(RestartBench.run(servers, folder, largeLog)));
                }
            } finally {
                BenchData.delete(folder);
            }
        }
    }

    private void addRows(List<Row> shown) {
        for (Row row : shown) {
            rows.add(row);
            System.out.printf(
                    Locale.ROOT,
                    "%-60s %12.2f %-5s %12.2f %7.2f  %s%n",
                    row.figure(),
                    row.value(),
                    row.unit(),
                    row.reference(),
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

    private void writeJson() throws Exception {
        if (options.json().isEmpty()) {
            return;
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("processors", Runtime.getRuntime().availableProcessors());
        all.put("java_home", options.javaHome().toString());
        all.put("figures", rows);
        try (OutputStream out = Files.newOutputStream(options.json().get())) {
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(out, all);
        }
    }
}
