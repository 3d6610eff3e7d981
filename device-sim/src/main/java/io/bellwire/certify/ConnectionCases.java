package io.bellwire.certify;

import java.io.IOException;
import java.util.List;

/** Who is let in over MQTT, and what ends a connection. */
final class ConnectionCases {
    static final List<Case> ALL = List.of(
            new Case(
                    "publish-refused",
                    "A device that publishes is disconnected.",
                    SignalCases.onBoth(ConnectionCases::publishRefused)),
            new Case(
                    "will-refused",
                    "A device with a last will is not let in.",
                    refused(Connect::withWill, "a last will")),
            new Case(
                    "wrong-secret-refused",
                    "A device with a wrong secret is not let in.",
                    refused(connect -> connect.withSecret("x" + connect.secret()), "a wrong secret")),
            new Case(
                    "client-id-is-user-name",
                    "A client id that is not the user name is not let in.",
                    refused(connect -> connect.withClientId(connect.clientId() + "-b"), "another client id")),
            new Case(
                    "sessions-are-clean",
                    "A persistent session is not granted.",
                    refused(Connect::persistent, "a persistent session")),
            new Case(
                    "newest-connection-wins",
                    "A second connection of the same device takes the place of the first.",
                    SignalCases.onBoth(ConnectionCases::newestConnectionWins)));

    private ConnectionCases() {}

    private interface Spoil {
        Connect spoil(Connect connect);
    }

    private static Case.Check refused(Spoil spoil, String what) {
        return SignalCases.onBoth((setting, version) -> {
            Machine machine = setting.machine();
            MqttLine line = setting.line(version);
            int code = line.connect(spoil.spoil(Connect.of(machine)));
            Expect.that(code != 0, "a CONNACK that refuses " + what, code);
            Expect.that(line.isClosedByServer(), "the connection to be closed", "none of it");
            // it was this, and not the device, that was refused
            setting.listening(machine, version).hear();
        });
    }

    private static void publishRefused(Setting setting, MqttVersion version) throws Exception {
        Machine machine = setting.machine();
        MqttLine line = setting.listening(machine, version);
        line.hear();
        try {
            line.publish(machine.topic(), "{}");
        } catch (IOException closedAlready) {
            return;
        }
        Expect.that(line.isClosedByServer(), "the connection to be closed", "none of it");
    }

    private static void newestConnectionWins(Setting setting, MqttVersion version) throws Exception {
        Machine machine = setting.machine();
        MqttLine first = setting.listening(machine, version);
        first.hear();
        MqttLine second = setting.listening(machine, version);
        second.hear();
        Expect.that(first.isClosedByServer(), "the first connection to be closed", "none of it");
        setting.order(machine);
        second.hearRevision(1);
    }
}
