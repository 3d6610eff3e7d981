package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.degradation.EscalatedFeed;
import io.bellwire.degradation.EscalatedFeeds;
import io.bellwire.registry.Account;
import io.bellwire.registry.Registry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lists the feeds that have a problem: all of them for operators, its own for a device or partner. Thread-safe. */
final class EscalationEndpoint {
    private final EscalatedFeeds escalated;
    private final Registry registry;

    EscalationEndpoint(EscalatedFeeds escalated, Registry registry) {
        this.escalated = escalated;
        this.registry = registry;
    }

    List<ApiRoute> routes() {
        return List.of(
                ApiRoute.get("/v1/escalations", ApiRoute.Access.OPERATOR, Set.of("limit"), this::listAll),
                ofAccount("/v1/devices/{id}/escalation"),
                ofAccount("/v1/partners/{id}/escalation"));
    }

    private ApiRoute ofAccount(String template) {
        return ApiRoute.get(template, ApiRoute.Access.OPERATOR_OR_OWNER, Set.of(), this::listOwn);
    }

    private CompletionStage<ApiResponse> listAll(ApiCall call) {
        return CompletableFuture.completedFuture(list(escalated.all(), call.limit(ApiCall.LIMIT_DEFAULT)));
    }

    private CompletionStage<ApiResponse> listOwn(ApiCall call) {
        return registry.find(call.feed()).thenApply(found -> {
            Account account = found.orElseThrow(call::noSuchAccount);
            return list(escalated.find(account.id()).stream().toList(), 1);
        });
    }

    private static ApiResponse list(List<EscalatedFeed> all, int limit) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode feeds = json.putArray("escalations");
        all.stream().limit(limit).forEach(feed -> feeds.add(of(feed)));
        json.put("total", all.size());
        return ApiResponse.json(200, json).with("Cache-Control", "no-store");
    }

    private static ObjectNode of(EscalatedFeed feed) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("feed", feed.feed().path());
        json.put("escalation", feed.escalation());
        json.put("problem", feed.problem());
        json.put("lasted_s", feed.lasted().toSeconds());
        json.put("step", feed.step());
        json.put("orders_percent", feed.ordersPercent());
        json.put("disconnected", feed.isDisconnected());
        feed.lossIn().ifPresent(left -> json.put("loss_in_s", left.toSeconds()));
        return json;
    }
}
