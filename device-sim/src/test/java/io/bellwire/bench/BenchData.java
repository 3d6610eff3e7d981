package io.bellwire.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Makes devices, orders and logs for the benchmarks. */
final class BenchData {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PADDING = "x".repeat(900);
    private static final int REGISTERED_AT_ONCE = 32;

    private BenchData() {}

    /** Registers devices {@code d-0} to {@code d-(count-1)} and returns their secrets. */
    static List<String> devices(BenchProcess server, int count) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        List<String> secrets = new ArrayList<>();
        for (int from = 0; from < count; from += REGISTERED_AT_ONCE) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = from; i < Math.min(count, from + REGISTERED_AT_ONCE); i++) {
                answers.add(client.sendAsync(
                        HttpRequest.newBuilder(server.http.resolve("/v1/devices/d-" + i))
                                .PUT(HttpRequest.BodyPublishers.noBody())
                                .header("Authorization", "Bearer " + server.token)
                                .build(),
                        HttpResponse.BodyHandlers.ofString()));
            }
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                secrets.add(JSON.readTree(answer.join().body()).path("secret").asText());
            }
        }
        return secrets;
    }

    /** A POST of one order of about 1 KB with an idempotency key of its own. */
    static byte[] order(String token, AtomicLong counter, int devices) {
        long n = counter.incrementAndGet();
        byte[] body = ("{\"device_id\":\"d-" + (n * 7919 % devices)
                        + "\",\"recipe_id\":\"lungo\",\"volume\":\"110ml\",\"data\":{\"note\":\"" + PADDING + "\"}}")
                .getBytes(StandardCharsets.US_ASCII);
        return HttpLoad.request(
                "POST",
                "/v1/orders",
                token,
                "Content-Type: application/json\r\nIdempotency-Key: bench-" + n + "\r\n",
                body);
    }

    /** Fills the log with {@code changes} events of about 1 KB over {@code devices} devices, 100 a request. */
    static void fill(BenchProcess server, int devices, long changes) throws IOException {
        AtomicLong counter = new AtomicLong();
        String prefix = Long.toString(System.nanoTime(), 36);
        HttpLoad.run(server.http, 8, 0, Long.MAX_VALUE / 2_000_000, changes / 100, () -> {
            StringBuilder batch = new StringBuilder("[");
            for (int i = 0; i < 100; i++) {
                long n = counter.incrementAndGet();
                batch.append(i == 0 ? "" : ",")
                        .append("{\"specversion\":\"1.0\",\"source\":\"/bench/")
                        .append(prefix)
                        .append("\",\"id\":\"")
                        .append(n)
                        .append("\",\"type\":\"bench.filled\",\"deviceid\":\"d-")
                        .append(n * 7919 % devices)
                        .append("\",\"data\":{\"note\":\"")
                        .append(PADDING)
                        .append("\"}}");
            }
            return HttpLoad.request(
                    "POST",
                    "/v1/events",
                    server.token,
                    "Content-Type: application/cloudevents-batch+json\r\n",
                    batch.append(']').toString().getBytes(StandardCharsets.US_ASCII));
        });
    }

    /** The response to a GET. */
    static HttpResponse<byte[]> get(URI address, String token) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address)
                                .header("Authorization", "Bearer " + token)
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
    }

    static Path folder() throws IOException {
        return Files.createTempDirectory("bellwire-bench");
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
