package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.DeviceId;
import io.bellwire.log.EventLog;
import io.bellwire.log.Timestamps;
import io.bellwire.presence.Presence;
import io.bellwire.presence.Presence.Status;
import io.bellwire.registry.Account;
import io.bellwire.registry.Registry;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Lists all devices in pages: whether they are connected, when they were last seen, and their positions. Thread-safe.
 */
final class DeviceListEndpoint implements Endpoint {

    private final EventLog log;
    private final Registry registry;
    private final Presence presence;

    DeviceListEndpoint(EventLog log, Registry registry, Presence presence) {
        this.log = log;
        this.registry = registry;
        this.presence = presence;
    }

    ApiRoute route() {
        return ApiRoute.get("/v1/devices", ApiRoute.Access.OPERATOR, Set.of("cursor", "limit"), this);
    }

    @Override
    public CompletionStage<ApiResponse> answer(ApiCall call) {
        int limit = call.limit(ApiCall.LIMIT_DEFAULT);
        Optional<DeviceId> after = Optional.ofNullable(call.query().get("cursor"))
                .filter(text -> !text.isEmpty())
                .map(DeviceListEndpoint::parse);
        return registry.devices(after, limit + 1)
                .thenCompose(accounts -> log.onReader(() -> page(accounts, limit)))
                .thenApply(json -> ApiResponse.json(200, json).with("Cache-Control", "no-store"));
    }

    private static DeviceId parse(String cursor) {
        if (!DeviceId.isValid(cursor)) {
            throw new ProblemException(
                    Problem.invalidRequest("cursor is not one of this list: follow \"next\", unchanged"));
        }
        return new DeviceId(cursor);
    }

    private ObjectNode page(List<Account> accounts, int limit) {
        List<Account> shown = accounts.subList(0, Math.min(limit, accounts.size()));
        Map<DeviceId, Status> statuses =
                presence.statusOf(shown.stream().map(DeviceListEndpoint::device).toList());
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode devices = json.putArray("devices");
        shown.forEach(account -> devices.add(json(account, statuses.get(device(account)))));
        if (accounts.size() > limit) {
            json.put("next", "/v1/devices?cursor=" + device(shown.get(limit - 1)) + "&limit=" + limit);
        }
        return json;
    }

    private static DeviceId device(Account account) {
        return account.id().device().orElseThrow();
    }

    private static ObjectNode json(Account account, @Nullable Status status) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("id", device(account).value());
        json.put("enabled", !account.disabled());
        json.put("connected", status != null && status.isConnected());
        if (status != null) {
            json.put("doorbell", status.doorbell().text());
            json.put("last_seen", Timestamps.format(Instant.ofEpochMilli(status.lastSeenMillis())));
        }
        PositionFields.putInto(json, account.feed());
        return json;
    }
}
