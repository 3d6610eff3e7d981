package io.bellwire.certify;

import java.util.List;

/** Cases about MQTT over WebSocket: the same rules as over TCP. */
final class WebSocketCases {
    static final List<ConformanceCase> ALL = List.of(new ConformanceCase(
            68,
            "websocket-same-rules",
            "Over WebSocket the same login, topics and signals hold as over TCP.",
            SignalCases.forBothVersions(WebSocketCases::sameRules)));

    private WebSocketCases() {}

    private static void sameRules(CaseContext context, MqttVersion version) throws Exception {
        TestDevice device = context.newDevice(1);
        TestDevice other = context.newDevice();
        MqttConnection wrong = context.openWebSocketConnection(version);
        int refused = wrong.connect(ConnectOptions.of(device).withSecret("x" + device.secret()));
        Expect.that(refused != 0, "a CONNACK that refuses a wrong secret", refused);
        Expect.that(wrong.isClosedByServer(), "the connection to be closed", "none of it");

        MqttConnection connection = context.openWebSocketConnection(version);
        Expect.same("CONNACK for the device's own secret", 0, connection.connect(ConnectOptions.of(device)));
        Expect.same(
                "SUBACK for another's topic",
                version == MqttVersion.V5 ? 0x87 : 0x80,
                connection.subscribe(other.topic()));
        Expect.same("SUBACK for its own topic", 0, connection.subscribe(device.topic()));
        ReceivedMessage first = connection.nextSignal();
        Expect.same("topic", device.topic(), first.topic());
        Expect.same("revision at first", 1L, first.json().path("revision").asLong(-1));
        context.placeOrder(device);
        Expect.same(
                "revision after a change",
                2L,
                connection.awaitRevision(2).json().path("revision").asLong());

        // the newest connection wins, over either transport
        MqttConnection tcp = context.subscribedConnection(device, version);
        tcp.nextSignal();
        Expect.that(connection.isClosedByServer(), "the older connection to be closed", "none of it");
    }
}
