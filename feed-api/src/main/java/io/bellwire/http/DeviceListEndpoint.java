package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.Timestamps;
import io.bellwire.presence.Presence;
import io.bellwire.registry.Account;
import io.bellwire.registry.DeviceId;
import io.bellwire.registry.Registry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** All devices, whether they are there, and where they stand, in pages. Thread-safe. */
final class DeviceListEndpoint implements Endpoint {
    private static final int LIMIT_MAX = 1_000;
    private static final int LIMIT_DEFAULT = 100;

    private final EventLog log;
    private final Registry registry;
    private final Presence presence;

    DeviceListEndpoint(EventLog log, Registry registry, Presence presence) {
        this.log = log;
        this.registry = registry;
        this.presence = presence;
    }

    ApiRoute route() {
        return ApiRoute.read("/v1/devices", ApiRoute.Access.OPERATOR, Set.of("cursor", "limit"), this);
    }

    @Override
    public CompletionStage<ApiResponse> answer(ApiCall call) {
        int limit = ApiCall.number("limit", call.query().get("limit"), 1, LIMIT_MAX, LIMIT_DEFAULT);
        Optional<DeviceId> after = Optional.ofNullable(call.query().get("cursor"))
                .filter(text -> !text.isEmpty())
                .map(DeviceListEndpoint::parse);
        return registry.devices(after, limit + 1)
                .thenCompose(parties -> log.onReader(() -> page(parties, limit)))
                .thenApply(json -> ApiResponse.json(200, json).with("Cache-Control", "no-store"));
    }

    private static DeviceId parse(String cursor) {
        if (!DeviceId.isValid(cursor)) {
            throw new ProblemException(
                    Problem.invalidRequest("cursor is not one of this list: follow \"next\", unchanged"));
        }
        return new DeviceId(cursor);
    }

    private ObjectNode page(List<Account> parties, int limit) {
        List<Account> shown = parties.subList(0, Math.min(limit, parties.size()));
        Map<DeviceId, Status> seen =
                presence.statusOf(shown.stream().map(DeviceListEndpoint::device).toList());
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode devices = json.putArray("devices");
        shown.forEach(party -> devices.add(json(party, seen.get(device(party)))));
        if (parties.size() > limit) {
            json.put("next", "/v1/devices?cursor=" + device(shown.get(limit - 1)) + "&limit=" + limit);
        }
        return json;
    }

    private static DeviceId device(Account party) {
        return party.id().device().orElseThrow();
    }

    private static ObjectNode json(Account party, @Nullable Status seen) {
        Feed feed = party.feed();
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("id", device(party).value());
        json.put("enabled", !party.disabled());
        json.put("connected", seen != null && seen.isConnected());
        if (seen != null) {
            json.put("doorbell", seen.doorbell().text());
            json.put("last_seen", Timestamps.format(Instant.ofEpochMilli(seen.lastSeenMillis())));
        }
        long head = feed.head();
        json.put("received", feed.received());
        json.put("processed", feed.processed());
        json.put("head", head);
        json.put("pending", Math.max(0, head - feed.processed()));
        return json;
    }
}
