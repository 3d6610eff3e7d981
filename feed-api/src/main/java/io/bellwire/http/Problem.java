package io.bellwire.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An error as {@code application/problem+json} (RFC 9457). Immutable. The factories are all the types of problems there
 * are.
 *
 * @param name the last part of {@code type}; it never changes
 * @param detail which part of the request is wrong, what is expected, and what was found
 * @param members further members of the JSON object, texts and numbers
 * @param headers further response headers
 */
record Problem(
        int status,
        String name,
        String title,
        String detail,
        Map<String, Object> members,
        Map<String, String> headers) {
    static final String CONTENT_TYPE = "application/problem+json";
    private static final String TYPE_PREFIX = "urn:bellwire:problem:";
    private static final int RETRY_AFTER_SECONDS = 1;

    Problem {
        members = Map.copyOf(members);
        headers = Map.copyOf(headers);
    }

    private Problem(int status, String name, String title, String detail) {
        this(status, name, title, detail, Map.of(), Map.of());
    }

    static Problem invalidRequest(String detail) {
        return new Problem(400, "invalid-request", "The request is not valid", detail);
    }

    static Problem unauthorized(String detail) {
        return new Problem(
                401,
                "unauthorized",
                "The caller is not known",
                detail,
                Map.of(),
                Map.of("WWW-Authenticate", "Bearer realm=\"bellwire\""));
    }

    static Problem forbidden(String detail) {
        return new Problem(403, "forbidden", "The caller may not do this", detail);
    }

    static Problem secondFactorRequired(String detail) {
        return new Problem(403, "second-factor-required", "The call needs a code of a second factor", detail);
    }

    static Problem secondFactorWrong(String detail) {
        return new Problem(403, "second-factor-wrong", "The code of the second factor is not valid", detail);
    }

    static Problem notFound(String detail) {
        return new Problem(404, "not-found", "There is no such thing", detail);
    }

    static Problem methodNotAllowed(String method, String allow) {
        return new Problem(
                405,
                "method-not-allowed",
                "The method is not allowed here",
                method + " is not allowed here; " + allow + " is",
                Map.of(),
                Map.of("Allow", allow));
    }

    static Problem notAcceptable(String detail) {
        return new Problem(406, "not-acceptable", "What the caller accepts cannot be made here", detail);
    }

    static Problem requestTimeout(String detail) {
        return new Problem(408, "request-timeout", "The request took too long to arrive", detail);
    }

    static Problem conflict(String detail) {
        return new Problem(409, "conflict", "The request does not fit what is there", detail);
    }

    static Problem conflict(String name, String title, String detail) {
        return new Problem(409, name, title, detail);
    }

    static Problem preconditionFailed(String detail) {
        return new Problem(412, "precondition-failed", "The order is not as the request takes for granted", detail);
    }

    static Problem preconditionRequired(String detail) {
        return new Problem(428, "precondition-required", "The request must say which state it changes", detail);
    }

    static Problem reset(String detail, Map<String, String> members) {
        return new Problem(410, "reset", "The cursor cannot be continued", detail, Map.copyOf(members), Map.of());
    }

    static Problem expired(String detail) {
        return new Problem(410, "expired", "What was asked for is not kept any more", detail);
    }

    static Problem tooLarge(String detail) {
        return new Problem(413, "too-large", "The request is too large", detail);
    }

    static Problem unsupportedMediaType(String detail) {
        return new Problem(415, "unsupported-media-type", "The content type is not supported", detail);
    }

    static Problem rateLimited(String detail, Duration wait) {
        return new Problem(429, "rate-limited", "Too many requests", detail)
                .withHeaders(Map.of("Retry-After", seconds(wait)));
    }

    /** A share of new orders is let in, and this one is not. */
    static Problem degraded(String detail, Duration wait) {
        return new Problem(429, "degraded", "A feed that the order would go to has a problem", detail)
                .withHeaders(Map.of("Retry-After", seconds(wait)));
    }

    /** No new order is let in. */
    static Problem closed(String detail, Duration wait) {
        return new Problem(503, "degraded", "A feed that the order would go to has a problem", detail)
                .withHeaders(Map.of("Retry-After", seconds(wait)));
    }

    static Problem disconnected(String detail, Duration wait) {
        return unavailable(detail).withHeaders(Map.of("Retry-After", seconds(wait)));
    }

    private static String seconds(Duration wait) {
        return Long.toString(Math.max(1, (wait.toMillis() + 999) / 1_000));
    }

    /** Only for fetches over MQTT, where a device may have one request at a time. */
    static Problem busy(String detail) {
        return new Problem(429, "busy", "The request before is not answered yet", detail);
    }

    static Problem idempotencyMismatch(String detail) {
        return new Problem(422, "idempotency-mismatch", "The idempotency key belongs to another request", detail);
    }

    static Problem internal() {
        return new Problem(500, "internal", "The server failed", "the failure has been logged");
    }

    static Problem overloaded(String detail) {
        return unavailable("overloaded", "The server has too much to do", detail);
    }

    static Problem unavailable(String detail) {
        return unavailable("unavailable", "The server cannot do this now", detail);
    }

    private static Problem unavailable(String name, String title, String detail) {
        return new Problem(
                503, name, title, detail, Map.of(), Map.of("Retry-After", Integer.toString(RETRY_AFTER_SECONDS)));
    }

    /** The problem for a request that Jetty itself refuses, before a route is found. */
    static Problem ofStatus(int status, String detail) {
        return switch (status) {
            case 404 -> notFound(detail);
            case 408 -> requestTimeout(detail);
            case 413 -> tooLarge(detail);
            case 414, 431 -> new Problem(431, "headers-too-large", "The headers are too large", detail);
            case 501, 505 -> invalidRequest(detail); // a feature of HTTP that is not supported, and no server failure
            case 503 -> unavailable(detail);
            default ->
                status >= 500 ? internal() : new Problem(status, "invalid-request", "The request is not valid", detail);
        };
    }

    /** A copy with one more member. */
    Problem with(String member, Object value) {
        Map<String, Object> added = new LinkedHashMap<>(members);
        added.put(member, value);
        return new Problem(status, name, title, detail, added, headers);
    }

    Problem withHeaders(Map<String, String> added) {
        return new Problem(status, name, title, detail, members, added);
    }

    ApiResponse toResponse() {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("type", TYPE_PREFIX + name);
        json.put("title", title);
        json.put("status", status);
        json.put("detail", detail);
        members.forEach((member, value) -> json.set(member, Json.MAPPER.valueToTree(value)));
        try {
            return new ApiResponse(status, CONTENT_TYPE, Json.MAPPER.writeValueAsBytes(json), headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a problem of strings and numbers is always JSON", e);
        }
    }
}
