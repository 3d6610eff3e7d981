package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A device's secret, from its first to its last. */
final class SecretCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    "secret-shown-once",
                    "Registering shows the secret; registering again, and reading, do not.",
                    SecretCases::secretShownOnce),
            new ConformanceCase(
                    "rotated-secret-ends-the-old",
                    "A new secret ends the old one at once, over HTTP, for the live connection and for the next.",
                    SignalCases.onBoth(SecretCases::rotatedSecretEndsTheOld)),
            new ConformanceCase(
                    "disabled-device-is-cut",
                    "A device that is disabled is disconnected and refused; enabled again it has a new secret, same feed.",
                    SignalCases.onBoth(SecretCases::disabledDeviceIsCut)));

    private SecretCases() {}

    private static void secretShownOnce(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine();
        JsonNode again = setting.operator().put(machine.path()).expect(200).json();
        Expect.that(!again.has("secret"), "no secret when registered again", "one");
        Expect.same("device_id", machine.id(), again.path("device_id").asText());
        JsonNode shown = setting.operator().get(machine.path()).expect(200).json();
        Expect.that(!shown.has("secret"), "no secret in what is shown", "one");
        machine.http().get(machine.feed()).expect(200);
    }

    private static void rotatedSecretEndsTheOld(CaseContext setting, MqttVersion version) throws Exception {
        TestDevice old = setting.machine(1);
        MqttConnection line = setting.listening(old, version);
        line.hear();
        JsonNode rotated = setting.operator()
                .send("POST", old.path() + "/secret", "")
                .expect(200)
                .json();
        TestDevice now = setting.machine(old.id(), rotated.path("secret").asText());
        Expect.that(!now.secret().equals(old.secret()), "another secret", "the same");
        expectCut(setting, line, old, version);
        Expect.same("revisions", List.of(1L), now.http().get(now.feed()).revisions());
        setting.listening(now, version).hear();
    }

    private static void expectCut(CaseContext setting, MqttConnection line, TestDevice old, MqttVersion version)
            throws Exception {
        old.http().get(old.feed()).problem(401, "unauthorized");
        Expect.that(line.isClosedByServer(), "the live connection to be closed", "none of it");
        int code = setting.line(version).connect(ConnectOptions.of(old));
        Expect.that(code != 0, "a CONNACK that refuses the old secret", code);
    }

    private static void disabledDeviceIsCut(CaseContext setting, MqttVersion version) throws Exception {
        TestDevice old = setting.machine(1);
        MqttConnection line = setting.listening(old, version);
        line.hear();
        setting.operator().delete(old.path()).expect(204);
        expectCut(setting, line, old, version);
        setting.operator().post("/v1/orders", CaseContext.body(old)).problem(400, "invalid-request");
        JsonNode enabled = setting.operator().put(old.path()).expect(201).json();
        TestDevice now = setting.machine(old.id(), enabled.path("secret").asText());
        Expect.that(!now.secret().equals(old.secret()), "another secret", "the same");
        Expect.same("revisions", List.of(1L), now.http().get(now.feed()).revisions());
    }
}
