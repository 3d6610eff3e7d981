package io.bellwire.certify;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Faults that break a rule about streams of signals, rate limits or presence. */
final class StreamFaults {
    private StreamFaults() {}

    static Stream<HttpFault> all() {
        return Stream.of(
                new HttpFault(
                        "sse-current-revision-first",
                        "sends another position in the id",
                        "expected id of the event",
                        editedLines(line -> line.startsWith("id:") ? line + "0" : line)),
                new HttpFault(
                        "sse-current-revision-first",
                        "sends no first signal",
                        "a signal on the stream",
                        editedLines(line -> line.startsWith("data:") ? null : line)),
                new HttpFault(
                        "sse-signal-on-change",
                        "sends nothing after the first signal",
                        "a signal on the stream",
                        editedLines(afterSignals(1))),
                new HttpFault(
                        "sse-signal-on-change",
                        "leaves out what is pending",
                        "epoch, revision, pending",
                        editedLines(line -> line.replaceFirst("\"pending\":\\d+,", ""))),
                new HttpFault(
                        "sse-rings-again", "sends no reminder", "a signal on the stream", editedLines(afterSignals(1))),
                new HttpFault(
                        "sse-last-event-id",
                        "ignores Last-Event-ID",
                        "no signal for who was told of the head",
                        editedRequests(request -> request.withoutHeader("Last-Event-ID"))),
                new HttpFault(
                        "sse-last-event-id",
                        "does not know the parameter",
                        "after last_event_id as a parameter",
                        editedRequests(
                                request -> request.withPath(request.path().replaceFirst("\\?.*", "")))),
                new HttpFault(
                        "sse-own-feed-only",
                        "refuses without a problem",
                        "Content-Type of the 403",
                        (request, upstream) -> upstream.send(request).withHeader("Content-Type", "text/plain")),
                new HttpFault(
                        "sse-own-feed-only", "does not know what a device is", "404 to GET", (request, upstream) -> {
                            ProxiedResponse response = upstream.send(request);
                            return request.isStream() && response.status() == 404 ? response.withStatus(403) : response;
                        }),
                new HttpFault(
                        "sse-newest-stream-wins",
                        "ends streams without a last event",
                        "a last event",
                        editedLines(line -> line.startsWith("data: {\"reason\"") ? null : line)),
                new HttpFault(
                        "sse-newest-stream-wins",
                        "gives another reason",
                        "expected reason",
                        editedLines(line -> line.replace("replaced", "slow"))),
                new HttpFault(
                        "rate-limited-says-when",
                        "does not say when",
                        "Retry-After in whole seconds",
                        editedRefusals(response -> response.withHeader("Retry-After", "soon"))),
                new HttpFault(
                        "rate-limited-says-when",
                        "uses another problem type",
                        "type of the 429",
                        editedRefusals(response -> response.with("rate-limited", "too-much"))),
                new HttpFault(
                        "presence-needs-operator",
                        "shows the list of devices to everybody",
                        "expected 403",
                        (request, upstream) -> upstream.send(
                                request.isPresence() ? request.withToken(upstream.operatorToken()) : request)),
                new HttpFault(
                        "presence-needs-operator",
                        "does not show connected devices",
                        "expected connected true",
                        (request, upstream) ->
                                upstream.send(request).with("\"connected\":true", "\"connected\":false")));
    }

    private static LineEdit afterSignals(int count) {
        AtomicInteger signals = new AtomicInteger();
        return line -> line.startsWith("data:") && signals.incrementAndGet() > count ? null : line;
    }

    private interface LineEdit {
        @Nullable String edit(String line);
    }

    private static Distortion editedLines(LineEdit edit) {
        return new Distortion() {
            @Override
            public ProxiedResponse answer(ProxiedRequest request, Upstream upstream) throws Exception {
                return upstream.send(request);
            }

            @Override
            public @Nullable String editLine(String received) {
                return edit.edit(received);
            }
        };
    }

    private static Distortion editedRequests(UnaryOperator<ProxiedRequest> streamRequest) {
        return new Distortion() {
            @Override
            public ProxiedResponse answer(ProxiedRequest request, Upstream upstream) throws Exception {
                return upstream.send(request);
            }

            @Override
            public ProxiedRequest streamRequest(ProxiedRequest stream) {
                return streamRequest.apply(stream);
            }
        };
    }

    private static Distortion editedRefusals(UnaryOperator<ProxiedResponse> edit) {
        return (request, upstream) -> {
            ProxiedResponse response = upstream.send(request);
            return response.status() == 429 ? edit.apply(response) : response;
        };
    }
}
