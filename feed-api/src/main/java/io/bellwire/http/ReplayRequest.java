package io.bellwire.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.log.Cursor;
import io.bellwire.webhook.CallLimits;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The body of a request for a replay. Immutable.
 *
 * @param from where to begin; empty if {@code time} says so
 * @param time from which time on
 * @param to where to end; empty for all that was received
 */
record ReplayRequest(Optional<Cursor> from, Optional<Instant> time, Optional<Cursor> to, OptionalInt perSecond) {
    static final int BODY_BYTES_MAX = 4 << 10;
    private static final Set<String> FIELDS = Set.of("from_cursor", "from_time", "to_cursor", "rate_per_s");

    static ReplayRequest parse(byte[] body) {
        JsonNode json = Json.parse(body);
        Json.requireFields(json, FIELDS);
        Optional<Cursor> from = text(json, "from_cursor").map(text -> FeedEndpoint.parseCursor("from_cursor", text));
        Optional<Instant> time = text(json, "from_time").map(ReplayRequest::time);
        if (from.isPresent() == time.isPresent()) {
            throw new ProblemException(Problem.invalidRequest("give one of from_cursor and from_time"));
        }
        Optional<Cursor> to = text(json, "to_cursor").map(text -> FeedEndpoint.parseCursor("to_cursor", text));
        return new ReplayRequest(from, time, to, rate(json.get("rate_per_s")));
    }

    private static Optional<String> text(JsonNode json, String field) {
        JsonNode value = json.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            throw new ProblemException(Problem.invalidRequest(field + " must be a string"));
        }
        return Optional.of(value.textValue());
    }

    private static Instant time(String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            long inRange = time.toEpochMilli();
            return Instant.ofEpochMilli(inRange);
        } catch (DateTimeException | ArithmeticException e) {
            throw new ProblemException(
                    Problem.invalidRequest("from_time must be a time by RFC 3339, such as 2026-11-20T08:00:00Z"));
        }
    }

    private static OptionalInt rate(JsonNode json) {
        if (json == null) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(ApiCall.wholeNumber(
                "rate_per_s", json.isIntegralNumber() ? json.asText() : "", 1, CallLimits.PER_SECOND_MAX, 1));
    }
}
