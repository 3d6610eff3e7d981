package io.bellwire.certify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A server's answer, and the checks that cases make of it. Immutable by agreement: callers do not change {@link #body}.
 */
final class HttpReply {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String BATCH = "application/cloudevents-batch+json";
    private static final String PROBLEM = "application/problem+json";
    private static final String PROBLEM_TYPES = "urn:bellwire:problem:";

    private final String request;
    private final HttpResponse<byte[]> response;

    /** @param request method and path, for messages */
    HttpReply(String request, HttpResponse<byte[]> response) {
        this.request = request;
        this.response = response;
    }

    int status() {
        return response.statusCode();
    }

    byte[] body() {
        return response.body();
    }

    String text() {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** The header's value; empty if there is none. */
    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** Returns this; fails if it has another status. */
    HttpReply expect(int status) throws RuleViolation {
        if (status() != status) {
            throw new RuleViolation(status + " to " + request, status() + " " + text());
        }
        return this;
    }

    /** Returns this; fails if it is not a problem with that status and type. */
    HttpReply problem(int status, String name) throws RuleViolation {
        problem(status);
        Expect.same(
                "type of the " + status + " to " + request,
                PROBLEM_TYPES + name,
                json().path("type").asText());
        return this;
    }

    /** Returns this; fails if it is not a problem with that status, of any type. */
    HttpReply problem(int status) throws RuleViolation {
        expect(status);
        Expect.same("Content-Type of the " + status + " to " + request, PROBLEM, mediaType());
        JsonNode problem = json();
        Expect.that(problem.path("type").asText().startsWith(PROBLEM_TYPES), "a type of " + PROBLEM_TYPES, problem);
        Expect.that(!problem.path("title").asText().isEmpty(), "a problem with a title", problem);
        Expect.same("status in the problem", status, problem.path("status").asInt());
        Expect.that(!problem.path("detail").asText().isEmpty(), "a problem with a detail", problem);
        return this;
    }

    /** The media type without parameters. */
    String mediaType() {
        return header("Content-Type").replaceFirst(";.*", "").strip();
    }

    JsonNode json() throws RuleViolation {
        try {
            return JSON.readTree(response.body());
        } catch (IOException malformed) {
            throw new RuleViolation("JSON as the answer to " + request, text());
        }
    }

    /** A page's changes, oldest first; fails if this is not a page. */
    List<JsonNode> changes() throws RuleViolation {
        expect(200);
        JsonNode page = json();
        Expect.that(page.isArray(), "an array of changes from " + request, page);
        List<JsonNode> changes = new ArrayList<>();
        page.forEach(changes::add);
        return changes;
    }

    /** The revisions of a page's changes. */
    List<Long> revisions() throws RuleViolation {
        return changes().stream()
                .map(change -> change.path("revision").asLong(-1))
                .toList();
    }

    /** The cursor after this page. */
    String cursor() throws RuleViolation {
        expect(200);
        Expect.that(!header("Bellwire-Cursor").isEmpty(), "a header Bellwire-Cursor from " + request, "none");
        return header("Bellwire-Cursor");
    }

    boolean isUpToDate() throws RuleViolation {
        String value = expect(200).header("Bellwire-Up-To-Date");
        Expect.that(value.equals("true") || value.equals("false"), "Bellwire-Up-To-Date true or false", value);
        return value.equals("true");
    }
}
