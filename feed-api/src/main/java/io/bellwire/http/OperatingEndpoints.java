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
final class OperatingEndpoints {
    private static final String METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry meters;
    private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentHashMap<>();

    OperatingEndpoints(PrometheusMeterRegistry meters) {
        this.meters = meters;
    }

    /** Has the server count as ready only while {@code problem} is empty. */
    void readyCheck(String name, Supplier<Optional<String>> problem) {
        checks.put(name, problem);
    }

    List<Route> routes() {
        return List.of(
                Route.read("/healthz", Route.Access.ANYBODY, Set.of(), call -> healthy()),
                Route.read("/readyz", Route.Access.ANYBODY, Set.of(), call -> ready()),
                Route.read("/metrics", Route.Access.ANYBODY, Set.of(), call -> metrics()));
    }

    private static CompletionStage<Reply> healthy() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("healthy", true);
        return CompletableFuture.completedFuture(Reply.json(200, json));
    }

    private CompletionStage<Reply> ready() {
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
        return CompletableFuture.completedFuture(isReady ? Reply.json(200, json) : problem.reply());
    }

    private CompletionStage<Reply> metrics() {
        return CompletableFuture.completedFuture(
                new Reply(200, METRICS_TYPE, meters.scrape().getBytes(StandardCharsets.UTF_8), Map.of()));
    }
}
