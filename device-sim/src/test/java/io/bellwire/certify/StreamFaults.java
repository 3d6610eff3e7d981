package io.bellwire.certify;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Servers that break a rule of streams of signals, of rate limits, or of presence. */
final class StreamFaults {
    private StreamFaults() {}

    static Stream<HttpFault> all() {
        return Stream.of(
                new HttpFault(
                        "sse-current-revision-first",
                        "says another place in the id",
                        "expected id of the event",
                        lines(line -> line.startsWith("id:") ? line + "0" : line)),
                new HttpFault(
                        "sse-current-revision-first",
                        "says nothing at first",
                        "a signal on the stream",
                        lines(line -> line.startsWith("data:") ? null : line)),
                new HttpFault(
                        "sse-signal-on-change",
                        "says nothing after the first signal",
                        "a signal on the stream",
                        lines(afterSignals(1))),
                new HttpFault(
                        "sse-signal-on-change",
                        "leaves out what is pending",
                        "epoch, revision, pending",
                        lines(line -> line.replaceFirst("\"pending\":\\d+,", ""))),
                new HttpFault("sse-rings-again", "rings but once", "a signal on the stream", lines(afterSignals(1))),
                new HttpFault(
                        "sse-last-event-id",
                        "does not listen to what was told",
                        "no signal for who was told of the head",
                        openings(asked -> asked.withoutHeader("Last-Event-ID"))),
                new HttpFault(
                        "sse-last-event-id",
                        "does not know the parameter",
                        "after last_event_id as a parameter",
                        openings(asked -> asked.withPath(asked.path().replaceFirst("\\?.*", "")))),
                new HttpFault(
                        "sse-own-feed-only",
                        "refuses without a problem",
                        "Content-Type of the 403",
                        (asked, upstream) -> upstream.ask(asked).withHeader("Content-Type", "text/plain")),
                new HttpFault(
                        "sse-own-feed-only", "does not know what a device is", "404 to GET", (asked, upstream) -> {
                            Told told = upstream.ask(asked);
                            return asked.isStream() && told.status() == 404 ? told.withStatus(403) : told;
                        }),
                new HttpFault(
                        "sse-newest-stream-wins",
                        "ends streams without a word",
                        "a last event",
                        lines(line -> line.startsWith("data: {\"reason\"") ? null : line)),
                new HttpFault(
                        "sse-newest-stream-wins",
                        "gives another reason",
                        "expected reason",
                        lines(line -> line.replace("replaced", "slow"))),
                new HttpFault(
                        "rate-limited-says-when",
                        "does not say when",
                        "Retry-After in whole seconds",
                        limited(told -> told.withHeader("Retry-After", "soon"))),
                new HttpFault(
                        "rate-limited-says-when",
                        "calls it something else",
                        "type of the 429",
                        limited(told -> told.with("rate-limited", "too-much"))),
                new HttpFault(
                        "presence-needs-operator",
                        "shows everybody who is there",
                        "expected 403",
                        (asked, upstream) ->
                                upstream.ask(asked.isPresence() ? asked.withToken(upstream.operatorToken()) : asked)),
                new HttpFault(
                        "presence-needs-operator",
                        "does not notice who comes",
                        "expected connected true",
                        (asked, upstream) -> upstream.ask(asked).with("\"connected\":true", "\"connected\":false")));
    }

    private static Line afterSignals(int count) {
        AtomicInteger signals = new AtomicInteger();
        return line -> line.startsWith("data:") && signals.incrementAndGet() > count ? null : line;
    }

    private interface Line {
        @Nullable String told(String line);
    }

    private static Distortion lines(Line line) {
        return new Distortion() {
            @Override
            public Told answer(Asked asked, Upstream upstream) throws Exception {
                return upstream.ask(asked);
            }

            @Override
            public @Nullable String streamed(String came) {
                return line.told(came);
            }
        };
    }

    private static Distortion openings(UnaryOperator<Asked> opening) {
        return new Distortion() {
            @Override
            public Told answer(Asked asked, Upstream upstream) throws Exception {
                return upstream.ask(asked);
            }

            @Override
            public Asked opening(Asked stream) {
                return opening.apply(stream);
            }
        };
    }

    private static Distortion limited(UnaryOperator<Told> edit) {
        return (asked, upstream) -> {
            Told told = upstream.ask(asked);
            return told.status() == 429 ? edit.apply(told) : told;
        };
    }
}
