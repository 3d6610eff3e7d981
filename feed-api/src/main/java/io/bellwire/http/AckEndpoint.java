package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.command.CommandResult;
import io.bellwire.feed.Acknowledge;
import io.bellwire.feed.CursorCheck;
import io.bellwire.feed.FeedRead;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.log.Write;
import io.bellwire.registry.Registry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Takes acknowledgements: a device or partner has processed its feed up to a cursor. Thread-safe. */
final class AckEndpoint implements Endpoint {
    static final int BODY_BYTES_MAX = 1 << 10;
    private static final Set<FeedRead.Reason> CURSOR_OF_ANOTHER_LOG =
            Set.of(FeedRead.Reason.EPOCH_CHANGED, FeedRead.Reason.CURSOR_NOT_IN_LOG);

    private final EventLog log;
    private final Registry registry;
    private final CursorCheck cursorCheck;

    AckEndpoint(EventLog log, Registry registry) {
        this.log = log;
        this.registry = registry;
        this.cursorCheck = new CursorCheck(log);
    }

    List<ApiRoute> routes() {
        return List.of(route("/v1/devices/{id}/acks"), route("/v1/partners/{id}/acks"));
    }

    private ApiRoute route(String template) {
        return ApiRoute.withBody(
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
        Cursor cursor = FeedEndpoint.parseCursor("processed", processed.textValue());
        CompletionStage<Acknowledge> prepared = registry.find(call.feed()).thenCompose(found -> {
            Feed feed = found.orElseThrow(call::noSuchAccount).feed();
            return cursorCheck.check(feed, cursor).thenApply(refused -> {
                refused.filter(CURSOR_OF_ANOTHER_LOG::contains).ifPresent(reason -> {
                    throw new ProblemException(FeedEndpoint.resetProblem(
                            feed.id(), new FeedRead.Reset(reason, feed.cursor(feed.earliest()))));
                });
                return new Acknowledge(feed, cursor.position());
            });
        });
        Function<Cursor, Problem> aheadOfHead =
                head -> Problem.conflict("processed is ahead of the feed's head, " + head);
        return WriteEndpoint.submitPrepared(
                log,
                call,
                List.of(),
                prepared,
                // devices repeat their position when they reconnect: many at once must not keep the writer busy
                write -> write.isKnown() && call.header("Idempotency-Key").isEmpty()
                        ? WriteEndpoint.respond(log, write.known(), aheadOfHead)
                        : WriteEndpoint.submit(log, call, recorded(call, write), aheadOfHead));
    }

    /** Only an operator's acknowledgement is recorded: readers acknowledge all the time. */
    private static Write<CommandResult<Cursor>> recorded(ApiCall call, Acknowledge write) {
        return call.caller().isOperator() ? AuditedCalls.recorded(call, write) : write;
    }
}
