package io.bellwire.certify;

import java.io.IOException;
import java.util.List;

/** Who is let in over MQTT, and what ends a connection. */
final class ConnectionCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    "publish-refused",
                    "A device that publishes is disconnected.",
                    SignalCases.onBoth(ConnectionCases::publishRefused)),
            new ConformanceCase(
                    "will-refused",
                    "A device with a last will is not let in.",
                    refused(ConnectOptions::withWill, "a last will")),
            new ConformanceCase(
                    "wrong-secret-refused",
                    "A device with a wrong secret is not let in.",
                    refused(connect -> connect.withSecret("x" + connect.secret()), "a wrong secret")),
            new ConformanceCase(
                    "client-id-is-user-name",
                    "A client id that is not the user name is not let in.",
                    refused(connect -> connect.withClientId(connect.clientId() + "-b"), "another client id")),
            new ConformanceCase(
                    "sessions-are-clean",
                    "A persistent session is not granted.",
                    refused(ConnectOptions::persistent, "a persistent session")),
            new ConformanceCase(
                    "newest-connection-wins",
                    "A second connection of the same device takes the place of the first.",
                    SignalCases.onBoth(ConnectionCases::newestConnectionWins)));

    private ConnectionCases() {}

    private interface Spoil {
        ConnectOptions spoil(ConnectOptions connect);
    }

    private static ConformanceCase.Check refused(Spoil spoil, String what) {
        return SignalCases.onBoth((setting, version) -> {
            TestDevice machine = setting.machine();
            MqttConnection line = setting.line(version);
            int code = line.connect(spoil.spoil(ConnectOptions.of(machine)));
            Expect.that(code != 0, "a CONNACK that refuses " + what, code);
            Expect.that(line.isClosedByServer(), "the connection to be closed", "none of it");
            // it was this, and not the device, that was refused
            setting.listening(machine, version).hear();
        });
    }

    private static void publishRefused(CaseContext setting, MqttVersion version) throws Exception {
        TestDevice machine = setting.machine();
        MqttConnection line = setting.listening(machine, version);
        line.hear();
        try {
            line.publish(machine.topic(), "{}");
        } catch (IOException closedAlready) {
            return;
        }
        Expect.that(line.isClosedByServer(), "the connection to be closed", "none of it");
    }

    private static void newestConnectionWins(CaseContext setting, MqttVersion version) throws Exception {
        TestDevice machine = setting.machine();
        MqttConnection first = setting.listening(machine, version);
        first.hear();
        MqttConnection second = setting.listening(machine, version);
        second.hear();
        Expect.that(first.isClosedByServer(), "the first connection to be closed", "none of it");
        setting.order(machine);
        second.hearRevision(1);
    }
}
