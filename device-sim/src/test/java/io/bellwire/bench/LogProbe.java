package io.bellwire.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.command.CommandResult;
import io.bellwire.command.IdempotencyKey;
import io.bellwire.command.IdempotentCommand;
import io.bellwire.group.Recipients;
import io.bellwire.log.DeviceId;
import io.bellwire.log.Durability;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.FeedId;
import io.bellwire.log.LogLimits;
import io.bellwire.log.LogStore;
import io.bellwire.order.CreateOrder;
import io.bellwire.order.OrderDraft;
import io.bellwire.order.OrderIds;
import io.bellwire.order.Refusal;
import io.bellwire.segment.DiskFolder;
import io.bellwire.segment.SegmentOptions;
import io.bellwire.segment.SegmentStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Measures the log in a process of its own, and prints the figures as one line of JSON. See {@link LogBench}. */
final class LogProbe {
    private static final int DEVICES = 1_000;
    private static final int DATA_BYTES = 1_024;
    private static final long INDEX_BYTES = 16 << 20;
    private static final int WARM_UP = 100_000;
    private static final int RETENTION_STEPS = 100;
    private static final int RETENTION_STEP_EVENTS = 10_000;
    private static final Duration RETENTION_STEP = Duration.ofHours(1);
    private static final int IN_FLIGHT_MAX = 4_096;
    private static final List<String> LOG_THREADS = List.of("log-writer", "log-answers", "log-index");
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private LogProbe() {}

    /** Arguments: {@code fill FOLDER FEEDS EVENTS}, {@code orders FOLDER FEEDS ORDERS}, {@code heap FOLDER}, {@code retention FOLDER} or {@code append FOLDER ORDERS PER_SECOND BATCH}. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[1]);
        Map<String, Object> found = new LinkedHashMap<>();
        switch (args[0]) {
            case "fill" -> {
                try (LogFiller filler =
                        new LogFiller(folder, Integer.parseInt(args[2]), DATA_BYTES, System::currentTimeMillis)) {
                    filler.events(Long.parseLong(args[3]));
                }
            }
            case "orders" -> {
                try (LogFiller filler =
                        new LogFiller(folder, Integer.parseInt(args[2]), DATA_BYTES / 8, System::currentTimeMillis)) {
                    filler.orders(Long.parseLong(args[3]));
                }
            }
            case "heap" -> heap(folder, found);
            case "retention" -> retention(folder, found);
            case "append" ->
                append(folder, Long.parseLong(args[2]), Long.parseLong(args[3]), Integer.parseInt(args[4]), found);
            default -> throw new IllegalArgumentException(args[0]);
        }
        System.out.println(new ObjectMapper().writeValueAsString(found));
    }

    private static SegmentStore open(Path folder) throws IOException {
        Files.createDirectories(folder);
        return SegmentStore.open(
                new DiskFolder(folder),
                SegmentOptions.of(Durability.SYNC, INDEX_BYTES, false),
                new Random(),
                System::nanoTime,
                System.currentTimeMillis());
    }

    /** Measures the heap of an open log. */
    private static void heap(Path folder, Map<String, Object> found) throws IOException {
        open(folder).close(); // loads the classes
        long before = live();
        long began = System.nanoTime();
        try (LogStore store = open(folder)) {
            found.put("open_s", (System.nanoTime() - began) / 1e9);
            found.put("heap_bytes", live() - before);
            found.put("epoch", store.epoch().toString());
        }
    }

    private static long live() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    /**
     * Measures the largest size of the log once retention drops changes, and the size of the changes that it must keep.
     */
    private static void retention(Path folder, Map<String, Object> found) throws Exception {
        AtomicLong millis = new AtomicLong(System.currentTimeMillis());
        long most = 0;
        try (LogFiller filler = new LogFiller(folder, DEVICES, DATA_BYTES, millis::get)) {
            for (int step = 0; step < RETENTION_STEPS * 4; step++) {
                filler.events(RETENTION_STEP_EVENTS);
                millis.addAndGet(RETENTION_STEP.toMillis());
                filler.expire(RETENTION_STEP.multipliedBy(RETENTION_STEPS));
                if (step > RETENTION_STEPS * 2) {
                    most = Math.max(most, bytesIn(folder));
                }
            }
            found.put("kept_bytes", (double) RETENTION_STEPS * RETENTION_STEP_EVENTS * filler.eventBytes());
        }
        found.put("disk_bytes", most);
    }

