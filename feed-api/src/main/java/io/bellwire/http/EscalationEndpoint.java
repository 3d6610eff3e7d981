package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.degradation.EscalatedFeed;
import io.bellwire.degradation.EscalatedFeeds;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Lists the feeds that have a problem, for operators. Thread-safe. */
final class EscalationEndpoint {
    private final EscalatedFeeds escalated;

    EscalationEndpoint(EscalatedFeeds escalated) {
        this.escalated = escalated;
    }

    ApiRoute route() {
        return ApiRoute.get("/v1/escalations", ApiRoute.Access.OPERATOR, Set.of("limit"), this::list);
    }

    private CompletionStage<ApiResponse> list(ApiCall call) {
        int limit = call.limit(ApiCall.LIMIT_DEFAULT);
        List<EscalatedFeed> all = escalated.all();
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode feeds = json.putArray("escalations");
        all.stream().limit(limit).forEach(feed -> feeds.add(of(feed)));
        json.put("total", all.size());
        return CompletableFuture.completedFuture(ApiResponse.json(200, json).with("Cache-Control", "no-store"));
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
