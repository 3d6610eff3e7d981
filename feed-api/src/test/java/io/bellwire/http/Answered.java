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

/** What the server answered, checked to be as documented when it arrives, and every error to be a whole problem. Immutable. */
final class Answered {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpResponse<byte[]> response;

    Answered(HttpResponse<byte[]> response) {
        this.response = response;
        DocumentedAnswers.check(response);
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
        boolean isPassing = status() == 503
                || status() == 429
                || problem.path("type").asText().equals("urn:bellwire:problem:locked");
        assertEquals(isPassing, response.headers().firstValue("retry-after").isPresent());
        assertEquals(
                status() == 401,
                response.headers().firstValue("www-authenticate").isPresent());
        assertEquals(status() == 405, response.headers().firstValue("allow").isPresent());
    }

    int status() {
        return response.statusCode();
    }

    String text() {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return response.body();
    }

    JsonNode json() {
        try {
            return MAPPER.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text(), e);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    String header(String name) {
        return optionalHeader(name).orElseThrow(() -> new AssertionError("no header " + name + " in " + response));
    }

    Optional<String> optionalHeader(String name) {
        return response.headers().firstValue(name);
    }

    Answered expect(int status) {
        assertEquals(status, status(), text());
        return this;
    }

    /** Expects a problem of this kind whose detail says {@code part}. */
    Answered expectProblem(int status, String name, String part) {
        expect(status);
        assertEquals("urn:bellwire:problem:" + name, json().path("type").asText(), text());
        assertTrue(json().path("detail").asText().contains(part), text());
        return this;
    }

    /** The revisions of a page. */
    List<Long> revisions() {
        List<Long> revisions = new ArrayList<>();
        json().forEach(change -> revisions.add(change.path("revision").asLong()));
        return revisions;
    }

    /** A text of the JSON object, at the end of a path whose parts are separated by dots. */
    String text(String path) {
        JsonNode node = json().at("/" + path.replace('.', '/'));
        assertTrue(node.isValueNode() && !node.isNull(), "no " + path + " in " + text());
        return node.asText();
    }

    String cursor() {
        return header("bellwire-cursor");
    }
}