    private static long bytesIn(Path folder) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                bytes += file.toFile().length(); // 0 if it was deleted meanwhile
            }
        }
        return bytes;
    }

    /**
     * Appends orders of 1 KB with idempotency keys, {@code batch} at once, at an even rate or, with {@code perSecond}
     * 0, as fast as possible.
     */
    private static void append(Path folder, long orders, long perSecond, int batch, Map<String, Object> found)
            throws Exception {
        try (EventLog log =
                new EventLog(open(folder), LogLimits.DEFAULT, Clock.systemUTC(), new SimpleMeterRegistry())) {
            OrderWriter source = new OrderWriter(log);
            source.run(WARM_UP, 0, IN_FLIGHT_MAX);
            source.run(Math.min(orders, perSecond * 5), perSecond, batch);
            Map<String, Long> cpu = cpuNanos();
            long bytes = bytesWritten();
            long began = System.nanoTime();
            source.run(orders, perSecond, batch);
            double seconds = (System.nanoTime() - began) / 1e9;
            bytes = bytesWritten() - bytes;
            double all = 0;
            for (Map.Entry<String, Long> thread : cpuNanos().entrySet()) {
                double each = (thread.getValue() - cpu.getOrDefault(thread.getKey(), 0L)) / 1e3 / orders;
                found.put(thread.getKey() + "_us", each);
                all += each;
            }
            found.put("cpu_us", all);
            found.put("per_second", orders / seconds);
            found.put("written_ratio", bytes / (double) orders / DATA_BYTES);
        }
        measureLowerBound(folder.resolve("floor"), orders, perSecond, batch, found);
    }

    /** Writes the same bytes to one file with the same number of syncs, as the lower bound. */
    private static void measureLowerBound(Path file, long orders, long perSecond, int batch, Map<String, Object> found)
            throws IOException {
        long began = System.nanoTime();
        long cpu = THREADS.getCurrentThreadCpuTime();
        long bytes = bytesWritten();
        int atOnce = perSecond == 0 ? 1_024 : batch;
        ByteBuffer body = ByteBuffer.allocateDirect(DATA_BYTES * atOnce);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (long done = 0; done < orders; done += atOnce) {
                pace(began, done, perSecond);
                channel.write(body.clear());
                channel.force(false);
            }
        }
        found.put("floor_cpu_us", (THREADS.getCurrentThreadCpuTime() - cpu) / 1e3 / orders);
        found.put("floor_written_ratio", (bytesWritten() - bytes) / (double) orders / DATA_BYTES);
        Files.delete(file);
    }

    private static void pace(long began, long done, long perSecond) {
        if (perSecond > 0) {
            for (long left; (left = began + done * 1_000_000_000L / perSecond - System.nanoTime()) > 0; ) {
                LockSupport.parkNanos(left);
            }
        }
    }

    /** CPU time of the log's threads by name, in nanoseconds. */
    private static Map<String, Long> cpuNanos() {
        Map<String, Long> nanos = new LinkedHashMap<>();
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && LOG_THREADS.contains(thread.getThreadName())) {
                nanos.merge(thread.getThreadName(), THREADS.getThreadCpuTime(thread.getThreadId()), Long::sum);
            }
        }
        return nanos;
    }

    /** Bytes that this process has written to disk, in whole pages of memory. */
    private static long bytesWritten() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/io"))) {
            if (line.startsWith("write_bytes: ")) {
                return Long.parseLong(line.substring("write_bytes: ".length()));
            }
        }
        return 0;
    }

    /** Places orders as the HTTP API does. */
    private static final class OrderWriter {
        private final EventLog log;
        private final List<Feed> devices;
        private final Feed all;
        private final OrderIds ids = new OrderIds(Clock.systemUTC(), new Random());
        private final ObjectNode json = new ObjectMapper().createObjectNode();
        private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
        private final String run = Long.toString(System.nanoTime());
        private final AtomicLong failed = new AtomicLong();
        private long placed;

        OrderWriter(EventLog log) {
            this.log = log;
            List<FeedId> names = new ArrayList<>();
            for (int i = 0; i < DEVICES; i++) {
                names.add(FeedId.ofDevice(new DeviceId("d-" + i)));
            }
            this.devices = log.getOrCreateFeeds(names);
            this.all = log.getOrCreateFeed(FeedId.ORDERS);
            json.put("device_id", "d-0");
            json.put("recipe_id", "lungo");
            json.putObject("data").put("note", "x".repeat(DATA_BYTES - 250));
        }

        void run(long orders, long perSecond, int batch) throws InterruptedException {
            long began = System.nanoTime();
            for (long done = 0; done < orders; done++) {
                if (done % batch == 0) {
                    pace(began, done, perSecond);
                }
                inFlight.acquire();
                var unused = submit().whenComplete((result, failure) -> {
                    if (failure != null) {
                        failed.incrementAndGet();
                    }
                    inFlight.release();
                });
            }
            inFlight.acquire(IN_FLIGHT_MAX);
            inFlight.release(IN_FLIGHT_MAX);
            if (failed.get() > 0) {
                throw new IllegalStateException(failed + " orders failed");
            }
        }

        private CompletableFuture<CommandResult<Refusal>> submit() {
            placed++;
            IdempotencyKey key = IdempotencyKey.of(run, Long.toString(placed));
            Feed device = devices.get((int) (placed * 7919 % DEVICES));
            CreateOrder write = new CreateOrder(ids.next(), OrderDraft.of(json), Recipients.of(List.of(device, all)));
            return log.submit(new IdempotentCommand<>(key, key.digest(), write));
        }
    }
}
