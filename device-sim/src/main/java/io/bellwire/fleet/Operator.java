package io.bellwire.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.bellwire.device.DeviceId;
import io.bellwire.net.HttpGate;
import io.bellwire.net.Identity;
import io.bellwire.net.Timers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * The operator's side of the wire contract: registers devices and places orders, and repeats each request until it is
 * answered, however often the server dies in between. Thread-safe.
 */
final class Operator {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long PAUSE_MILLIS = 50;
    private static final int DOUBLINGS_MAX = 5;

    private final HttpGate gate;
    private final URI server;
    private final String token;
    private final Timers timers;
    private volatile boolean closed;

    Operator(HttpGate gate, ServerAddress server, Timers timers) throws FleetException {
        this.gate = gate;
        this.server = server.endpoints().http();
        this.timers = timers;
        try {
            this.token = Files.readString(server.tokenFile()).trim();
        } catch (IOException unreadable) {
            throw new FleetException("cannot read the operator's token file " + server.tokenFile(), unreadable);
        }
    }

    /** Fails with {@link FleetException} if the server refuses. */
    CompletableFuture<Identity> register(DeviceId id) {
        String path = "/v1/devices/" + id;
        return untilAnswered(
                        request(path).PUT(HttpRequest.BodyPublishers.noBody()).build())
                .thenCompose(answer -> {
                    Optional<String> secret = secret(answer);
                    // Known already: an answer of ours was lost, and the secret with it. Ask for a new one.
                    return secret.isPresent()
                            ? CompletableFuture.completedFuture(secret)
                            : untilAnswered(request(path + "/secret")
                                            .POST(HttpRequest.BodyPublishers.noBody())
                                            .build())
                                    .thenApply(Operator::secret);
                })
                .thenApply(secret -> new Identity(
                        id, secret.orElseThrow(() -> failure("the server gives device " + id + " no secret"))));
    }

    /**
     * Places one order, the same one however often the request has to be repeated.
     *
     * @return its id
     */
    CompletableFuture<String> place(String key, String body) {
        HttpRequest request = request("/v1/orders")
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return untilAnswered(request).thenApply(answer -> {
            String id = parse(answer).path("id").asText();
            if (id.isEmpty()) {
                throw failure("the server acknowledged an order without an id");
            }
            return id;
        });
    }

    /** Repeats nothing any more. */
    void close() {
        closed = true;
    }

    private CompletableFuture<HttpResponse<byte[]>> untilAnswered(HttpRequest request) {
        CompletableFuture<HttpResponse<byte[]>> promise = new CompletableFuture<>();
        attempt(request, 0, promise);
        return promise;
    }

    private void attempt(HttpRequest request, int failures, CompletableFuture<HttpResponse<byte[]>> promise) {
        CompletableFuture<?> ignored = gate.send(request).whenComplete((response, failure) -> {
            if (closed) {
                promise.cancel(false);
            } else if (failure != null || isWorthRepeating(response.statusCode())) {
                long pause = PAUSE_MILLIS << Math.min(failures, DOUBLINGS_MAX);
                timers.after(pause, () -> attempt(request, failures + 1, promise));
            } else if (response.statusCode() / 100 == 2) {
                promise.complete(response);
            } else {
                promise.completeExceptionally(failure("the server refuses " + request.method() + " "
                        + request.uri().getPath() + ": HTTP " + response.statusCode()));
            }
        });
    }

    /** 409: the first request with this key is still under way. */
    private static boolean isWorthRepeating(int status) {
        return status >= 500 || status == 408 || status == 409 || status == 429;
    }

    private static Optional<String> secret(HttpResponse<byte[]> answer) {
        return Optional.of(parse(answer).path("secret").asText()).filter(text -> !text.isEmpty());
    }

    private static JsonNode parse(HttpResponse<byte[]> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException malformed) {
            throw failure("the server's answer is not JSON");
        }
    }

    private static CompletionException failure(String message) {
        return new CompletionException(new FleetException(message));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path))
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + token);
    }
}
