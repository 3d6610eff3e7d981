package io.bellwire.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bellwire.log.Timestamps;
import io.bellwire.webhook.CallAttempt;
import io.bellwire.webhook.CallError;
import io.bellwire.webhook.EndpointReplay;
import java.time.Instant;
import java.util.List;

/** Shows attempts of calls, and replays. */
final class RecoveryView {
    private RecoveryView() {}

    /** @param limit how many were asked for: if there are as many, there may be more */
    static ApiResponse attempts(List<CallAttempt> attempts, int limit) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode list = json.putArray("deliveries");
        for (CallAttempt attempt : attempts) {
            ObjectNode one = list.addObject();
            one.put("number", attempt.number());
            putAttempt(one, attempt);
        }
        if (attempts.size() == limit) {
            json.put("before", attempts.get(limit - 1).number());
        }
        return answer(200, json);
    }

    static ApiResponse test(CallAttempt attempt) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        putAttempt(json, attempt);
        return answer(200, json);
    }

    private static void putAttempt(ObjectNode json, CallAttempt attempt) {
        json.put("id", attempt.webhookId());
        json.put("kind", attempt.kind());
        json.put("at", time(attempt.atMillis()));
        if (attempt.last() > 0) {
            json.put("first_revision", attempt.first());
            json.put("last_revision", attempt.last());
        }
        json.put("result", attempt.isReceived() ? "received" : "failed");
        if (attempt.what().chars().allMatch(c -> c >= '0' && c <= '9')) {
            json.put("status", Integer.parseInt(attempt.what()));
        } else {
            json.put("error", attempt.what());
        }
        if (!attempt.detail().isEmpty()) {
            json.put("detail", attempt.detail());
        }
        json.put("elapsed_ms", attempt.elapsedMillis());
    }

    static ApiResponse replay(int status, EndpointReplay replay) {
        return answer(status, json(replay));
    }

    /** @param startsLate whether changes that were asked for are not kept any more */
    static ApiResponse started(EndpointReplay replay, boolean startsLate) {
        ObjectNode json = json(replay);
        if (startsLate) {
            json.put("starts_at_earliest", true);
        }
        return answer(202, json);
    }

    private static ObjectNode json(EndpointReplay replay) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("state", replay.state().text());
        json.put("after_revision", replay.from().value());
        json.put("to_revision", replay.to().value());
        json.put("received", replay.at().value());
        json.put("rate_per_s", replay.perSecond());
        json.put("calls", replay.calls());
        json.put("failures", replay.failures());
        json.put("missed", replay.missed());
        json.put("started_at", time(replay.startedMillis()));
        replay.endedMillis().ifPresent(millis -> json.put("ended_at", time(millis)));
        replay.lastError().ifPresent(error -> putError(json.putObject("last_error"), error));
        return json;
    }

    private static void putError(ObjectNode json, CallError error) {
        json.put("at", time(error.atMillis()));
        json.put("what", error.what());
        json.put("detail", error.detail());
    }

    private static ApiResponse answer(int status, ObjectNode json) {
        return ApiResponse.json(status, json).with("Cache-Control", "no-store");
    }

    private static String time(long millis) {
        return Timestamps.format(Instant.ofEpochMilli(millis));
    }
}
