package io.bellwire.world;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs many worlds, on all processors: the program behind {@code scripts/worlds}. */
@Command(name = "worlds", mixinStandardHelpOptions = true, sortOptions = false)
public final class Worlds implements java.util.concurrent.Callable<Integer> {
    /** So many seeds must be enough to find a planted bug. */
    static final int PLANTED_SEEDS_MAX = 200;

    private static final int FAILURES_SHOWN_MAX = 10;
    private static final long PROGRESS_NANOS = 5_000_000_000L;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1000",
            description = "How many worlds (default: ${DEFAULT-VALUE}); of each planted bug, how many at most.")
    private long seeds;

    @Option(
            names = "--from",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "The first seed (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(
            names = "--planted",
            description = "Plants bugs in the product, and shows after how many seeds each is found.")
    private boolean planted;

    private final PrintStream out = System.out;

    public static void main(String[] args) {
        // worlds are full of faults that the product warns of
        WorldLogging.setOff();
        System.exit(new CommandLine(new Worlds()).execute(args));
    }

    @Override
    public Integer call() throws InterruptedException {
        return planted ? runPlanted() : runAll();
    }

    private int runAll() throws InterruptedException {
        AtomicLong next = new AtomicLong(from);
        AtomicLong done = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        AtomicLong nextProgress = new AtomicLong(System.nanoTime() + PROGRESS_NANOS);
        long begunNanos = System.nanoTime();
        onAllProcessors(() -> {
            LongFunction<@Nullable String> world = new WorldRun();
            for (long seed = next.getAndIncrement(); seed < from + seeds; seed = next.getAndIncrement()) {
                String failure = world.apply(seed);
                if (failure != null && failed.incrementAndGet() <= FAILURES_SHOWN_MAX) {
                    out.println(failure);
                }
                long count = done.incrementAndGet();
                long due = nextProgress.get();
                if (System.nanoTime() > due && nextProgress.compareAndSet(due, due + PROGRESS_NANOS)) {
                    out.println(count + " of " + seeds + " worlds, " + failed + " failed");
                }
            }
        });
        long millis = (System.nanoTime() - begunNanos) / 1_000_000;
        long cpuMillis = processCpuNanos() / 1_000_000;
        out.println(seeds + " worlds from seed " + from + ", " + failed + " failed; " + millis / 1_000 + " s, "
                + cpuMillis / seeds + " ms of CPU each");
        return failed.get() == 0 ? 0 : 1;
    }

    private static long processCpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getProcessCpuTime()
                : 0;
    }

    private int runPlanted() throws InterruptedException {
        AtomicLong missed = new AtomicLong();
        List<PlantedBug> bugs = PlantedBugs.all();
        AtomicLong next = new AtomicLong();
        onAllProcessors(() -> {
            for (int i = (int) next.getAndIncrement(); i < bugs.size(); i = (int) next.getAndIncrement()) {
                PlantedBug bug = bugs.get(i);
                long begunNanos = System.nanoTime();
                long found = seedsUntilFound(bug, from, Math.min(seeds, PLANTED_SEEDS_MAX));
                if (found == 0) {
                    missed.incrementAndGet();
                }
                out.println((found == 0 ? "NOT FOUND" : "found after " + found + (found == 1 ? " seed" : " seeds"))
                        + ", " + (System.nanoTime() - begunNanos) / 1_000_000 + " ms: " + bug);
            }
        });
        out.println(bugs.size() + " planted bugs, " + missed + " not found");
        return missed.get() == 0 ? 0 : 1;
    }

    /** After how many seeds the bug is found; 0 if it is not. */
    static long seedsUntilFound(PlantedBug bug, long from, long seedsMax) {
        LongFunction<@Nullable String> world = new PlantedProduct(bug).world();
        return LongStream.range(0, seedsMax)
                        .filter(count -> world.apply(from + count) != null)
                        .findFirst()
                        .orElse(-1)
                + 1;
    }

    private static void onAllProcessors(Runnable work) throws InterruptedException {
        int processors = Runtime.getRuntime().availableProcessors();
        ExecutorService threads = Executors.newFixedThreadPool(processors);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < processors; i++) {
                running.add(threads.submit(work));
            }
            for (Future<?> one : running) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }
}
