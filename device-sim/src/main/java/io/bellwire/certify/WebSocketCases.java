package io.bellwire.certify;

import java.util.List;

/** What a device hears over WebSocket: the same as over TCP. */
final class WebSocketCases {
    static final List<ConformanceCase> ALL = List.of(new ConformanceCase(
            "websocket-same-rules",
            "Over WebSocket the same login, topics and signals hold as over TCP.",
            SignalCases.onBoth(WebSocketCases::sameRules)));

    private WebSocketCases() {}

    private static void sameRules(CaseContext setting, MqttVersion version) throws Exception {
        TestDevice machine = setting.machine(1);
        TestDevice other = setting.machine();
        MqttConnection wrong = setting.webLine(version);
        int refused = wrong.connect(ConnectOptions.of(machine).withSecret("x" + machine.secret()));
        Expect.that(refused != 0, "a CONNACK that refuses a wrong secret", refused);
        Expect.that(wrong.isClosedByServer(), "the connection to be closed", "none of it");

        MqttConnection line = setting.webLine(version);
        Expect.same("CONNACK for the device's own secret", 0, line.connect(ConnectOptions.of(machine)));
        Expect.same(
                "SUBACK for another's topic", version == MqttVersion.V5 ? 0x87 : 0x80, line.subscribe(other.topic()));
        Expect.same("SUBACK for its own topic", 0, line.subscribe(machine.topic()));
        ReceivedMessage first = line.hear();
        Expect.same("topic", machine.topic(), first.topic());
        Expect.same("revision at first", 1L, first.json().path("revision").asLong(-1));
        setting.order(machine);
        Expect.same(
                "revision after a change",
                2L,
                line.hearRevision(2).json().path("revision").asLong());

        // the newest connection wins, whatever it came over
        MqttConnection tcp = setting.listening(machine, version);
        tcp.hear();
        Expect.that(line.isClosedByServer(), "the older connection to be closed", "none of it");
    }
}
