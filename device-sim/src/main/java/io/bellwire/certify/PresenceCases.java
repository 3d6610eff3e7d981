package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Who may see which devices are there. */
final class PresenceCases {
    static final List<ConformanceCase> ALL = List.of(new ConformanceCase(
            "presence-needs-operator",
            "The list of devices, and the feed of who comes and goes, are the operator's alone; a device that is connected is shown so.",
            PresenceCases::presenceNeedsOperator));

    private static final int PAGES_MAX = 10_000;

    private PresenceCases() {}

    private static void presenceNeedsOperator(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine();
        for (String path : List.of("/v1/devices", "/v1/operations/feed")) {
            machine.http().get(path).problem(403, "forbidden");
            setting.stranger("nobody-has-this-token").get(path).problem(401, "unauthorized");
        }
        setting.operator().get("/v1/operations/feed").expect(200);
        Expect.same(
                "connected before it came",
                false,
                find(setting, machine).path("connected").asBoolean());
        setting.listening(machine, MqttVersion.V5).hear();
        JsonNode shown = find(setting, machine);
        Expect.same("connected", true, shown.path("connected").asBoolean());
        Expect.same("doorbell", "mqtt", shown.path("doorbell").asText());
    }

    private static JsonNode find(CaseContext setting, TestDevice machine) throws Exception {
        String path = "/v1/devices?limit=1000";
        for (int page = 0; page < PAGES_MAX && !path.isEmpty(); page++) {
            JsonNode list = setting.operator().get(path).expect(200).json();
            for (JsonNode device : list.path("devices")) {
                if (device.path("id").asText().equals(machine.id())) {
                    return device;
                }
            }
            path = list.path("next").asText();
        }
        throw new RuleViolation("device " + machine + " in the list", "none");
    }
}
