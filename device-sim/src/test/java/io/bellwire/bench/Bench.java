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

/** Runs the benchmarks that are asked for, shows a table as it grows, and writes JSON. Options: see scripts/bench. */
final class Bench {
    private static final long SMALL_LOG = 100_000;
    private static final Set<String> KNOWN = new TreeSet<>(
            List.of("append", "log", "pages", "restart", "steady", "saturate", "storm", "idle", "kill", "start"));

    private final Options options;
    private final Servers servers;
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
                String value = i + 1 < args.length ? args[i + 1] : refuse(args[i] + " needs a value");
                switch (args[i++]) {
                    case "--json" -> json = Optional.of(Path.of(value));
                    case "--only" -> only = Set.of(value.split(","));
                    case "--profile" -> profiles = Optional.of(Path.of(value));
                    case "--java-home" -> javaHome = Path.of(value);
                    default ->
                        refuse("unknown option " + args[i - 1]
                                + "; there are --json, --only, --quick, --profile, --java-home");
                }
            }
            if (!KNOWN.containsAll(only)) {
                refuse("--only takes some of " + KNOWN);
            }
            return new Options(json, only, quick, profiles, javaHome);
        }

        private static String refuse(String why) {
            System.err.println("bench: " + why);
            System.exit(2);
            throw new IllegalStateException(why);
        }
    }

    private Bench(Options options) {
        this.options = options;
        this.servers = new Servers(List.of(System.getProperty("bellwire.serve")), options.javaHome());
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
        wholeWay();
        boolean quick = options.quick();
        long warmUp = quick ? 1_000 : 4_000;
        long millis = quick ? 2_000 : 6_000;
        long largeLog = quick ? 1_000_000 : 10_000_000;
        if (wanted("append")) {
            show(AppendBench.run(servers, warmUp, millis));
        }
        if (wanted("log")) {
            LogBench.run(quick ? 10 : 30, largeLog, row -> show(List.of(row)));
        }
        if (wanted("pages") || wanted("restart")) {
            large(warmUp, millis, largeLog);
        }
    }

    private void wholeWay() throws Exception {
        BenchPlan plan = options.quick() ? BenchPlan.QUICK : BenchPlan.FULL;
        WholeWay way = new WholeWay(servers, plan, new ProgressLines(), options.profiles());
        if (wanted("steady")) {
            show(new SteadyBench(way).run());
        }
        if (wanted("saturate")) {
            show(new SaturateBench(way).run());
        }
        if (wanted("storm")) {
            show(new StormBench(way).run());
        }
        if (wanted("idle")) {
            show(new IdleBench(way).run());
        }
        if (wanted("kill")) {
            show(new KillBench(way).run());
        }
        if (wanted("start")) {
            show(new StartBench(way).run());
        }
    }

    private boolean wanted(String part) {
        return options.only().contains(part);
    }

    private void large(long warmUp, long millis, long largeLog) throws Exception {
        PageBench pages = new PageBench(servers, warmUp, millis);
        Row memory = pages.memory();
        show(List.of(memory));
        for (long changes : List.of(SMALL_LOG, largeLog)) {
            Path folder = Fixture.folder();
            try {
                show(List.of(pages.files(folder, changes, memory)));
                if (changes == largeLog) {
                    show(List.of(RestartBench.run(servers, folder, largeLog)));
                }
            } finally {
                Fixture.delete(folder);
            }
        }
    }

    private void show(List<Row> shown) {
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
