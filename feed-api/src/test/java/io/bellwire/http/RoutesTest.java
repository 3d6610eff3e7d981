package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
    private static ApiFixture server;
    private static ApiFixture.Device grill;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
        grill = server.register("grill");
        server.orders(grill, 1);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1",
                "/v1/",
                "/v1/devices/",
                "/v1/orders/",
                "/v2/orders",
                "/V1/orders",
                "/v1/orders/x/y",
                "/v1/devices/grill/feed/",
                "/v1/devices/grill/feed/x",
                "/healthz/",
                "/favicon.ico",
            })
    void unknownPathIsNotFound(String path) {
        server.operator().get(path).expectProblem(404, "not-found", "");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/device/grill, /v1/devices/{id}",
        "/v1/devices/grill/feeds, /v1/devices/{id}/feed",
        "/v1/devices/, /v1/devices",
        "/V1/orders, /v1/orders",
        "/healthz/, /healthz",
        "/ready, /readyz",
        "/v1/orders/x/y, /v1/orders/{id}",
        "/openapi.yaml, /openapi.json",
        "/favicon.ico, /",
        "/x, /",
    })
    void unknownPathIsNamedWithTheNearestRoute(String path, String nearest) {
        server.stranger()
                .get(path)
                .expectProblem(404, "not-found", "there is no path " + path + "; the nearest is " + nearest);
    }

    @Test
    void longOrUnprintableUnknownPathIsShortenedAndCleaned() {
        server.stranger()
                .get("/%C3%A4" + "x".repeat(5_000))
                .expectProblem(404, "not-found", "there is no path /?" + "x".repeat(98) + "...; the nearest is /");
        server.stranger().get("/a".repeat(2_000)).expectProblem(404, "not-found", "; the nearest is /");
    }

    @Test
    void rootSaysWhereThingsAre() {
        JsonNode index = server.stranger().get("/").expect(200).json();

        for (String name : List.of("openapi", "asyncapi", "health", "readiness", "metrics")) {
            server.stranger().get(index.path(name).asText()).expect(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1//orders", "//v1/orders", "/v1/devices//feed", "/healthz//"})
    void emptySegmentIsRefused(String path) {
        server.operator().get(path).expectProblem(400, "invalid-request", "empty segment");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT | /v1/orders | GET HEAD POST",
                "DELETE | /v1/orders | GET HEAD POST",
                "PUT | /v1/orders/x | GET HEAD PATCH",
                "PATCH | /v1/devices/grill | PUT DELETE GET HEAD",
                "POST | /v1/devices/grill/feed | GET HEAD",
                "GET | /v1/devices/grill/acks | POST",
                "GET | /v1/devices/grill/secret | POST",
                "GET | /v1/events | POST",
                "OPTIONS | /healthz | GET HEAD",
                "BREW | /v1/orders | GET HEAD POST",
            })
    void otherMethodIsRefusedWithTheAllowedOnes(String method, String path, String allowed) {
        CheckedResponse answer = server.operator().send(method, path, BodyPublishers.noBody());

        answer.expectProblem(405, "method-not-allowed", method);
        Set<String> allow = new TreeSet<>(Arrays.asList(answer.header("allow").split(", ", -1)));
        assertEquals(new TreeSet<>(Arrays.asList(allowed.split(" ", -1))), allow);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "FEED", "FEED?limit=1"})
    void headIsGetWithoutTheBody(String path) {
        String there = path.replace("FEED", grill.feed());
        CheckedResponse get = server.operator().get(there).expect(200);

        CheckedResponse head = server.operator().send("HEAD", there, BodyPublishers.noBody());

        assertEquals(200, head.status());
        assertEquals(0, head.bytes().length);
        for (String header : get.optionalHeader("bellwire-cursor").isPresent()
                ? new String[] {"content-type", "content-length", "bellwire-cursor", "cache-control"}
                : new String[] {"content-type", "content-length"}) {
            assertEquals(get.header(header), head.header(header));
        }
    }

    @Test
    void headOfAnUnknownPathHasOnlyTheStatus() {
        CheckedResponse head = server.operator().send("HEAD", "/nothing", BodyPublishers.noBody());

        assertEquals(404, head.status());
        assertEquals(0, head.bytes().length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/orders/x?a=1", "/healthz?a=1", "/v1/devices/DEVICE?secret=1"})
    void unknownParameterIsRefusedByName(String path) {
        String name = path.contains("secret") ? "secret" : "a";
        server.operator()
                .get(path.replace("DEVICE", grill.id()))
                .expectProblem(400, "invalid-request", '"' + name + '"');
    }

    @Test
    void escapedLettersAreTheLetters() {
        String escaped = grill.id().replace("g", "%67").replace("-", "%2D");
        assertEquals(
                1,
                server.operator()
                        .get("/v1/devices/" + escaped + "/feed")
                        .expect(200)
                        .revisions()
                        .size());
        grill.client().get("/v1/devices/" + escaped + "/feed").expect(200);
    }

    @Test
    void answerDoesNotNameTheServersSoftware() {
        CheckedResponse answer = server.operator().get("/nothing");
        assertFalse(answer.optionalHeader("server").isPresent());
        assertEquals("nosniff", answer.header("x-content-type-options"));
    }

    @ParameterizedTest
    @CsvSource({"GET, FEED", "PUT, DEVICE", "DELETE, DEVICE", "POST, DEVICE/secret"})
    void bodyWhereNoneIsTakenIsRefused(String method, String template) {
        String path = template.replace("FEED", grill.feed()).replace("DEVICE", grill.path());
        for (String body : List.of("{}", " ".repeat(4_096))) {
            server.operator()
                    .send(method, path, BodyPublishers.ofString(body))
                    .expectProblem(
                            400,
                            "invalid-request",
                            "this call takes no body; this one has " + body.length() + " bytes");
        }
        server.operator()
                .send(method, path, BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[] {'{', '}'})))
                .expectProblem(400, "invalid-request", "this call takes no body");
        server.operator()
                .send(method, path, BodyPublishers.ofString(" ".repeat(4_097)))
                .expectProblem(413, "too-large", "this call takes no body");
        grill.client().get(grill.feed()).expect(200);
    }
}
