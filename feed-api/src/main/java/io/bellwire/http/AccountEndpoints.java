package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.group.FanOuts;
import io.bellwire.log.Feed;
import io.bellwire.log.Timestamps;
import io.bellwire.registry.Account;
import io.bellwire.registry.Registry;
import io.bellwire.registry.Registry.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Registering, rotating, showing and disabling devices and partners. Thread-safe. */
final class AccountEndpoints {
    private final Registry registry;
    private final FanOuts fanOuts;

    AccountEndpoints(Registry registry, FanOuts fanOuts) {
        this.registry = registry;
        this.fanOuts = fanOuts;
    }

    List<ApiRoute> routes() {
        List<ApiRoute> routes = new ArrayList<>();
        for (String template : List.of("/v1/devices/{id}", "/v1/partners/{id}")) {
            routes.add(ApiRoute.act("PUT", template, ApiRoute.Access.OPERATOR, this::register));
            routes.add(ApiRoute.act("DELETE", template, ApiRoute.Access.OPERATOR, this::disable));
            routes.add(ApiRoute.read(template, ApiRoute.Access.OPERATOR_OR_OWNER, Set.of(), this::show));
            routes.add(ApiRoute.act("POST", template + "/secret", ApiRoute.Access.OPERATOR, this::rotate));
        }
        return routes;
    }

    private CompletionStage<ApiResponse> register(ApiCall call) {
        return registry.register(call.feed()).thenApply(registration -> {
            ObjectNode json = json(call, registration);
            json.put("created_at", Timestamps.format(registration.account().createdAt()));
            return ApiResponse.json(registration.secret() == null ? 200 : 201, json)
                    .with("Cache-Control", "no-store");
        });
    }

    private static ObjectNode json(ApiCall call, Registration registration) {
        ObjectNode json = named(call);
        if (registration.secret() != null) {
            json.put("secret", registration.secret());
        }
        return json;
    }

    private static ObjectNode named(ApiCall call) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put(call.route().isOfPartners() ? "partner_id" : "device_id", call.pathParameter("id"));
        return json;
    }

    private CompletionStage<ApiResponse> rotate(ApiCall call) {
        return registry.rotate(call.feed()).thenApply(rotated -> rotated.map(registration ->
                        ApiResponse.json(200, json(call, registration)).with("Cache-Control", "no-store"))
                .orElseThrow(call::noSuchParty));
    }

    private CompletionStage<ApiResponse> disable(ApiCall call) {
        return registry.disable(call.feed())
                .thenApply(there -> {
                    if (!there) {
                        throw call.noSuchParty();
                    }
                    return ApiResponse.empty(204);
                })
                // what was said to all devices before, and is on its way, reaches this one before the answer or never
                .thenCompose(reply -> fanOuts.settled().thenApply(settled -> reply));
    }

    private CompletionStage<ApiResponse> show(ApiCall call) {
        return registry.find(call.feed())
                .thenApply(found -> found.map(party -> ApiResponse.json(200, json(call, party)))
                        .orElseThrow(call::noSuchParty)
                        .with("Cache-Control", "no-store"));
    }

    private static ObjectNode json(ApiCall call, Account party) {
        Feed feed = party.feed();
        ObjectNode json = named(call);
        json.put("created_at", Timestamps.format(party.createdAt()));
        json.put("disabled", party.disabled());
        long head = feed.head();
        json.put("received", feed.received());
        json.put("processed", feed.processed());
        json.put("head", head);
        json.put("pending", Math.max(0, head - feed.processed()));
        return json;
    }
}
