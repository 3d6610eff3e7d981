package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a device hears over MQTT, in both versions. */
final class SignalCases {
    private static final int BYTES_MAX = 128;
    private static final Duration QUIET = Duration.ofMillis(500);

    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    "signal-on-subscribe",
                    "On subscribing a device is told the current revision at once.",
                    onBoth(SignalCases::signalOnSubscribe)),
            new ConformanceCase(
                    "signal-on-change",
                    "When its feed has moved, a device that listens is told the new revision.",
                    onBoth(SignalCases::signalOnChange)),
            new ConformanceCase(
                    "signal-rings-again",
                    "A device that listens, is behind and does not read its feed is rung again.",
                    SignalCases::signalRingsAgain),
            new ConformanceCase(
                    "signal-is-small",
                    "A signal is under 128 bytes of JSON with epoch, revision, pending and, if any is pending, oldest_at.",
                    onBoth(SignalCases::signalIsSmall)),
            new ConformanceCase(
                    "signal-counts-what-is-pending",
                    "pending is the number of changes that are not yet acknowledged.",
                    SignalCases::signalCountsWhatIsPending),
            new ConformanceCase(
                    "device-hears-own-topic-only",
                    "Any other filter than its own topic is refused in the SUBACK, and a device hears nothing of others.",
                    onBoth(SignalCases::deviceHearsOwnTopicOnly)));

    private SignalCases() {}

    /** A check for one version of MQTT. */
    interface VersionCheck {
        void run(CaseContext setting, MqttVersion version) throws Exception;
    }

    static ConformanceCase.Check onBoth(VersionCheck check) {
        return setting -> {
            for (MqttVersion version : MqttVersion.values()) {
                try {
                    check.run(setting, version);
                } catch (RuleViolation broken) {
                    throw new RuleViolation("with " + version + ", " + broken.expected(), broken.came());
                }
            }
        };
    }

    private static void signalOnSubscribe(CaseContext setting, MqttVersion version) throws Exception {
        TestDevice machine = setting.machine(2);
        String head = machine.http().get(machine.feed()).cursor();
        ReceivedMessage heard = setting.listening(machine, version).hear();
        JsonNode signal = heard.json();
        Expect.same("topic", machine.topic(), heard.topic());
        Expect.same(
                "epoch and revision",
                ResetCases.place(head),
                signal.path("epoch").asText() + "." + signal.path("revision").asText());
        TestDevice idle = setting.machine();
        Expect.same(
                "revision of a device without changes",
                0L,
                setting.listening(idle, version).hear().json().path("revision").asLong(-1));
    }

    private static void signalOnChange(CaseContext setting, MqttVersion version) throws Exception {
        TestDevice machine = setting.machine();
        MqttConnection line = setting.listening(machine, version);
        Expect.same("revision at first", 0L, line.hear().json().path("revision").asLong(-1));
        setting.order(machine);
        Expect.same(
                "revision after a change",
                1L,
                line.hearRevision(1).json().path("revision").asLong());
        setting.order(machine);
        Expect.same(
                "revision after another change",
                2L,
                line.hearRevision(2).json().path("revision").asLong());
    }

    private static void signalRingsAgain(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(1);
        MqttConnection line = setting.listening(machine, MqttVersion.V5);
        line.hearRevision(1);
        ReceivedMessage again = line.hear();
        Expect.same(
                "revision of the signal that is repeated",
                1L,
                again.json().path("revision").asLong(-1));
    }

    private static void signalIsSmall(CaseContext setting, MqttVersion version) throws Exception {
        TestDevice machine = setting.machine();
        MqttConnection line = setting.listening(machine, version);
        expectForm(line.hear(), version, Set.of("epoch", "revision", "pending"));
        setting.order(machine);
        expectForm(line.hearRevision(1), version, Set.of("epoch", "revision", "pending", "oldest_at"));
    }

    private static void expectForm(ReceivedMessage heard, MqttVersion version, Set<String> expected)
            throws RuleViolation {
        Expect.that(heard.length() < BYTES_MAX, "a signal under " + BYTES_MAX + " bytes", heard.length() + " bytes");
        JsonNode signal = heard.json();
        Set<String> members = new HashSet<>();
        signal.fieldNames().forEachRemaining(members::add);
        members.remove("spread_ms"); // comes when many are behind at once
        Expect.same("members of a signal", expected, members);
        Expect.that(signal.path("epoch").isTextual(), "a string as epoch", signal);
        Expect.that(signal.path("revision").isIntegralNumber(), "a number as revision", signal);
        Expect.that(signal.path("pending").isIntegralNumber(), "a number as pending", signal);
        Expect.that(!signal.has("oldest_at") || Times.isTime(signal.path("oldest_at")), "a time as oldest_at", signal);
        if (version == MqttVersion.V5) {
            Expect.same("content type", HttpCaller.JSON, heard.contentType());
            Expect.that(heard.expirySeconds() > 0, "a message expiry in seconds", heard.expirySeconds());
        }
    }

    private static void signalCountsWhatIsPending(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(3);
        machine.acknowledge(machine.http().get(machine.feed() + "?limit=1").cursor())
                .expect(200);
        JsonNode signal = setting.listening(machine, MqttVersion.V5).hear().json();
        Expect.same("pending", 2L, signal.path("pending").asLong(-1));
        Expect.same("revision", 3L, signal.path("revision").asLong(-1));
    }

    private static void deviceHearsOwnTopicOnly(CaseContext setting, MqttVersion version) throws Exception {
        TestDevice grill = setting.machine();
        TestDevice fryer = setting.machine();
        MqttConnection line = setting.connected(grill, version);
        for (String filter : List.of(fryer.topic(), "#", "bellwire/v1/devices/+/signal", grill.topic() + "/#")) {
            int code = line.subscribe(filter);
            int expected = version == MqttVersion.V5 ? 0x87 : 0x80;
            Expect.same("SUBACK for " + filter, expected, code);
        }
        Expect.same("SUBACK for its own topic", 0, line.subscribe(grill.topic()));
        setting.order(fryer);
        setting.order(grill);
        ReceivedMessage heard = line.hear();
        Expect.same("topic", grill.topic(), heard.topic());
        while (heard.json().path("revision").asLong() < 1) {
            heard = line.hear();
            Expect.same("topic", grill.topic(), heard.topic());
        }
        grill.http().get(grill.feed()).expect(200);
        // what is the other's would have come by now
        java.util.Optional<ReceivedMessage> more = line.hear(QUIET);
        Expect.that(more.isEmpty() || more.get().topic().equals(grill.topic()), "nothing of another's", more);
    }
}
