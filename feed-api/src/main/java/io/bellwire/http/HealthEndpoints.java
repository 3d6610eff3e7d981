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

/** What a machine that watches the server asks it. Thread-safe. */
final class HealthEndpoints {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry meters;
    private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentHashMap<>();

    HealthEndpoints(PrometheusMeterRegistry meters) {
        this.meters = meters;
    }

    /** Has the server count as ready only while {@code problem} is empty. */
    void readyCheck(String name, Supplier<Optional<String>> problem) {
        checks.put(name, problem);
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.read("/healthz", ApiRoute.Access.ANYBODY, Set.of(), call -> healthy()),
                ApiRoute.read("/readyz", ApiRoute.Access.ANYBODY, Set.of(), call -> ready()),
                ApiRoute.read("/metrics", ApiRoute.Access.ANYBODY, Set.of(), call -> metrics()));
    }

    private static CompletionStage<ApiResponse> healthy() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("healthy", true);
        return CompletableFuture.completedFuture(ApiResponse.json(200, json));
    }

    private CompletionStage<ApiResponse> ready() {
        Problem problem = Problem.unavailable("not ready");
        boolean isReady = true;
        for (Map.Entry<String, Supplier<Optional<String>>> check : checks.entrySet()) {
            Optional<String> what = check.getValue().get();
            if (what.isPresent()) {
                problem = problem.with(check.getKey(), what.get());
                isReady = false;
            }
        }
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("ready", true);
        return CompletableFuture.completedFuture(isReady ? ApiResponse.json(200, json) : problem.reply());
    }

    private CompletionStage<ApiResponse> metrics() {
        return CompletableFuture.completedFuture(
                new ApiResponse(200, METRICS_TYPE, meters.scrape().getBytes(StandardCharsets.UTF_8), Map.of()));
    }
}
