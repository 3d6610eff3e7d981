package io.bellwire.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;

/** A server's metrics at one moment. Immutable. */
public final class Metrics {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private final List<String> lines;

    private Metrics(List<String> lines) {
        this.lines = lines;
    }

    /** Reads {@code /metrics} of the server. */
    public static Metrics read(HttpClient client, URI server) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/metrics"))
                .timeout(REQUEST_TIMEOUT)
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("/metrics: HTTP " + answer.statusCode());
        }
        return of(answer.body());
    }

    static Metrics of(String text) {
        return new Metrics(text.lines().filter(line -> !line.startsWith("#")).toList());
    }

    /**
     * The sum of all series with this name; empty if there is none.
     *
     * @param label such as {@code id="direct"}, which a series must have to count; empty for all
     */
    public OptionalDouble sum(String name, String label) {
        List<String> series = lines.stream()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .filter(line -> line.contains(label))
                .toList();
        return series.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(series.stream()
                        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                        .sum());
    }
}
