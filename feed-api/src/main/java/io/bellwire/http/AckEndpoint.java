package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.feed.Acknowledge;
import io.bellwire.feed.FeedRead;
import io.bellwire.log.Cursor;
import io.bellwire.log.EventLog;
import io.bellwire.log.Feed;
import io.bellwire.registry.DeviceRegistry;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A device says that it is done up to a cursor. Thread-safe. */
final class AckEndpoint implements Endpoint {
    private static final int BODY_BYTES_MAX = 1 << 10;

    private final EventLog log;
    private final DeviceRegistry devices;

    AckEndpoint(EventLog log, DeviceRegistry devices) {
        this.log = log;
        this.devices = devices;
    }

    Route route() {
        return Route.write(
                "POST",
                "/v1/devices/{id}/acks",
                Route.Access.OPERATOR_OR_PATH_DEVICE,
                List.of(Reply.JSON),
                BODY_BYTES_MAX,
                this);
    }

    @Override
    public CompletionStage<Reply> answer(Call call) {
        JsonNode json = Json.parse(call.body());
        Json.requireFields(json, Set.of("processed"));
        JsonNode processed = json.get("processed");
        if (processed == null || !processed.isTextual()) {
            throw new ProblemException(Problem.invalidRequest("processed must be a cursor, as a string"));
        }
        Cursor cursor = FeedEndpoint.parse("processed", processed.textValue());
        return devices.find(call.device()).thenCompose(found -> {
            Feed feed =
                    found.orElseThrow(() -> DeviceEndpoints.noSuchDevice(call)).feed();
            if (!cursor.epoch().equals(log.epoch())) {
                throw new ProblemException(FeedEndpoint.reset(
                        call.pathParameter("id"),
                        new FeedRead.Reset(FeedRead.Reason.EPOCH_CHANGED, new Cursor(log.epoch(), feed.first() - 1))));
            }
            return log.submit(new Acknowledge(feed, cursor.revision())).thenApply(outcome -> {
                if (outcome == Acknowledge.Outcome.AHEAD) {
                    throw new ProblemException(
                            Problem.conflict("processed is ahead of the feed's head, " + at(feed.head())));
                }
                ObjectNode positions = Json.MAPPER.createObjectNode();
                positions.put("received", at(feed.received()).toString());
                positions.put("processed", at(feed.processed()).toString());
                positions.put("head", at(feed.head()).toString());
                return Reply.json(200, positions);
            });
        });
    }

    private Cursor at(long revision) {
        return new Cursor(log.epoch(), revision);
    }
}
