package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.certify.EventStreamReader.Event;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Cases about signals on a stream of server-sent events. */
final class StreamCases {
    static final List<ConformanceCase> ALL = List.of(
            new ConformanceCase(
                    61,
                    "sse-current-revision-first",
                    "A stream begins with the current revision, in a signal whose id is its cursor.",
                    StreamCases::currentRevisionFirst),
            new ConformanceCase(
                    62,
                    "sse-signal-on-change",
                    "When its feed has grown, a device with a stream gets a signal with the new revision, as over MQTT.",
                    StreamCases::signalOnChange),
            new ConformanceCase(
                    63,
                    "sse-rings-again",
                    "A device with a stream that is behind and does not read its feed gets a reminder.",
                    StreamCases::ringsAgain),
            new ConformanceCase(
                    64,
                    "sse-last-event-id",
                    "A reader whose Last-Event-ID is the head gets no signal until the feed grows; any other reader gets one at once.",
                    StreamCases::lastEventId),
            new ConformanceCase(
                    65,
                    "sse-own-feed-only",
                    "A device can open a stream of its own feed only, and gets nothing of other devices.",
                    StreamCases::ownFeedOnly),
            new ConformanceCase(
                    66,
                    "sse-newest-stream-wins",
                    "A second stream of the same caller replaces the first, which ends with the reason replaced.",
                    StreamCases::newestStreamWins));

    private static final int BYTES_MAX = 128;
    private static final Duration QUIET = Duration.ofMillis(500);

    private StreamCases() {}

    private static void currentRevisionFirst(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(2);
        String head = device.http().get(device.feed()).cursor();
        EventStreamReader stream = context.stream(device);
        Expect.same("status of a stream", 200, stream.status());
        Expect.same("Content-Type of a stream", "text/event-stream", stream.mediaType());
        Event first = stream.nextSignal();
        Expect.same("epoch and revision", ResetCases.position(head), position(first));
        Expect.same("id of the event", head, first.id());
        TestDevice idle = context.newDevice();
        Event nothing = context.stream(idle).nextSignal();
        Expect.same(
                "revision of a device without changes",
                0L,
                nothing.json().path("revision").asLong(-1));
    }

    private static String position(Event event) throws RuleViolation {
        return event.json().path("epoch").asText() + "."
                + event.json().path("revision").asText();
    }

    private static void signalOnChange(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        EventStreamReader stream = context.stream(device);
        Expect.same(
                "revision at first",
                0L,
                stream.nextSignal().json().path("revision").asLong(-1));
        context.placeOrder(device);
        Event event = stream.awaitRevision(1);
        Expect.same("revision after a change", 1L, event.json().path("revision").asLong());
        Expect.same("id of the event", position(event), ResetCases.position(event.id()));
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

    private static void ringsAgain(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(1);
        EventStreamReader stream = context.stream(device);
        stream.awaitRevision(1);
        Expect.same(
                "revision of the signal that is repeated",
                1L,
                stream.nextReminder().json().path("revision").asLong(-1));
    }

    private static void lastEventId(CaseContext context) throws Exception {
        TestDevice device = context.newDevice(2);
        HttpReply read = device.http().get(device.feed());
        String head = read.cursor();
        String before = read.changes().get(0).path("id").asText();
        Event old = context.stream(device, "Last-Event-ID", before).nextSignal();
        Expect.same("signal to whom was told less", ResetCases.position(head), position(old));

        EventStreamReader quiet = context.stream(device, "Last-Event-ID", head);
        Optional<Event> greeting = quiet.next(QUIET);
        Expect.that(greeting.isEmpty(), "no signal for who was told of the head", greeting);
        context.placeOrder(device);
        Expect.same(
                "revision of the first signal",
                3L,
                quiet.nextSignal().json().path("revision").asLong(-1));
        device.http().get(device.feed(head)).expect(200);

        String newest = device.http().get(device.feed(head)).cursor();
        EventStreamReader named = context.streamAt(device, device.signals() + "?last_event_id=" + newest);
        Optional<Event> more = named.next(QUIET);
        Expect.that(more.isEmpty(), "no signal after last_event_id as a parameter", more);
    }

    private static void ownFeedOnly(CaseContext context) throws Exception {
        TestDevice grill = context.newDevice();
        TestDevice fryer = context.newDevice();
        fryer.http().get(grill.signals()).problem(403, "forbidden");
        context.callerWithToken("nobody-has-" + context.newName())
                .get(grill.signals())
                .problem(401, "unauthorized");
        context.operator().get("/v1/devices/" + context.newName() + "/signals").problem(404, "not-found");
        EventStreamReader stream = context.stream(grill);
        stream.nextSignal();
        context.placeOrder(fryer);
        Optional<Event> foreign = stream.next(QUIET);
        Expect.that(foreign.isEmpty(), "nothing of another's", foreign);
        context.placeOrder(grill);
        Expect.same(
                "revision of its own",
                1L,
                stream.nextSignal().json().path("revision").asLong(-1));
    }

    private static void newestStreamWins(CaseContext context) throws Exception {
        TestDevice device = context.newDevice();
        EventStreamReader first = context.stream(device);
        first.nextSignal();
        EventStreamReader second = context.stream(device);
        second.nextSignal();
        Event bye = first.next(context.timeout()).orElseThrow(() -> new RuleViolation("a last event", "none"));
        Expect.same("name of the last event", "bye", bye.name());
        Expect.same("reason", "replaced", bye.json().path("reason").asText());
        context.placeOrder(device);
        second.awaitRevision(1);
    }
}
