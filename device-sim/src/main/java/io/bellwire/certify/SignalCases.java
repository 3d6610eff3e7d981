package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Cases about signals over MQTT, in both versions. */
final class SignalCases {
    private static final int BYTES_MAX = 128;
    private static final Duration QUIET = Duration.ofMillis(500);

    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    46,
                    "signal-on-subscribe",
                    "A device that subscribes gets the current revision at once.",
                    forBothVersions(SignalCases::signalOnSubscribe)),
            new ConformanceCase(
                    47,
                    "signal-on-change",
                    "When its feed has grown, a subscribed device gets a signal with the new revision.",
                    forBothVersions(SignalCases::signalOnChange)),
            new ConformanceCase(
                    48,
                    "signal-rings-again",
                    "A subscribed device that is behind and does not read its feed gets the signal again.",
                    SignalCases::signalRingsAgain),
            new ConformanceCase(
                    49,
                    "signal-is-small",
                    "A signal is under 128 bytes of JSON with epoch, revision, pending and, if any is pending, oldest_at.",
                    forBothVersions(SignalCases::signalIsSmall)),
            new ConformanceCase(
                    50,
                    "signal-counts-what-is-pending",
                    "pending is the number of changes that are not yet acknowledged.",
                    SignalCases::signalCountsWhatIsPending),
            new ConformanceCase(
                    51,
                    "device-hears-own-topic-only",
                    "A filter other than the device's own topic is refused in the SUBACK; a device gets nothing of other devices.",
                    forBothVersions(SignalCases::deviceHearsOwnTopicOnly)));

    private SignalCases() {}

    /** A check for one version of MQTT. */
    interface VersionCheck {
        void run(CaseContext context, MqttVersion version) throws Exception;
    }

    static ConformanceCase.Check forBothVersions(VersionCheck check) {
        return context -> {
            for (MqttVersion version : MqttVersion.values()) {
                try {
                    check.run(context, version);
                } catch (RuleViolation broken) {
                    throw new RuleViolation("with " + version + ", " + broken.expected(), broken.actual());
                }
            }
        };
    }

    private static void signalOnSubscribe(CaseContext context, MqttVersion version) throws Exception {
        TestDevice device = context.newDevice(2);
        String head = device.http().get(device.feed()).cursor();
        ReceivedMessage message = context.subscribedConnection(device, version).nextSignal();
        JsonNode signal = message.json();
        Expect.same("topic", device.topic(), message.topic());
        Expect.same(
                "epoch and revision",
                ResetCases.position(head),
                signal.path("epoch").asText() + "." + signal.path("revision").asText());
        TestDevice idle = context.newDevice();
        Expect.same(
                "revision of a device without changes",
                0L,
                context.subscribedConnection(idle, version)
                        .nextSignal()
                        .json()
                        .path("revision")
                        .asLong(-1));
    }

    private static void signalOnChange(CaseContext context, MqttVersion version) throws Exception {
        TestDevice device = context.newDevice();
        MqttConnection connection = context.subscribedConnection(device, version);
        Expect.same(
                "revision at first",
                0L,
                connection.nextSignal().json().path("revision").asLong(-1));
        context.placeOrder(device);
        Expect.same(
                "revision after a change",
                1L,
                connection.awaitRevision(1).json().path("revision").asLong());
        context.placeOrder(device);
        Expect.same(
                "revision after another change",
                2L,
                connection.awaitRevision(2).json().path("revision").asLong());
    }

    private static void signalRingsAgain(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(1);
        MqttConnection connection = context.subscribedConnection(device, MqttVersion.V5);
        connection.awaitRevision(1);
        ReceivedMessage again = connection.nextSignal();
        Expect.same(
                "revision of the signal that is repeated",
                1L,
                again.json().path("revision").asLong(-1));
    }

    private static void signalIsSmall(CaseContext context, MqttVersion version) throws Exception {
        TestDevice device = context.newDevice();
        MqttConnection connection = context.subscribedConnection(device, version);
        expectForm(connection.nextSignal(), version, Set.of("epoch", "revision", "pending"));
        context.placeOrder(device);
        expectForm(connection.awaitRevision(1), version, Set.of("epoch", "revision", "pending", "oldest_at"));
    }

    private static void expectForm(ReceivedMessage message, MqttVersion version, Set<String> expected)
            throws RuleViolation {
        Expect.that(
                message.length() < BYTES_MAX, "a signal under " + BYTES_MAX + " bytes", message.length() + " bytes");
        JsonNode signal = message.json();
        Set<String> members = new HashSet<>();
        signal.fieldNames().forEachRemaining(members::add);
        members.remove("spread_ms"); // present when many devices are behind at once
        Expect.same("members of a signal", expected, members);
        Expect.that(signal.path("epoch").isTextual(), "a string as epoch", signal);
        Expect.that(signal.path("revision").isIntegralNumber(), "a number as revision", signal);
        Expect.that(signal.path("pending").isIntegralNumber(), "a number as pending", signal);
        Expect.that(!signal.has("oldest_at") || Times.isTime(signal.path("oldest_at")), "a time as oldest_at", signal);
        if (version == MqttVersion.V5) {
            Expect.same("content type", HttpCaller.JSON, message.contentType());
            Expect.that(message.expirySeconds() > 0, "a message expiry in seconds", message.expirySeconds());
        }
    }

    private static void signalCountsWhatIsPending(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(3);
        device.acknowledge(device.http().get(device.feed() + "?limit=1").cursor())
                .expect(200);
        JsonNode signal = context.subscribedConnection(device, MqttVersion.V5)
                .nextSignal()
                .json();
        Expect.same("pending", 2L, signal.path("pending").asLong(-1));
        Expect.same("revision", 3L, signal.path("revision").asLong(-1));
    }

    private static void deviceHearsOwnTopicOnly(CaseContext context, MqttVersion version) throws Exception {
        TestDevice grill = context.newDevice();
        TestDevice fryer = context.newDevice();
        MqttConnection connection = context.connect(grill, version);
        for (String filter : List.of(fryer.topic(), "#", "bellwire/v1/devices/+/signal", grill.topic() + "/#")) {
            int code = connection.subscribe(filter);
            int expected = version == MqttVersion.V5 ? 0x87 : 0x80;
            Expect.same("SUBACK for " + filter, expected, code);
        }
        Expect.same("SUBACK for its own topic", 0, connection.subscribe(grill.topic()));
        context.placeOrder(fryer);
        context.placeOrder(grill);
        ReceivedMessage message = connection.nextSignal();
        Expect.same("topic", grill.topic(), message.topic());
        while (message.json().path("revision").asLong() < 1) {
            message = connection.nextSignal();
            Expect.same("topic", grill.topic(), message.topic());
        }
        grill.http().get(grill.feed()).expect(200);
        // a signal for the other device would have come by now
        java.util.Optional<ReceivedMessage> more = connection.nextMessage(QUIET);
        Expect.that(more.isEmpty() || more.get().topic().equals(grill.topic()), "nothing of another's", more);
    }
}
