package io.bellwire.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a process of its own, so that its CPU and memory are its own too. */
final class Child implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long STOP_SECONDS = 20;

    final Process process;
    final URI http;
    final URI mqtt;
    final String token;
    final double startSeconds;

    private Child(Process process, URI http, URI mqtt, String token, double startSeconds) {
        this.process = process;
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill)); // also when the benchmark is interrupted
        this.http = http;
        this.mqtt = mqtt;
        this.token = token;
        this.startSeconds = startSeconds;
    }

    /** The product's server, as its users start it. */
    static Child bellwire(Path dataFolder, List<String> options) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(System.getProperty("bellwire.serve"), "--data-dir", dataFolder.toString()));
        command.addAll(List.of("--http-port", "0", "--mqtt-port", "0"));
        command.addAll(options);
        return start(command);
    }

    /** {@link FloorServer}. */
    static Child floor(Path folder) throws IOException {
        return start(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FloorServer.class.getName(),
                folder.toString()));
    }

    private static Child start(List<String> command) throws IOException {
        long started = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        double seconds = (System.nanoTime() - started) / 1e9;
        if (line == null) {
            throw new IOException("the server did not start: " + command);
        }
        JsonNode ready = JSON.readTree(line);
        String tokenFile = ready.path("operator_token_file").asText();
        String token =
                tokenFile.isEmpty() ? "" : Files.readString(Path.of(tokenFile)).strip();
        return new Child(
                process,
                URI.create(ready.path("http").asText()),
                URI.create(ready.path("mqtt").asText("mqtt://none")),
                token,
                seconds);
    }

    double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /** Resident memory in bytes. */
    long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return 0;
    }

    /** The sum of a metric's series. */
    double metric(String name) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(http.resolve("/metrics")).build(), HttpResponse.BodyHandlers.ofString());
        return answer.body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Ends it at once, as a crash does. */
    void kill() {
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
