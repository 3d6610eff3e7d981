package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Cases about who may see which devices are connected. */
final class PresenceCases {
    static final List<ConformanceCase> ALL = List.of(new ConformanceCase(
            69,
            "presence-needs-operator",
            "Only the operator reads the list of devices and the feed of operations; a connected device is shown as connected.",
            PresenceCases::presenceNeedsOperator));

    private static final int PAGES_MAX = 10_000;

    private PresenceCases() {}

    private static void presenceNeedsOperator(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        for (String path : List.of("/v1/devices", "/v1/operations/feed")) {
            device.http().get(path).problem(403, "forbidden");
            context.callerWithToken("nobody-has-" + context.newName()).get(path).problem(401, "unauthorized");
        }
        context.operator().get("/v1/operations/feed").expect(200);
        Expect.same(
                "connected before it came",
                false,
                find(context, device).path("connected").asBoolean());
        context.subscribedConnection(device, MqttVersion.V5).nextSignal();
        JsonNode registration = find(context, device);
        Expect.same("connected", true, registration.path("connected").asBoolean());
        Expect.same("doorbell", "mqtt", registration.path("doorbell").asText());
    }

    private static JsonNode find(CaseContext context, TestDevice device) throws Exception {
        String path = "/v1/devices?limit=1000";
        for (int page = 0; page < PAGES_MAX && !path.isEmpty(); page++) {
            JsonNode list = context.operator().get(path).expect(200).json();
            for (JsonNode listed : list.path("devices")) {
                if (listed.path("id").asText().equals(device.id())) {
                    return listed;
                }
            }
            path = list.path("next").asText();
        }
        throw new RuleViolation("device " + device + " in the list", "none");
    }
}
