package io.bellwire.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.soak.Metrics;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, so that its CPU and memory can be measured separately. */
final class BenchProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long STOP_SECONDS = 20;

    final Process process;
    final URI http;
    final URI mqtt;
    final String token;
    final long startNanos;
    final double startSeconds;

    private BenchProcess(Process process, URI http, URI mqtt, String token, long startNanos, double startSeconds) {
        this.process = process;
        this.http = http;
        this.mqtt = mqtt;
        this.token = token;
        this.startNanos = startNanos;
        this.startSeconds = startSeconds;
    }

    /** Starts a server that prints a line of JSON once it is ready. */
    static BenchProcess start(ProcessBuilder command) throws IOException {
        return startTogether(List.of(command)).get(0);
    }

    /** Starts several servers at once. */
    static List<BenchProcess> startTogether(List<ProcessBuilder> commands) throws IOException {
        long startNanos = System.nanoTime();
        List<Process> processes = new ArrayList<>();
        for (ProcessBuilder command : commands) {
            Process process =
                    command.redirectError(ProcessBuilder.Redirect.INHERIT).start();
            processes.add(process);
            // ends the server also when the benchmark is interrupted
            Runtime.getRuntime().addShutdownHook(new Thread(() -> kill(process)));
        }
        List<BenchProcess> children = new ArrayList<>();
        for (Process process : processes) {
            children.add(ready(process, startNanos));
        }
        return children;
    }

    private static BenchProcess ready(Process process, long startNanos) throws IOException {
        String line = process.inputReader().readLine();
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        if (line == null) {
            throw new IOException("a server did not start: " + process.info().commandLine());
        }
        JsonNode ready = JSON.readTree(line);
        String tokenFile = ready.path("operator_token_file").asText();
        return new BenchProcess(
                process,
                URI.create(ready.path("http").asText("http://none")),
                URI.create(ready.path("mqtt").asText("mqtt://none")),
                tokenFile.isEmpty() ? "" : Files.readString(Path.of(tokenFile)).strip(),
                startNanos,
                seconds);
    }

    /** Writes a line to the server's standard input. */
    void writeLine(String line) throws IOException {
        Writer in = process.outputWriter();
        in.write(line + "\n");
        in.flush();
    }

    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /** The sum of a metric's series. */
    double metric(String name) throws IOException, InterruptedException {
        return Metrics.read(HttpClient.newHttpClient(), http).sum(name, "").orElse(0);
    }

    /** Kills the server, as a crash does. */
    void kill() {
        kill(process);
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .completeOnTimeout(process, STOP_SECONDS, TimeUnit.SECONDS)
                .join();
        kill();
    }
}
