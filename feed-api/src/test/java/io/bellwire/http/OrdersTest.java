package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OrdersTest {
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
    void orderNeedsOnlyADevice() {
        ApiFixture.Device grill = server.register("grill");

        CheckedResponse made = server.operator().order(grill.order()).expect(201);

        JsonNode order = made.json();
        assertEquals("application/json", made.header("content-type"));
        assertEquals("/v1/orders/" + order.path("id").asText(), made.header("location"));
        assertEquals("\"1\"", made.header("etag"));
        List<String> names = new ArrayList<>();
        order.fieldNames().forEachRemaining(names::add);
        assertEquals(List.of("id", "device_id", "status", "version", "created_at", "updated_at"), names);
        assertEquals("new", order.path("status").asText());
        assertEquals(1, order.path("version").asInt());
        assertTrue(order.path("created_at").asText().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"));
        assertEquals(order.path("created_at"), order.path("updated_at"));
        CheckedResponse read = server.operator().get(made.header("location")).expect(200);
        assertArrayEquals(made.bytes(), read.bytes());
        assertEquals("\"1\"", read.header("etag"));
    }

    @Test
    void orderKeepsAllThatItWasGiven() {
        ApiFixture.Device grill = server.register("grill");
        String given = "{\"data\":{\"sauce\":[\"\u00e4\u20ac\ud83c\udf54\",1.50,12345678901234567890,null,{}]},"
                + "\"volume\":0.250,\"recipe_id\":\"burger \\\"double\\\"\",\"partner_id\":\"acme_1\","
                + "\"device_id\":\"" + grill.id() + "\"}";

        CheckedResponse made = server.operator().order(given).expect(201);

        assertTrue(
                made.text()
                        .contains("\"device_id\":\"" + grill.id() + "\",\"partner_id\":\"acme_1\",\"status\":\"new\","
                                + "\"recipe_id\":\"burger \\\"double\\\"\",\"volume\":0.250,\"data\":{\"sauce\":"
                                + "[\"\u00e4\u20ac\ud83c\udf54\",1.50,12345678901234567890,null,{}]},\"version\":1,"),
                made.text());
        JsonNode change = grill.client().get(grill.feed()).expect(200).json().get(0);
        assertEquals(made.json(), change.path("data"), "the feed tells the whole order");
    }

    @Test
    void volumeIsAStringOrANumber() {
        ApiFixture.Device grill = server.register("grill");
        for (String volume : List.of("\"2 cups\"", "3", "-0.5", "1e3", "\"" + "x".repeat(64) + "\"")) {
            assertTrue(
                    server.operator()
                            .order("{\"device_id\":\"" + grill.id() + "\",\"volume\":" + volume + "}")
                            .expect(201)
                            .json()
                            .has("volume"),
                    volume);
        }
    }

    @Test
    void orderThatIsKnownIsNotSentAgain() {
        ApiFixture.Device grill = server.register("grill");
        String location = server.operator().order(grill.order()).expect(201).header("location");

        for (String known : List.of("\"1\"", "*", "W/\"1\"", "\"0\", \"1\"")) {
            CheckedResponse answer =
                    server.operator().get(location, "If-None-Match", known).expect(304);
            assertEquals(0, answer.bytes().length);
            assertEquals("\"1\"", answer.header("etag"));
        }
        server.operator().get(location, "If-None-Match", "\"2\"").expect(200);
    }

    @Test
    void orderThatIsNotThereIsNotFound() {
        for (String id : List.of(
                "01930000-0000-7000-8000-000000000000",
                "nonsense",
                "01930000-0000-4000-8000-000000000000",
                "01930000-0000-7000-8000-00000000000A",
                "x".repeat(300))) {
            server.operator().get("/v1/orders/" + id).expectProblem(404, "not-found", "no order");
        }
    }

    @Test
    void sameKeyAndBodyIsTheSameOrderAgain() {
        ApiFixture.Device grill = server.register("grill");
        String key = "breakfast-" + grill.id();

        CheckedResponse first =
                server.operator().order(grill.order(), "Idempotency-Key", key).expect(201);
        CheckedResponse again =
                server.operator().order(grill.order(), "Idempotency-Key", key).expect(201);

        assertArrayEquals(first.bytes(), again.bytes());
        assertEquals(first.header("location"), again.header("location"));
        assertEquals(first.header("etag"), again.header("etag"));
        assertEquals(List.of(1L), grill.client().get(grill.feed()).revisions());
    }

    @Test
    void sameKeyWithAnotherBodyIsRefused() {
        ApiFixture.Device grill = server.register("grill");
        String key = "lunch-" + grill.id();
        server.operator().order(grill.order(), "Idempotency-Key", key).expect(201);

        server.operator()
                .order(grill.order() + " ", "Idempotency-Key", key)
                .expectProblem(422, "idempotency-mismatch", "Idempotency-Key");
        server.operator().order(grill.order(), "Idempotency-Key", key + "x").expect(201);
        assertEquals(List.of(1L, 2L), grill.client().get(grill.feed()).revisions());
    }

    @Test
    void sameKeyFromManyAtOnceMakesExactlyOneOrder() {
        ApiFixture.Device grill = server.register("grill");
        List<CompletableFuture<CheckedResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(server.operator()
                    .postLater(
                            "application/json", "/v1/orders", grill.order(), "Idempotency-Key", "rush-" + grill.id()));
        }
        Set<String> orders = new HashSet<>();
        answers.forEach(answer -> orders.add(answer.join().expect(201).text()));

        assertEquals(1, orders.size());
        assertEquals(List.of(1L), grill.client().get(grill.feed()).revisions());
    }

    @Test
    void firstOrdersOfANewPartnerMayComeAllAtOnce() {
        ApiFixture.Device grill = server.register("grill");
        List<CompletableFuture<CheckedResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(server.operator()
                    .postLater(
                            "application/json",
                            "/v1/orders",
                            "{\"device_id\":\"" + grill.id() + "\",\"partner_id\":\"partner-" + i % 10 + "\"}"));
        }
        Set<String> ids = new HashSet<>();
        answers.forEach(
                answer -> ids.add(answer.join().expect(201).json().path("id").asText()));

        assertEquals(40, ids.size());
        assertEquals(40, grill.client().get(grill.feed()).revisions().size());
    }

    @Test
    void disabledDeviceGetsNoOrders() {
        ApiFixture.Device grill = server.register("grill");
        server.operator().delete(grill.path()).expect(204);

        server.operator().order(grill.order()).expectProblem(400, "invalid-request", "disabled");
    }

    @Test
    void orderIsInNoFeedButItsOwn() {
        ApiFixture.Device grill = server.register("grill");
        ApiFixture.Device fryer = server.register("fryer");
        server.orders(grill, 1);

        assertFalse(grill.client().get(grill.feed()).revisions().isEmpty());
        assertTrue(fryer.client().get(fryer.feed()).revisions().isEmpty());
    }
}
