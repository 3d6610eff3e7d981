package io.bellwire.http;

import io.bellwire.degradation.EscalatedFeeds;
import io.bellwire.feed.CursorCheck;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import io.bellwire.registry.Account;
import io.bellwire.registry.Registry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens streams of a device's or partner's signals, as server-sent events. Thread-safe. */
final class StreamEndpoint implements Endpoint {
    private static final Logger log = LoggerFactory.getLogger(StreamEndpoint.class);

    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control",
            "no-store",
            // without this, nginx buffers the stream
            "X-Accel-Buffering",
            "no");

    private final OpenStreams streams;
    private final Registry registry;
    private final EscalatedFeeds escalated;

    StreamEndpoint(OpenStreams streams, Registry registry, EscalatedFeeds escalated) {
        this.streams = streams;
        this.registry = registry;
        this.escalated = escalated;
    }

    List<ApiRoute> routes() {
        Set<String> query = Set.of("last_event_id");
        return List.of(
                ApiRoute.get("/v1/devices/{id}/signals", ApiRoute.Access.OPERATOR_OR_OWNER, query, this),
                ApiRoute.get("/v1/partners/{id}/signals", ApiRoute.Access.OPERATOR_OR_OWNER, query, this));
    }

    @Override
    public CompletionStage<ApiResponse> answer(ApiCall call) {
        Optional<Cursor> lastEventId = lastEventId(call);
        return registry.find(call.feed()).thenApply(found -> {
            if (found.isEmpty()) {
                throw call.noSuchAccount();
            }
            escalated.disconnected(call.feed()).ifPresent(feed -> {
                throw new ProblemException(Problem.disconnected(
                        "the partner is disconnected: " + feed.problem()
                                + "; read the feed, and acknowledge it up to its head",
                        feed.retryAfter()));
            });
            // a cursor that cannot be checked at once is ignored, which only costs the reader one more signal
            Optional<Cursor> checkedLastEventId = lastEventId.filter(
                    cursor -> CursorCheck.isKnownValid(found.get().feed(), cursor));
            return new ApiResponse(200, EventStreamFormat.CONTENT_TYPE, ResponseContent.NONE, HEADERS)
                    .streaming((response, done) -> open(call, checkedLastEventId, response, done));
        });
    }

    /**
     * The cursor of the last signal that the reader has. The header is preferred to the parameter: a browser that
     * reconnects sends the header with its first URL, whose parameter is old by then. A malformed header is ignored,
     * since a browser does not reconnect after a refusal.
     */
    private static Optional<Cursor> lastEventId(ApiCall call) {
        Optional<Cursor> parameter = Optional.ofNullable(call.query().get("last_event_id"))
                .filter(text -> !text.isEmpty())
                .map(text -> FeedEndpoint.parseCursor("last_event_id", text));
        Optional<String> header = call.header("Last-Event-ID").filter(text -> !text.isEmpty());
        return header.isPresent() ? header.flatMap(Cursor::parse) : parameter;
    }

    private void open(ApiCall call, Optional<Cursor> lastEventId, Response response, Callback done) {
        EventStream stream = streams.open(call.feed(), call.caller(), lastEventId, response, done);
        // checked again: it may have been disconnected meanwhile
        if (escalated.disconnected(call.feed()).isPresent()) {
            streams.end(stream, StreamEnd.DISCONNECTED);
        }
        // checked again: a rotation of the secret since the first check ended only the streams that were open then
        endUnlessAllowed(stream, call.feed());
        call.caller()
                .login()
                .map(Account::id)
                .filter(id -> !id.equals(call.feed()))
                .ifPresent(id -> endUnlessAllowed(stream, id));
    }

    /** Ends the stream unless the account, of the feed or of the reader, allows it now. */
    private void endUnlessAllowed(EventStream stream, FeedId id) {
        registry.find(id).whenComplete((account, failure) -> {
            if (failure != null) {
                log.warn("a stream of {} is ended, as its reader cannot be checked: {}", id, failure.toString());
                streams.end(stream, StreamEnd.TOO_MANY);
            } else if (!account.map(stream.caller()::isStillAllowed).orElse(false)) {
                streams.end(stream, StreamEnd.DISABLED);
            }
        });
    }
}
