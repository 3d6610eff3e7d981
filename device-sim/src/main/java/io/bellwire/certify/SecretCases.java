package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** Cases about the life of a device's secret. */
final class SecretCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    58,
                    "secret-shown-once",
                    "Registering shows the secret; registering again, and reading, do not.",
                    SecretCases::secretShownOnce),
            new ConformanceCase(
                    59,
                    "rotated-secret-ends-the-old",
                    "A new secret ends the old one, over HTTP, for the open connection and for the next one: at once, or"
                            + " with an overlap when the old one is revoked.",
                    SignalCases.forBothVersions(SecretCases::rotatedSecretEndsTheOld)),
            new ConformanceCase(
                    60,
                    "disabled-device-is-cut",
                    "A disabled device is disconnected and refused; enabled again it has a new secret and the same feed.",
                    SignalCases.forBothVersions(SecretCases::disabledDeviceIsCut)));

    /** Longer than a run. */
    private static final int OVERLAP_SECONDS = 3_600;

    private SecretCases() {}

    private static void secretShownOnce(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        JsonNode again = context.operator().put(device.path()).expect(200).json();
        Expect.that(!again.has("secret"), "no secret when registered again", "one");
        Expect.same("device_id", device.id(), again.path("device_id").asText());
        JsonNode registration =
                context.operator().get(device.path()).expect(200).json();
        Expect.that(!registration.has("secret"), "no secret in what is shown", "one");
        device.http().get(device.feed()).expect(200);
    }

    private static void rotatedSecretEndsTheOld(CaseContext context, MqttVersion version) throws Exception {
        TestDevice old = context.newDevice(1);
        MqttConnection connection = context.subscribedConnection(old, version);
        connection.nextSignal();
        TestDevice now = rotated(context, old, 0);
        expectCut(context, connection, old, version);
        Expect.same("revisions", List.of(1L), now.http().get(now.feed()).revisions());
        MqttConnection ofNow = context.subscribedConnection(now, version);
        ofNow.nextSignal();

        TestDevice next = rotated(context, now, OVERLAP_SECONDS);
        for (TestDevice both : List.of(now, next)) {
            Expect.same("revisions", List.of(1L), both.http().get(both.feed()).revisions());
        }
        context.operator().delete(now.path() + "/secret/old").expect(204);
        expectCut(context, ofNow, now, version);
        context.subscribedConnection(next, version).nextSignal();
    }

    private static TestDevice rotated(CaseContext context, TestDevice old, int overlapSeconds) throws Exception {
        JsonNode rotated = context.operator()
                .send("POST", old.path() + "/secret?overlap_s=" + overlapSeconds, "")
                .expect(200)
                .json();
        TestDevice now = context.existingDevice(old.id(), rotated.path("secret").asText());
        Expect.that(!now.secret().equals(old.secret()), "another secret", "the same");
        return now;
    }

    private static void expectCut(CaseContext context, MqttConnection connection, TestDevice old, MqttVersion version)
            throws Exception {
        old.http().get(old.feed()).problem(401, "unauthorized");
        Expect.that(connection.isClosedByServer(), "the live connection to be closed", "none of it");
        int code = context.openConnection(version).connect(ConnectOptions.of(old));
        Expect.that(code != 0, "a CONNACK that refuses the old secret", code);
    }

    private static void disabledDeviceIsCut(CaseContext context, MqttVersion version) throws Exception {
        TestDevice old = context.newDevice(1);
        MqttConnection connection = context.subscribedConnection(old, version);
        connection.nextSignal();
        context.operator().delete(old.path()).expect(204);
        expectCut(context, connection, old, version);
        context.operator().post("/v1/orders", CaseContext.orderBody(old)).problem(400, "invalid-request");
        JsonNode enabled = context.operator().put(old.path()).expect(201).json();
        TestDevice now = context.existingDevice(old.id(), enabled.path("secret").asText());
        Expect.that(!now.secret().equals(old.secret()), "another secret", "the same");
        Expect.same("revisions", List.of(1L), now.http().get(now.feed()).revisions());
    }
}
