package io.bellwire.soak;

import io.bellwire.fleet.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Measures what a server's process uses, from its own metrics and, where possible, from the operating system. A figure
 * that cannot be measured is left out. Not thread-safe.
 */
final class ServerWatch {
    private static final double MB = 1e6;
    private static final double PERCENT = 100;
    private static final int ANSWER_SECONDS = 30;
    private static final int GIVEN_BACK_MILLIS = 1_500;

    private final ServerProcess process;
    private final HttpClient client;
    private final URI http;
    private final LongSupplier nanos;
    private long pid;
    private int processCount;
    private long lastNanos;
    private long lastCpuNanos;
    private ResidentMemory.Range heap = ResidentMemory.heap("");

    ServerWatch(ServerProcess process, HttpClient client, URI http, LongSupplier nanos) {
        this.process = process;
        this.client = client;
        this.http = http;
        this.nanos = nanos;
    }

    /** How many processes the server has had so far, including the present one; 0 before the first measurement. */
    int processCount() {
        return processCount;
    }

    void measure(Map<Figure, Double> into) throws InterruptedException {
        Optional<ProcessHandle> handle = process.handle();
        if (handle.isEmpty()) {
            return;
        }
        long now = nanos.getAsLong();
        Optional<Duration> cpu = handle.get().info().totalCpuDuration();
        if (handle.get().pid() != pid) {
            pid = handle.get().pid();
            processCount++;
            heap = ResidentMemory.heap(jcmd("GC.heap_info"));
        } else if (cpu.isPresent()) {
            into.put(Figure.CPU, PERCENT * (cpu.get().toNanos() - lastCpuNanos) / Math.max(1, now - lastNanos));
        }
        lastNanos = now;
        lastCpuNanos = cpu.map(Duration::toNanos).orElse(0L);
        ResidentMemory.bytes(pid).ifPresent(bytes -> into.put(Figure.RESIDENT, bytes / MB));
        ResidentMemory.bytesOutside(pid, heap).ifPresent(bytes -> into.put(Figure.OUTSIDE_HEAP, bytes / MB));
        try {
            read(Metrics.read(client, http), into);
        } catch (IOException away) {
            // the server is being killed: this sample has no metrics
            return;
        }
    }

    private static void read(Metrics metrics, Map<Figure, Double> into) {
        Taker taker = new Taker(metrics, into);
        taker.take(Figure.HEAP, MB, of -> of.sum("bellwire_heap_after_collection_bytes", ""));
        taker.take(Figure.METASPACE, MB, of -> of.sum("jvm_memory_used_bytes", "id=\"Metaspace\""));
        taker.take(Figure.THREADS, 1, of -> of.sum("jvm_threads_live_threads", ""));
        taker.take(Figure.DESCRIPTORS, 1, of -> of.sum("process_files_open_files", ""));
        taker.take(Figure.TIMERS, 1, of -> of.sum("bellwire_timers", ""));
        taker.take(Figure.HTTP_CONNECTIONS, 1, of -> of.sum("bellwire_http_connections", ""));
        taker.take(Figure.MQTT_CONNECTIONS, 1, of -> of.sum("bellwire_broker_connections", ""));
        taker.take(Figure.STREAMS, 1, of -> of.sum("bellwire_streams_open", ""));
        taker.take(Figure.CALLS, 1, of -> of.sum("bellwire_webhook_calls_total", ""));
        taker.take(Figure.ATTEMPTS, 1, of -> of.sum("bellwire_webhook_attempts_kept", ""));
        OptionalDouble refused = metrics.sum("bellwire_webhook_calls_total", "result=\"refused\"");
        OptionalDouble unanswered = metrics.sum("bellwire_webhook_calls_total", "result=\"unanswered\"");
        if (refused.isPresent() && unanswered.isPresent()) {
            into.put(Figure.FAILED_CALLS, refused.getAsDouble() + unanswered.getAsDouble());
        }
        OptionalDouble buffers = metrics.sum("bellwire_broker_buffers_bytes", "");
        OptionalDouble direct = metrics.sum("jvm_buffer_memory_used_bytes", "id=\"direct\"");
        if (buffers.isPresent() && direct.isPresent()) {
            into.put(Figure.DIRECT, (buffers.getAsDouble() + direct.getAsDouble()) / MB);
        }
    }

    private record Taker(Metrics metrics, Map<Figure, Double> into) {
        private interface Source {
            OptionalDouble of(Metrics metrics);
        }

        void take(Figure figure, double unit, Source source) {
            source.of(metrics).ifPresent(value -> into.put(figure, value / unit));
        }
    }

    /**
     * Makes the server collect its garbage and return freed native memory, and measures the heap that is left; does
     * nothing without the JDK's {@code jcmd}.
     */
    void measureAfterCollection(Map<Figure, Double> into) throws InterruptedException {
        if (jcmd("GC.run").isEmpty()) {
            return;
        }
        try {
            Metrics.read(client, http)
                    .sum("jvm_memory_used_bytes", "area=\"heap\"")
                    .ifPresent(bytes -> into.put(Figure.LIVE_HEAP, bytes / MB));
            String unusedAnswer = jcmd("System.trim_native_heap");
            // the JVM returns heap memory in the background
            boolean unused = new CountDownLatch(1).await(GIVEN_BACK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (IOException away) {
            // the server is being killed
            return;
        }
    }

    /** The answer of the server's JVM to a request of the JDK's {@code jcmd}; empty without an answer. */
    private String jcmd(String request) throws InterruptedException {
        Path executable = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Optional<ProcessHandle> handle = process.handle();
        if (handle.isEmpty() || !Files.isExecutable(executable)) {
            return "";
        }
        try {
            Process command = new ProcessBuilder(
                            executable.toString(), Long.toString(handle.get().pid()), request)
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(command.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return command.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS) && command.exitValue() == 0 ? answer : "";
        } catch (IOException away) {
            return "";
        }
    }
}
