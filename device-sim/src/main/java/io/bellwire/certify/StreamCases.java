package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.certify.EventStream.Event;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a device hears on a stream of server-sent events. */
final class StreamCases {
    static final List<Case> ALL = List.of(
            new Case(
                    "sse-current-revision-first",
                    "A stream begins with the current revision, in a signal whose id is its cursor.",
                    StreamCases::currentRevisionFirst),
            new Case(
                    "sse-signal-on-change",
                    "When its feed has moved, a device with a stream is told the new revision, as over MQTT.",
                    StreamCases::signalOnChange),
            new Case(
                    "sse-rings-again",
                    "A device with a stream that is behind and does not read its feed is rung again.",
                    StreamCases::ringsAgain),
            new Case(
                    "sse-last-event-id",
                    "Who says that it was told of the head is told nothing until the feed moves; anybody else is at once.",
                    StreamCases::lastEventId),
            new Case(
                    "sse-own-feed-only",
                    "A device has a stream of its own feed alone, and hears nothing of others.",
                    StreamCases::ownFeedOnly),
            new Case(
                    "sse-newest-stream-wins",
                    "A second stream of the same caller takes the place of the first, which is told so.",
                    StreamCases::newestStreamWins));

    private static final int BYTES_MAX = 128;
    private static final Duration QUIET = Duration.ofMillis(500);

    private StreamCases() {}

    private static void currentRevisionFirst(Setting setting) throws Exception {
        Machine machine = setting.machine(2);
        String head = machine.http().get(machine.feed()).cursor();
        EventStream stream = setting.stream(machine);
        Expect.same("status of a stream", 200, stream.status());
        Expect.same("Content-Type of a stream", "text/event-stream", stream.essence());
        Event first = stream.hear();
        Expect.same("epoch and revision", ResetCases.place(head), place(first));
        Expect.same("id of the event", head, first.id());
        Machine idle = setting.machine();
        Event nothing = setting.stream(idle).hear();
        Expect.same(
                "revision of a device without changes",
                0L,
                nothing.json().path("revision").asLong(-1));
    }

    private static String place(Event event) throws Broken {
        return event.json().path("epoch").asText() + "."
                + event.json().path("revision").asText();
    }

    private static void signalOnChange(Setting setting) throws Exception {
        Machine machine = setting.machine();
        EventStream stream = setting.stream(machine);
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

    private static void ringsAgain(Setting setting) throws Exception {
        Machine machine = setting.machine(1);
        EventStream stream = setting.stream(machine);
        stream.hearRevision(1);
        Expect.same(
                "revision of the signal that is repeated",
                1L,
                stream.hearAgain().json().path("revision").asLong(-1));
    }

    private static void lastEventId(Setting setting) throws Exception {
        Machine machine = setting.machine(2);
        Reply read = machine.http().get(machine.feed());
        String head = read.cursor();
        String before = read.changes().get(0).path("id").asText();
        Event old = setting.stream(machine, "Last-Event-ID", before).hear();
        Expect.same("signal to whom was told less", ResetCases.place(head), place(old));

        EventStream quiet = setting.stream(machine, "Last-Event-ID", head);
        Optional<Event> greeting = quiet.next(QUIET);
        Expect.that(greeting.isEmpty(), "no signal for who was told of the head", greeting);
        setting.order(machine);
        Expect.same(
                "revision of the first signal",
                3L,
                quiet.hear().json().path("revision").asLong(-1));
        machine.http().get(machine.feed(head)).expect(200);

        String newest = machine.http().get(machine.feed(head)).cursor();
        EventStream named = setting.streamAt(machine, machine.signals() + "?last_event_id=" + newest);
        Optional<Event> more = named.next(QUIET);
        Expect.that(more.isEmpty(), "no signal after last_event_id as a parameter", more);
    }

    private static void ownFeedOnly(Setting setting) throws Exception {
        Machine grill = setting.machine();
        Machine fryer = setting.machine();
        fryer.http().get(grill.signals()).problem(403, "forbidden");
        setting.stranger("nobody-has-this-token").get(grill.signals()).problem(401, "unauthorized");
        setting.operator()
                .get("/v1/devices/" + setting.freshName() + "/signals")
                .problem(404, "not-found");
        EventStream stream = setting.stream(grill);
        stream.hear();
        setting.order(fryer);
        Optional<Event> foreign = stream.next(QUIET);
        Expect.that(foreign.isEmpty(), "nothing of another's", foreign);
        setting.order(grill);
        Expect.same(
                "revision of its own", 1L, stream.hear().json().path("revision").asLong(-1));
    }

    private static void newestStreamWins(Setting setting) throws Exception {
        Machine machine = setting.machine();
        EventStream first = setting.stream(machine);
        first.hear();
        EventStream second = setting.stream(machine);
        second.hear();
        Event bye = first.next(setting.patience()).orElseThrow(() -> new Broken("a last event", "none"));
        Expect.same("name of the last event", "bye", bye.name());
        Expect.same("reason", "replaced", bye.json().path("reason").asText());
        setting.order(machine);
        second.hearRevision(1);
    }
}
