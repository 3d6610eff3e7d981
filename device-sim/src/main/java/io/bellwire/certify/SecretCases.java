package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A device's secret, from its first to its last. */
final class SecretCases {
    static final List<Case> ALL = List.of(
            new Case(
                    "secret-shown-once",
                    "Registering shows the secret; registering again, and reading, do not.",
                    SecretCases::secretShownOnce),
            new Case(
                    "rotated-secret-ends-the-old",
                    "A new secret ends the old one at once, over HTTP, for the live connection and for the next.",
                    SignalCases.onBoth(SecretCases::rotatedSecretEndsTheOld)),
            new Case(
                    "disabled-device-is-cut",
                    "A device that is disabled is disconnected and refused; enabled again it has a new secret, same feed.",
                    SignalCases.onBoth(SecretCases::disabledDeviceIsCut)));

    private SecretCases() {}

    private static void secretShownOnce(Setting setting) throws Exception {
        Machine machine = setting.machine();
        JsonNode again = setting.operator().put(machine.path()).expect(200).json();
        Expect.that(!again.has("secret"), "no secret when registered again", "one");
        Expect.same("device_id", machine.id(), again.path("device_id").asText());
        JsonNode shown = setting.operator().get(machine.path()).expect(200).json();
        Expect.that(!shown.has("secret"), "no secret in what is shown", "one");
        machine.http().get(machine.feed()).expect(200);
    }

    private static void rotatedSecretEndsTheOld(Setting setting, MqttVersion version) throws Exception {
        Machine old = setting.machine(1);
        MqttLine line = setting.listening(old, version);
        line.hear();
        JsonNode rotated = setting.operator()
                .send("POST", old.path() + "/secret", "")
                .expect(200)
                .json();
        Machine now = setting.machine(old.id(), rotated.path("secret").asText());
        Expect.that(!now.secret().equals(old.secret()), "another secret", "the same");
        expectCut(setting, line, old, version);
        Expect.same("revisions", List.of(1L), now.http().get(now.feed()).revisions());
        setting.listening(now, version).hear();
    }

    private static void expectCut(Setting setting, MqttLine line, Machine old, MqttVersion version) throws Exception {
        old.http().get(old.feed()).problem(401, "unauthorized");
        Expect.that(line.isClosedByServer(), "the live connection to be closed", "none of it");
        int code = setting.line(version).connect(Connect.of(old));
        Expect.that(code != 0, "a CONNACK that refuses the old secret", code);
    }

    private static void disabledDeviceIsCut(Setting setting, MqttVersion version) throws Exception {
        Machine old = setting.machine(1);
        MqttLine line = setting.listening(old, version);
        line.hear();
        setting.operator().delete(old.path()).expect(204);
        expectCut(setting, line, old, version);
        setting.operator().post("/v1/orders", Setting.body(old)).problem(400, "invalid-request");
        JsonNode enabled = setting.operator().put(old.path()).expect(201).json();
        Machine now = setting.machine(old.id(), enabled.path("secret").asText());
        Expect.that(!now.secret().equals(old.secret()), "another secret", "the same");
        Expect.same("revisions", List.of(1L), now.http().get(now.feed()).revisions());
    }
}
