package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.certify.EventStreamReader.Event;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a device hears on a stream of server-sent events. */
final class StreamCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    "sse-current-revision-first",
                    "A stream begins with the current revision, in a signal whose id is its cursor.",
                    StreamCases::currentRevisionFirst),
            new ConformanceCase(
                    "sse-signal-on-change",
                    "When its feed has moved, a device with a stream is told the new revision, as over MQTT.",
                    StreamCases::signalOnChange),
            new ConformanceCase(
                    "sse-rings-again",
                    "A device with a stream that is behind and does not read its feed is rung again.",
                    StreamCases::ringsAgain),
            new ConformanceCase(
                    "sse-last-event-id",
                    "Who says that it was told of the head is told nothing until the feed moves; anybody else is at once.",
                    StreamCases::lastEventId),
            new ConformanceCase(
                    "sse-own-feed-only",
                    "A device has a stream of its own feed alone, and hears nothing of others.",
                    StreamCases::ownFeedOnly),
            new ConformanceCase(
                    "sse-newest-stream-wins",
                    "A second stream of the same caller takes the place of the first, which is told so.",
                    StreamCases::newestStreamWins));

    private static final int BYTES_MAX = 128;
    private static final Duration QUIET = Duration.ofMillis(500);

    private StreamCases() {}

    private static void currentRevisionFirst(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(2);
        String head = machine.http().get(machine.feed()).cursor();
        EventStreamReader stream = setting.stream(machine);
        Expect.same("status of a stream", 200, stream.status());
        Expect.same("Content-Type of a stream", "text/event-stream", stream.essence());
        Event first = stream.hear();
        Expect.same("epoch and revision", ResetCases.place(head), place(first));
        Expect.same("id of the event", head, first.id());
        TestDevice idle = setting.machine();
        Event nothing = setting.stream(idle).hear();
        Expect.same(
                "revision of a device without changes",
                0L,
                nothing.json().path("revision").asLong(-1));
    }

    private static String place(Event event) throws RuleViolation {
        return event.json().path("epoch").asText() + "."
                + event.json().path("revision").asText();
    }

    private static void signalOnChange(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine();
        EventStreamReader stream = setting.stream(machine);
        Expect.same(
                "revision at first", 0L, stream.hear().json().path("revision").asLong(-1));
        setting.order(machine);
        Event event = stream.hearRevision(1);
        Expect.same("revision after a change", 1L, event.json().path("revision").asLong());
        Expect.same("id of the event", place(event), ResetCases.place(event.id()));
        Expect.that(event.length() < BYTES_MAX, "a signal under " + BYTES_MAX + " bytes", event.length() + " bytes");
        JsonNode signal = event.json();
        Set<String> members = new HashSet<>();
        signal.fieldNames().forEachRemaining(members::add);
        Expect.that(
                members.containsAll(Set.of("epoch", "revision", "pending", "oldest_at")),
                "epoch, revision, pending and oldest_at",
                signal);
        Expect.same("pending", 1L, signal.path("pending").asLong(-1));
    }

    private static void ringsAgain(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(1);
        EventStreamReader stream = setting.stream(machine);
        stream.hearRevision(1);
        Expect.same(
                "revision of the signal that is repeated",
                1L,
                stream.hearAgain().json().path("revision").asLong(-1));
    }

    private static void lastEventId(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine(2);
        HttpReply read = machine.http().get(machine.feed());
        String head = read.cursor();
        String before = read.changes().get(0).path("id").asText();
        Event old = setting.stream(machine, "Last-Event-ID", before).hear();
        Expect.same("signal to whom was told less", ResetCases.place(head), place(old));

        EventStreamReader quiet = setting.stream(machine, "Last-Event-ID", head);
        Optional<Event> greeting = quiet.next(QUIET);
        Expect.that(greeting.isEmpty(), "no signal for who was told of the head", greeting);
        setting.order(machine);
        Expect.same(
                "revision of the first signal",
                3L,
                quiet.hear().json().path("revision").asLong(-1));
        machine.http().get(machine.feed(head)).expect(200);

        String newest = machine.http().get(machine.feed(head)).cursor();
        EventStreamReader named = setting.streamAt(machine, machine.signals() + "?last_event_id=" + newest);
        Optional<Event> more = named.next(QUIET);
        Expect.that(more.isEmpty(), "no signal after last_event_id as a parameter", more);
    }

    private static void ownFeedOnly(CaseContext setting) throws Exception {
        TestDevice grill = setting.machine();
        TestDevice fryer = setting.machine();
        fryer.http().get(grill.signals()).problem(403, "forbidden");
        setting.stranger("nobody-has-this-token").get(grill.signals()).problem(401, "unauthorized");
        setting.operator()
                .get("/v1/devices/" + setting.freshName() + "/signals")
                .problem(404, "not-found");
        EventStreamReader stream = setting.stream(grill);
        stream.hear();
        setting.order(fryer);
        Optional<Event> foreign = stream.next(QUIET);
        Expect.that(foreign.isEmpty(), "nothing of another's", foreign);
        setting.order(grill);
        Expect.same(
                "revision of its own", 1L, stream.hear().json().path("revision").asLong(-1));
    }

    private static void newestStreamWins(CaseContext setting) throws Exception {
        TestDevice machine = setting.machine();
        EventStreamReader first = setting.stream(machine);
        first.hear();
        EventStreamReader second = setting.stream(machine);
        second.hear();
        Event bye = first.next(setting.patience()).orElseThrow(() -> new RuleViolation("a last event", "none"));
        Expect.same("name of the last event", "bye", bye.name());
        Expect.same("reason", "replaced", bye.json().path("reason").asText());
        setting.order(machine);
        second.hearRevision(1);
    }
}
