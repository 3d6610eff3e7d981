package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A response of the server. The constructor checks that it is as the OpenAPI document says, and that every error is a
 * complete problem. Immutable.
 */
public final class CheckedResponse {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpResponse<byte[]> response;

    CheckedResponse(HttpResponse<byte[]> response) {
        this.response = response;
        OpenApiCheck.check(response);
        if (isJson() && !response.request().method().equals("HEAD")) {
            assertTrue(
                    new String(response.body(), StandardCharsets.UTF_8).matches("(?s).*[^\\s]\n"),
                    "ends with one line end");
        }
        if (status() >= 400 && !response.request().method().equals("HEAD")) {
            requireProblem();
        }
    }

    private void requireProblem() {
        assertEquals("application/problem+json", header("content-type"), text());
        JsonNode problem = json();
        assertTrue(problem.path("type").asText().matches("urn:bellwire:problem:[a-z-]+"), text());
        assertFalse(problem.path("title").asText().isBlank(), text());
        assertEquals(status(), problem.path("status").asInt(), text());
        assertFalse(problem.path("detail").asText().isBlank(), text());
        assertFalse(problem.path("detail").asText().contains("\n"), text());
        assertFalse(text().contains("Exception") || text().contains("com.fasterxml"), text());
        boolean isTemporary = status() == 503
                || status() == 429
                || problem.path("type").asText().equals("urn:bellwire:problem:locked");
        assertEquals(isTemporary, response.headers().firstValue("retry-after").isPresent());
        assertEquals(
                status() == 401,
                response.headers().firstValue("www-authenticate").isPresent());
        assertEquals(status() == 405, response.headers().firstValue("allow").isPresent());
    }

    public int status() {
        return response.statusCode();
    }

    /** The body without the line end of JSON. */
    public String text() {
        String text = new String(response.body(), StandardCharsets.UTF_8);
        return isJson() && text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    private boolean isJson() {
        return optionalHeader("content-type").orElse("").endsWith("json");
    }

    byte[] bytes() {
        return response.body();
    }

    public JsonNode json() {
        try {
            return MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text(), e);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    public String header(String name) {
        return optionalHeader(name).orElseThrow(() -> new AssertionError("no header " + name + " in " + response));
    }

    Optional<String> optionalHeader(String name) {
        return response.headers().firstValue(name);
    }

    public CheckedResponse expect(int status) {
        assertEquals(status, status(), text());
        return this;
    }

    /** Expects a problem of this type whose detail contains {@code part}. */
    CheckedResponse expectProblem(int status, String name, String part) {
        expect(status);
        assertEquals("urn:bellwire:problem:" + name, json().path("type").asText(), text());
        assertTrue(json().path("detail").asText().contains(part), text());
        return this;
    }

    /** The revisions of a page. */
    public List<Long> revisions() {
        List<Long> revisions = new ArrayList<>();
        json().forEach(change -> revisions.add(change.path("revision").asLong()));
        return revisions;
    }

    /** The text in the JSON object at a path whose names are separated by dots. */
    public String text(String path) {
        JsonNode node = json().at("/" + path.replace('.', '/'));
        assertTrue(node.isValueNode() && !node.isNull(), "no " + path + " in " + text());
        return node.asText();
    }

    public String cursor() {
        return header("bellwire-cursor");
    }
}
