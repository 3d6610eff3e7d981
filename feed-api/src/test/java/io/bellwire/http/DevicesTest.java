package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.log.DeviceId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DevicesTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
    private static ApiFixture server;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void secretIsShownOnceAndRegisteringAgainChangesNothing() {
        JsonNode first = server.operator().put("/v1/devices/grill").expect(201).json();
        CheckedResponse again = server.operator().put("/v1/devices/grill").expect(200);

        assertEquals("grill", first.path("device_id").asText());
        assertTrue(first.path("secret").asText().matches("[A-Za-z0-9_-]{43}"));
        assertTrue(first.path("created_at").asText().matches(TIME));
        assertFalse(again.json().has("secret"));
        assertEquals(first.path("created_at"), again.json().path("created_at"));
        server.as(first.path("secret").asText()).get("/v1/devices/grill").expect(200);
    }

    @Test
    void rotatedSecretTakesThePlaceOfTheOldOneAtOnce() {
        ApiFixture.Device grill = server.register("grill");
        List<DeviceId> closed = new CopyOnWriteArrayList<>();
        server.api().onSecretEnded((device, isValid) -> closed.add(device));

        JsonNode rotated =
                server.operator().post(grill.path() + "/secret").expect(200).json();

        grill.client().get(grill.feed()).expectProblem(401, "unauthorized", "not known");
        assertEquals(grill.id(), rotated.path("device_id").asText());
        assertNotEquals(grill.client().token(), rotated.path("secret").asText());
        server.as(rotated.path("secret").asText()).get(grill.feed()).expect(200);
        assertTrue(closed.contains(new DeviceId(grill.id())));
    }

    @Test
    void disabledDeviceIsRefusedAndEnabledAgainWithANewSecretOnTheSameFeed() {
        ApiFixture.Device grill = server.register("grill");
        server.orders(grill, 2);

        server.operator().delete(grill.path()).expect(204);

        grill.client().get(grill.feed()).expect(401);
        server.operator().delete(grill.path()).expect(204);
        server.operator().post(grill.path() + "/secret").expectProblem(404, "not-found", grill.id());
        assertTrue(server.operator()
                .get(grill.path())
                .expect(200)
                .json()
                .path("disabled")
                .asBoolean());
        assertEquals(
                List.of(1L, 2L), server.operator().get(grill.feed()).expect(200).revisions());

        String secret = server.operator()
                .put(grill.path())
                .expect(201)
                .json()
                .path("secret")
                .asText();
        assertNotEquals(grill.client().token(), secret);
        grill.client().get(grill.feed()).expect(401);
        assertEquals(
                List.of(1L, 2L), server.as(secret).get(grill.feed()).expect(200).revisions());
    }

    @Test
    void deviceShowsThePositionsOfItsFeed() {
        ApiFixture.Device grill = server.register("grill");
        server.orders(grill, 3);
        String first = grill.client().get(grill.feed() + "?limit=1").expect(200).cursor();
        grill.client().get(grill.feed() + "?limit=2").expect(200);
        grill.client()
                .postJson(grill.path() + "/acks", "{\"processed\":\"" + first + "\"}")
                .expect(200);

        JsonNode shown = grill.client().get(grill.path()).expect(200).json();

        assertEquals(3, shown.path("head").asLong());
        assertEquals(2, shown.path("received").asLong());
        assertEquals(1, shown.path("processed").asLong());
        assertEquals(2, shown.path("pending").asLong());
        assertFalse(shown.path("disabled").asBoolean(true));
        assertTrue(shown.path("created_at").asText().matches(TIME));
        assertFalse(shown.has("secret"));
    }

    @Test
    void readingMovesTheReceivedPositionForTheDeviceAndNotForTheOperator() {
        ApiFixture.Device grill = server.register("grill");
        server.orders(grill, 2);

        server.operator().get(grill.feed()).expect(200);
        assertEquals(
                0, server.operator().get(grill.path()).json().path("received").asLong());

        grill.client().get(grill.feed()).expect(200);
        assertEquals(
                2, server.operator().get(grill.path()).json().path("received").asLong());
        grill.client().get(grill.feed() + "?limit=1").expect(200);
        assertEquals(
                2, server.operator().get(grill.path()).json().path("received").asLong());
    }

    @Test
    void unknownAndImpossibleDevicesAreNotFound() {
        server.operator().get("/v1/devices/nobody").expectProblem(404, "not-found", "nobody");
        server.operator().delete("/v1/devices/nobody").expect(404);
        server.operator().post("/v1/devices/nobody/secret").expect(404);
        server.operator().put("/v1/devices/" + "x".repeat(65)).expectProblem(404, "not-found", "1 to 64");
        server.operator().put("/v1/devices/gr%20ill").expect(404);
        server.operator().put("/v1/devices/gr.ill").expect(404);
        server.operator().put("/v1/devices/" + "x".repeat(64)).expect(201);
    }

    @Test
    void registeringTakesNoBody() {
        server.operator()
                .send("PUT", "/v1/devices/oven", java.net.http.HttpRequest.BodyPublishers.ofString("{}"))
                .expectProblem(400, "invalid-request", "no body");
        server.operator().get("/v1/devices/oven").expect(404);
    }

    @Test
    void devicesThatAreRegisteredByManyAtOnceGetOneSecret() {
        List<java.util.concurrent.CompletableFuture<Integer>> answers = new java.util.ArrayList<>();
        for (int i = 0; i < 16; i++) {
            answers.add(java.util.concurrent.CompletableFuture.supplyAsync(
                    () -> server.operator().put("/v1/devices/popular").status()));
        }
        List<Integer> statuses = answers.stream()
                .map(java.util.concurrent.CompletableFuture::join)
                .sorted()
                .toList();

        assertEquals(15, statuses.stream().filter(status -> status == 200).count(), statuses.toString());
        assertEquals(1, statuses.stream().filter(status -> status == 201).count(), statuses.toString());
    }
}
