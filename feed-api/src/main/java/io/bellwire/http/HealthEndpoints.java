package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Serves {@code /healthz}, {@code /readyz} and {@code /metrics} to whatever monitors the server. Thread-safe. */
final class HealthEndpoints {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry meters;
    private final Map<String, Supplier<Optional<String>>> readyChecks = new ConcurrentHashMap<>();

    HealthEndpoints(PrometheusMeterRegistry meters) {
        this.meters = meters;
    }

    /** Adds a condition to {@code /readyz}: the server is ready only while {@code problem} is empty. */
    void addReadyCheck(String name, Supplier<Optional<String>> problem) {
        readyChecks.put(name, problem);
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.get("/healthz", ApiRoute.Access.PUBLIC, Set.of(), call -> healthy()),
                ApiRoute.get("/readyz", ApiRoute.Access.PUBLIC, Set.of(), call -> ready()),
                ApiRoute.get("/metrics", ApiRoute.Access.PUBLIC, Set.of(), call -> metrics()));
    }

    private static CompletionStage<ApiResponse> healthy() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("healthy", true);
        return CompletableFuture.completedFuture(ApiResponse.json(200, json));
    }

    private CompletionStage<ApiResponse> ready() {
        Problem problem = Problem.unavailable("not ready");
        boolean isReady = true;
        for (Map.Entry<String, Supplier<Optional<String>>> check : readyChecks.entrySet()) {
            Optional<String> checkProblem = check.getValue().get();
            if (checkProblem.isPresent()) {
                problem = problem.with(check.getKey(), checkProblem.get());
                isReady = false;
            }
        }
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("ready", true);
        return CompletableFuture.completedFuture(isReady ? ApiResponse.json(200, json) : problem.toResponse());
    }

    private CompletionStage<ApiResponse> metrics() {
        return CompletableFuture.completedFuture(
                new ApiResponse(200, METRICS_TYPE, meters.scrape().getBytes(StandardCharsets.UTF_8), Map.of()));
    }
}
