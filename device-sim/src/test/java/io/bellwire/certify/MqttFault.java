package io.bellwire.certify;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** How {@link BreakingRelay} distorts one connection. */
interface MqttFault {
    default List<EditableMqttPacket> fromDevice(EditableMqttPacket packet) {
        return List.of(packet);
    }

    default List<EditableMqttPacket> fromBroker(EditableMqttPacket packet) {
        return List.of(packet);
    }

    /** Whether the device's side stays open when the broker has closed its own. */
    default boolean keepsOpen() {
        return false;
    }

    /** Makes the fault of each connection. */
    interface Kind {
        MqttFault onConnection();
    }

    /**
     * One way to break one rule over MQTT.
     *
     * @param id the case that must fail
     * @param failure a part of the message that the case must fail with
     */
    record Named(String id, String what, String failure, Kind kind) {
        @Override
        public String toString() {
            return id + ": " + what;
        }
    }

    /** Lets so many signals of a connection pass, and loses so many after these. */
    private static Kind losing(int letThrough, int lost) {
        return () -> {
            AtomicInteger signals = new AtomicInteger();
            return new MqttFault() {
                @Override
                public List<EditableMqttPacket> fromBroker(EditableMqttPacket packet) {
                    if (packet.type() != MqttPacket.PUBLISH) {
                        return List.of(packet);
                    }
                    int number = signals.incrementAndGet();
                    return number > letThrough && number <= letThrough + lost ? List.of() : List.of(packet);
                }
            };
        };
    }

    private static Kind editing(int type, UnaryOperator<EditableMqttPacket> edit) {
        return () -> new MqttFault() {
            @Override
            public List<EditableMqttPacket> fromBroker(EditableMqttPacket packet) {
                return List.of(packet.type() == type ? edit.apply(packet) : packet);
            }
        };
    }

    private static Kind editingSignals(String pattern, String replacement) {
        return editing(
                MqttPacket.PUBLISH, packet -> packet.withBody(packet.body().replaceAll(pattern, replacement)));
    }

    private static Kind editingConnects(UnaryOperator<EditableMqttPacket> edit) {
        return () -> new MqttFault() {
            @Override
            public List<EditableMqttPacket> fromDevice(EditableMqttPacket packet) {
                return List.of(packet.type() == MqttPacket.CONNECT ? edit.apply(packet) : packet);
            }
        };
    }

    private static Kind keepingOpen() {
        return () -> new MqttFault() {
            @Override
            public boolean keepsOpen() {
                return true;
            }
        };
    }

    /** Sends each signal a second time, on the topic of another device whose name is as long. */
    private static Kind repeatingToAnotherDevice() {
        return () -> new MqttFault() {
            @Override
            public List<EditableMqttPacket> fromBroker(EditableMqttPacket packet) {
                return packet.type() == MqttPacket.PUBLISH
                        ? List.of(packet, packet.withBody(packet.body().replace("devices/certify", "devices/another")))
                        : List.of(packet);
            }
        };
    }

    private static Kind droppingPublishes() {
        return () -> new MqttFault() {
            @Override
            public List<EditableMqttPacket> fromDevice(EditableMqttPacket packet) {
                return packet.type() == MqttPacket.PUBLISH ? List.of() : List.of(packet);
            }
        };
    }

    /** All faults over MQTT. */
    static Stream<Named> all() {
        int all = Integer.MAX_VALUE - 1;
        return Stream.of(
                new Named(
                        "signal-on-subscribe",
                        "loses the first signal and all after it",
                        "a signal within",
                        losing(0, all)),
                new Named(
                        "signal-on-subscribe",
                        "sends an old revision",
                        "epoch and revision",
                        editingSignals("\"revision\":2", "\"revision\":1")),
                new Named("signal-on-change", "sends no signal after a change", "a signal within", losing(1, all)),
                new Named("signal-rings-again", "sends no reminder", "a signal within", losing(1, all)),
                new Named(
                        "signal-is-small",
                        "adds a member to the signal",
                        "members of a signal",
                        editingSignals("\"pending\"", "\"more\":1,\"pending\"")),
                new Named(
                        "signal-is-small",
                        "is too long",
                        "a signal under 128 bytes",
                        editingSignals("\"pending\"", " ".repeat(100) + "\"pending\"")),
                new Named(
                        "signal-counts-what-is-pending",
                        "counts all changes as pending",
                        "expected pending",
                        editingSignals("\"pending\":2", "\"pending\":3")),
                new Named(
                        "device-hears-own-topic-only",
                        "grants any topic",
                        "SUBACK for",
                        editing(MqttPacket.SUBACK, packet -> packet.withCode(0))),
                new Named(
                        "device-hears-own-topic-only",
                        "sends signals of another device",
                        "came bellwire/v1/devices/another",
                        repeatingToAnotherDevice()),
                new Named("publish-refused", "takes what devices publish", "to be closed", droppingPublishes()),
                new Named(
                        "will-refused",
                        "takes a last will",
                        "refuses a last will",
                        editingConnects(EditableMqttPacket::asCorrectConnect)),
                new Named(
                        "wrong-secret-refused",
                        "takes a wrong secret",
                        "refuses a wrong secret",
                        editingConnects(MqttFault::withRightSecret)),
                new Named(
                        "client-id-is-user-name",
                        "takes any client id",
                        "refuses another client id",
                        editingConnects(EditableMqttPacket::asCorrectConnect)),
                new Named(
                        "sessions-are-clean",
                        "takes a persistent session",
                        "refuses a persistent session",
                        editingConnects(EditableMqttPacket::asCorrectConnect)),
                new Named(
                        "newest-connection-wins", "keeps the first connection", "the first connection", keepingOpen()),
                new Named(
                        "rotated-secret-ends-the-old",
                        "keeps the live connection",
                        "the live connection to be closed",
                        keepingOpen()),
                new Named(
                        "disabled-device-is-cut",
                        "keeps the live connection",
                        "the live connection to be closed",
                        keepingOpen()));
    }

    /** Undoes the case's wrong secret, which is the right one with one letter in front. */
    private static EditableMqttPacket withRightSecret(EditableMqttPacket connect) {
        int length = connect.body().length();
        for (int at = length - 3; at > 10; at--) {
            int declared = connect.body().charAt(at) << 8 | connect.body().charAt(at + 1);
            if (declared == length - at - 2 && connect.body().charAt(at + 2) == 'x') {
                String secret = connect.body().substring(at + 3);
                return connect.withBody(connect.body().substring(0, at)
                        + (char) (secret.length() >> 8)
                        + (char) (secret.length() & 0xFF)
                        + secret);
            }
        }
        return connect;
    }
}
