package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.Feed;
import io.bellwire.log.Timestamps;
import io.bellwire.registry.Device;
import io.bellwire.registry.DeviceRegistry;
import io.bellwire.registry.DeviceRegistry.Registration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** Registering, rotating, showing and disabling devices. Thread-safe. */
final class DeviceEndpoints {
    private static final String DEVICE = "/v1/devices/{id}";

    private final DeviceRegistry devices;

    DeviceEndpoints(DeviceRegistry devices) {
        this.devices = devices;
    }

    List<Route> routes() {
        return List.of(
                Route.act("PUT", DEVICE, Route.Access.OPERATOR, this::register),
                Route.act("DELETE", DEVICE, Route.Access.OPERATOR, this::disable),
                Route.read(DEVICE, Route.Access.OPERATOR_OR_PATH_DEVICE, Set.of(), this::show),
                Route.act("POST", DEVICE + "/secret", Route.Access.OPERATOR, this::rotate));
    }

    private CompletionStage<Reply> register(Call call) {
        return devices.register(call.device())
                .thenApply(registration -> Reply.json(registration.secret() == null ? 200 : 201, json(registration)));
    }

    private static ObjectNode json(Registration registration) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("device_id", registration.device().id().value());
        if (registration.secret() != null) {
            json.put("secret", registration.secret());
        }
        json.put("created_at", Timestamps.format(registration.device().createdAt()));
        return json;
    }

    private CompletionStage<Reply> rotate(Call call) {
        return devices.rotate(call.device()).thenApply(rotated -> rotated.map(registration -> {
                    ObjectNode json = json(registration);
                    json.remove("created_at");
                    return Reply.json(200, json);
                })
                .orElseThrow(() -> noSuchDevice(call)));
    }

    private CompletionStage<Reply> disable(Call call) {
        return devices.disable(call.device()).thenApply(there -> {
            if (!there) {
                throw noSuchDevice(call);
            }
            return Reply.empty(204);
        });
    }

    private CompletionStage<Reply> show(Call call) {
        return devices.find(call.device()).thenApply(found -> found.map(DeviceEndpoints::json)
                .map(json -> Reply.json(200, json).with("Cache-Control", "no-store"))
                .orElseThrow(() -> noSuchDevice(call)));
    }

    private static ObjectNode json(Device device) {
        Feed feed = device.feed();
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("device_id", device.id().value());
        json.put("created_at", Timestamps.format(device.createdAt()));
        json.put("disabled", device.disabled());
        long head = feed.head();
        json.put("received", feed.received());
        json.put("processed", feed.processed());
        json.put("head", head);
        json.put("pending", Math.max(0, head - feed.processed()));
        return json;
    }

    static ProblemException noSuchDevice(Call call) {
        return new ProblemException(Problem.notFound("there is no device " + call.pathParameter("id")));
    }
}
