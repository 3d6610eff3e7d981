package io.bellwire.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.Timers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

/**
 * Requests with one token, each of which is repeated until the server answers it, however often the server is killed
 * meanwhile. A request that the server refuses fails with {@link FleetException}. Thread-safe.
 */
final class RepeatedRequests {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 50;
    private static final int DOUBLINGS_MAX = 5;

    private final BoundedHttpClient http;
    private final URI server;
    private final String token;
    private final Timers timers;
    private final LongSupplier nanos;
    private final FailedAttempts failures;
    private volatile boolean closed;

    /** @param failures is notified of each request that has to be repeated */
    RepeatedRequests(
            BoundedHttpClient http,
            URI server,
            String token,
            Timers timers,
            LongSupplier nanos,
            FailedAttempts failures) {
        this.http = http;
        this.server = server;
        this.token = token;
        this.timers = timers;
        this.nanos = nanos;
        this.failures = failures;
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(server.resolve(path))
                .timeout(REQUEST_TIMEOUT)
                .header("Authorization", "Bearer " + token);
    }

    /** Repeats no request from now on. */
    void close() {
        closed = true;
    }

    static JsonNode parse(HttpResponse<byte[]> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException malformed) {
            throw failure("the server's answer is not JSON");
        }
    }

    static CompletionException failure(String message) {
        return new CompletionException(new FleetException(message));
    }

    CompletableFuture<HttpResponse<byte[]>> untilAnswered(HttpRequest request) {
        return untilAnswered(request, 0);
    }

    /** @param alsoSuccess a status besides 2xx that counts as success; 0 for none */
    CompletableFuture<HttpResponse<byte[]>> untilAnswered(HttpRequest request, int alsoSuccess) {
        CompletableFuture<HttpResponse<byte[]>> promise = new CompletableFuture<>();
        attempt(request, alsoSuccess, 0, promise);
        return promise;
    }

    private void attempt(
            HttpRequest request, int alsoSuccess, int failed, CompletableFuture<HttpResponse<byte[]>> promise) {
        long sentNanos = nanos.getAsLong();
        CompletableFuture<?> ignored = http.send(request).whenComplete((response, failure) -> {
            if (closed) {
                promise.cancel(false);
            } else if (failure != null || isRetryable(response.statusCode())) {
                if (failure != null || !isUnderWay(response.statusCode(), failed)) {
                    String why = failure == null ? "HTTP " + response.statusCode() : failure.toString();
                    failures.failed(text(request), sentNanos, nanos.getAsLong(), why);
                }
                long pause = PAUSE_MILLIS << Math.min(failed, DOUBLINGS_MAX);
                timers.after(pause, () -> attempt(request, alsoSuccess, failed + 1, promise));
            } else if (response.statusCode() / 100 == 2 || response.statusCode() == alsoSuccess) {
                promise.complete(response);
            } else {
                promise.completeExceptionally(
                        failure("the server refuses " + text(request) + ": HTTP " + response.statusCode()));
            }
        });
    }

    private static String text(HttpRequest request) {
        return request.method() + " " + request.uri().getPath();
    }

    private static boolean isRetryable(int status) {
        return status >= 500 || status == 408 || status == 409 || status == 429;
    }

    /** Whether the server still works on an earlier attempt whose answer was lost. */
    private static boolean isUnderWay(int status, int failed) {
        return status == 409 && failed > 0;
    }
}
