package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feed.Acknowledge;
import io.bellwire.feed.CursorCheck;
import io.bellwire.feed.FeedRead;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.registry.Registry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** A device or partner says that it is done up to a cursor. Thread-safe. */
final class AckEndpoint implements Endpoint {
    private static final int BODY_BYTES_MAX = 1 << 10;
    private static final Set<FeedRead.Reason> NOT_OF_THIS_LOG =
            Set.of(FeedRead.Reason.EPOCH_CHANGED, FeedRead.Reason.CURSOR_NOT_IN_LOG);

    private final EventLog log;
    private final Registry registry;
    private final CursorCheck check;

    AckEndpoint(EventLog log, Registry registry) {
        this.log = log;
        this.registry = registry;
        this.check = new CursorCheck(log);
    }

    List<ApiRoute> routes() {
        return List.of(route("/v1/devices/{id}/acks"), route("/v1/partners/{id}/acks"));
    }

    private ApiRoute route(String template) {
        return ApiRoute.write(
                "POST", template, ApiRoute.Access.OPERATOR_OR_OWNER, List.of(ApiResponse.JSON), BODY_BYTES_MAX, this);
    }

    @Override
    public CompletionStage<ApiResponse> answer(ApiCall call) {
        JsonNode json = Json.parse(call.body());
        Json.requireFields(json, Set.of("processed"));
        JsonNode processed = json.get("processed");
        if (processed == null || !processed.isTextual()) {
            throw new ProblemException(Problem.invalidRequest("processed must be a cursor, as a string"));
        }
        Cursor cursor = FeedEndpoint.parse("processed", processed.textValue());
        CompletionStage<Acknowledge> prepared = registry.find(call.feed()).thenCompose(found -> {
            Feed feed = found.orElseThrow(call::noSuchParty).feed();
            return check.check(feed, cursor).thenApply(reason -> {
                reason.filter(NOT_OF_THIS_LOG::contains).ifPresent(why -> {
                    throw new ProblemException(
                            FeedEndpoint.reset(feed.id(), new FeedRead.Reset(why, feed.cursor(feed.earliest()))));
                });
                return new Acknowledge(feed, cursor.position());
            });
        });
        Function<Cursor, Problem> ahead = head -> Problem.conflict("processed is ahead of the feed's head, " + head);
        return WriteEndpoint.prepared(
                log,
                call,
                List.of(),
                prepared,
                // a device says it again whenever it connects: a herd would keep the writer busy with nothing
                write -> write.isKnown() && call.header("Idempotency-Key").isEmpty()
                        ? WriteEndpoint.reply(log, write.known(), ahead)
                        : WriteEndpoint.submit(log, call, write, ahead));
    }
}
