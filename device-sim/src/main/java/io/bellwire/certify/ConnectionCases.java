package io.bellwire.certify;

import java.io.IOException;
import java.util.List;

/** Cases about which connections the broker accepts over MQTT, and what closes a connection. */
final class ConnectionCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    52,
                    "publish-refused",
                    "A device that publishes is disconnected.",
                    SignalCases.forBothVersions(ConnectionCases::publishRefused)),
            new ConformanceCase(
                    53,
                    "will-refused",
                    "A CONNECT with a last will is refused.",
                    refused(ConnectOptions::withWill, "a last will")),
            new ConformanceCase(
                    54,
                    "wrong-secret-refused",
                    "A CONNECT with a wrong secret is refused.",
                    refused(connect -> connect.withSecret("x" + connect.secret()), "a wrong secret")),
            new ConformanceCase(
                    55,
                    "client-id-is-user-name",
                    "A CONNECT whose client id is not the user name is refused.",
                    refused(connect -> connect.withClientId(connect.clientId() + "-b"), "another client id")),
            new ConformanceCase(
                    56,
                    "sessions-are-clean",
                    "A persistent session is not granted.",
                    refused(ConnectOptions::persistent, "a persistent session")),
            new ConformanceCase(
                    57,
                    "newest-connection-wins",
                    "A second connection of the same device takes the place of the first.",
                    SignalCases.forBothVersions(ConnectionCases::newestConnectionWins)));

    private ConnectionCases() {}

    private interface ConnectEdit {
        ConnectOptions edit(ConnectOptions connect);
    }

    private static ConformanceCase.Check refused(ConnectEdit edit, String what) {
        return SignalCases.forBothVersions((context, version) -> {
            TestDevice device = context.newDevice();
            MqttConnection connection = context.openConnection(version);
            int code = connection.connect(edit.edit(ConnectOptions.of(device)));
            Expect.that(code != 0, "a CONNACK that refuses " + what, code);
            Expect.that(connection.isClosedByServer(), "the connection to be closed", "none of it");
            // a correct CONNECT of the same device is accepted
            context.subscribedConnection(device, version).nextSignal();
        });
    }

    private static void publishRefused(CaseContext context, MqttVersion version) throws Exception {
        TestDevice device = context.newDevice();
        MqttConnection connection = context.subscribedConnection(device, version);
        connection.nextSignal();
        try {
            connection.publish(device.topic(), "{}");
        } catch (IOException closedAlready) {
            return;
        }
        Expect.that(connection.isClosedByServer(), "the connection to be closed", "none of it");
    }

    private static void newestConnectionWins(CaseContext context, MqttVersion version) throws Exception {
        TestDevice device = context.newDevice();
        MqttConnection first = context.subscribedConnection(device, version);
        first.nextSignal();
        MqttConnection second = context.subscribedConnection(device, version);
        second.nextSignal();
        Expect.that(first.isClosedByServer(), "the first connection to be closed", "none of it");
        context.placeOrder(device);
        second.awaitRevision(1);
    }
}
