package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Changes of the status of many orders in one request, which also acknowledge them. */
class BulkStatusChangeTest {
    private static ApiFixture server;
    private ApiFixture.Device grill;
    private List<String> orders;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void threeOrders() {
        grill = server.register("grill");
        orders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            orders.add(order());
        }
    }

    private String order() {
        return server.operator().order(grill.order()).expect(201).text("id");
    }

    private static String accept(String order) {
        return "{\"order_id\":\"" + order + "\",\"new_status\":\"accepted\"}";
    }

    private static String reject(String order) {
        return "{\"order_id\":\"" + order + "\",\"new_status\":\"rejected\",\"reason\":\"sold out\"}";
    }

    private static String body(String... items) {
        return Stream.of(items).collect(Collectors.joining(",", "{\"status_changes\":[", "]}"));
    }

    private static CheckedResponse bulk(ApiClient caller, String... items) {
        return caller.postJson("/v1/orders/bulk-status-change", body(items));
    }

    private int processed() {
        return grill.client()
                .get(grill.path())
                .expect(200)
                .json()
                .path("processed")
                .asInt();
    }

    @Test
    void resultsComeInTheOrderOfItemsAndOneBadItemSpoilsNoOther() {
        String rejected = "{\"order_id\":\"" + orders.get(2) + "\",\"new_status\":\"rejected\"}";
        String odd = "\ud83c\udf54".repeat(40);
        JsonNode results = bulk(
                        grill.client(),
                        accept(orders.get(1)),
                        rejected,
                        accept("01930000-0000-7000-8000-000000000000"),
                        accept(odd),
                        "{\"order_id\":\"" + orders.get(0) + "\",\"new_status\":\"ready\"}",
                        reject(orders.get(0)))
                .expect(200)
                .json()
                .path("results");

        assertEquals(6, results.size());
        List<String> types = new ArrayList<>();
        results.forEach(result -> types.add(result.path("result").asText()
                + result.path("problem").path("type").asText()));
        assertEquals(
                List.of(
                        "done",
                        "refusedurn:bellwire:problem:invalid-request",
                        "refusedurn:bellwire:problem:not-found",
                        "refusedurn:bellwire:problem:not-found",
                        "refusedurn:bellwire:problem:forbidden-step",
                        "done"),
                types);
        assertEquals(orders.get(1), results.get(0).path("order_id").asText());
        assertEquals("accepted", results.get(0).path("status").asText());
        assertEquals(2, results.get(0).path("version").asInt());
        assertEquals(
                "reason is missing: a rejection gives one",
                results.get(1).path("problem").path("detail").asText());
        assertEquals("?".repeat(40), results.get(3).path("order_id").asText());
        CheckedResponse response =
                server.operator().get("/v1/orders/" + orders.get(0)).expect(200);
        assertEquals("sold out", response.text("reason"));
        assertEquals("new", server.operator().get("/v1/orders/" + orders.get(2)).text("status"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'order_id':'ID' | invalid-request | new_status is missing",
                "'order_id':'ID','new_status':'done' | invalid-request | new_status must be one of new, accepted",
                "'order_id':'ID','new_status':null | invalid-request | new_status must be one of",
                "'order_id':'ID','new_status':'accepted','reason':7 | invalid-request | reason must be a string",
                "'order_id':'ID','new_status':'accepted','volume':7 | invalid-request | unknown field \"volume\"",
                "'order_id':'ID','new_status':'cancelled' | forbidden | cancels nothing",
            })
    void itemThatIsNotOneIsRefusedByName(String item, String type, String detail) {
        JsonNode problem = bulk(grill.client(), "{" + item.replace('\'', '"').replace("ID", orders.get(0)) + "}")
                .expect(200)
                .json()
                .at("/results/0/problem");

        assertEquals("urn:bellwire:problem:" + type, problem.path("type").asText());
        assertTrue(problem.path("detail").asText().contains(detail), problem.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | status_changes must be an array",
                "{'status_changes':{}} | status_changes must be an array",
                "{'status_changes':[7]} | status_changes[0] must be an object",
                "{'status_changes':[{'new_status':'accepted'}]} | status_changes[0] must be an object with order_id",
                "{'status_changes':[],'x':1} | unknown field \"x\"",
                "[] | must be a JSON object",
            })
    void callThatIsNotOneIsRefusedAsAWhole(String json, String detail) {
        grill.client()
                .postJson("/v1/orders/bulk-status-change", json.replace('\'', '"'))
                .expectProblem(400, "invalid-request", detail);
    }

    @Test
    void moreThanFiveHundredItemsAreRefused() {
        String item = accept(orders.get(0));
        bulk(grill.client(), Collections.nCopies(501, item).toArray(String[]::new))
                .expectProblem(413, "too-large", "500");
        JsonNode results = bulk(grill.client(), Collections.nCopies(500, item).toArray(String[]::new))
                .expect(200)
                .json()
                .path("results");
        assertEquals(500, results.size());
        assertEquals(List.of(1L, 2L, 3L, 4L), grill.client().get(grill.feed()).revisions(), "and it is one change");
    }

    @Test
    void sameOrderMayTakeTwoStepsInOneCall() {
        JsonNode results = bulk(
                        grill.client(),
                        accept(orders.get(0)),
                        "{\"order_id\":\"" + orders.get(0) + "\",\"new_status\":\"in_progress\"}",
                        accept(orders.get(0)))
                .expect(200)
                .json()
                .path("results");

        assertEquals(2, results.get(0).path("version").asInt());
        assertEquals(3, results.get(1).path("version").asInt());
        assertEquals("refused", results.get(2).path("result").asText());
        assertEquals(
                List.of(1L, 2L, 3L, 4L, 5L), grill.client().get(grill.feed()).revisions());
    }

    @Test
    void guarantee6OrderOfAnotherLooksLikeOneThatIsNotThere() {
        ApiFixture.Device fryer = server.register("fryer");
        ApiFixture.Partner acme = server.registerPartner("acme");

        for (ApiClient caller : List.of(fryer.client(), acme.client())) {
            JsonNode results = bulk(caller, accept(orders.get(0)), accept("01930000-0000-7000-8000-000000000000"))
                    .expect(200)
                    .json()
                    .path("results");
            assertEquals(results.get(1).path("problem"), results.get(0).path("problem"));
        }
        assertEquals(List.of(1L, 2L, 3L), grill.client().get(grill.feed()).revisions());
    }

    @Test
    void repeatedCallDoesNothingMore() {
        CheckedResponse first = bulk(grill.client(), accept(orders.get(0)), reject(orders.get(1)))
                .expect(200);

        CheckedResponse again = bulk(grill.client(), accept(orders.get(0)), reject(orders.get(1)))
                .expect(200);

        assertEquals(first.text(), again.text());
        assertEquals(5, grill.client().get(grill.feed()).revisions().size());
    }

    @Test
    void processedPositionMovesToTheEndOfWhatIsDoneAndNotFurther() {
        assertEquals(0, processed());
        bulk(grill.client(), accept(orders.get(0))).expect(200);
        assertEquals(1, processed(), "the second order is still new");
        bulk(grill.client(), accept(orders.get(2))).expect(200);
        assertEquals(1, processed());
        bulk(grill.client(), reject(orders.get(1))).expect(200);
        assertEquals(6, processed(), "all three creations and all three steps");

        String late = order();
        bulk(grill.client(), reject("01930000-0000-7000-8000-000000000000")).expect(200);
        assertEquals(6, processed());
        String head = grill.client().get(grill.feed()).cursor();
        grill.client()
                .postJson(grill.path() + "/acks", "{\"processed\":\"" + head + "\"}")
                .expect(200);
        assertEquals(7, processed(), "an explicit acknowledgement stays possible");
        bulk(grill.client(), accept(late)).expect(200);
        assertEquals(8, processed());
    }

    @Test
    void otherCallersMoveNoPositionButTheirOwn() {
        ApiFixture.Partner acme = server.registerPartner("acme");
        ApiFixture.Device fryer = server.register("fryer");
        String theirs = server.order(fryer, acme).text("id");

        bulk(server.operator(), accept(orders.get(0))).expect(200);
        assertEquals(0, processed());
        bulk(acme.client(), accept(theirs)).expect(200);

        assertEquals(
                2,
                acme.client()
                        .get(acme.path())
                        .expect(200)
                        .json()
                        .path("processed")
                        .asInt());
        assertEquals(
                0,
                fryer.client()
                        .get(fryer.path())
                        .expect(200)
                        .json()
                        .path("processed")
                        .asInt());
    }

    @Test
    void processedPositionStopsAtWhatIsNoOrdersChange() {
        server.operator()
                .postAs(
                        "application/cloudevents+json",
                        "/v1/events",
                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/" + grill.id()
                                + "\",\"type\":\"t\",\"deviceid\":\"" + grill.id() + "\"}")
                .expect(200);

        bulk(grill.client(), orders.stream().map(BulkStatusChangeTest::accept).toArray(String[]::new))
                .expect(200);

        assertEquals(3, processed(), "whether the device is done with the event, it alone knows");
    }

    @Test
    void processedPositionPassesMoreChangesThanAPageHolds() {
        for (int call = 0; call < 3; call++) {
            String[] items = new String[500];
            for (int i = 0; i < items.length; i++) {
                items[i] = "{\"order_id\":\"" + orders.get(0) + "\",\"new_status\":\"accepted\",\"reason\":\"" + call
                        + "." + i + "\"}";
            }
            bulk(server.operator(), items).expect(200);
        }
        assertEquals(0, processed());

        bulk(grill.client(), accept(orders.get(1)), accept(orders.get(2))).expect(200);

        assertEquals(3 + 1_500 + 2, processed());
    }

    private String largeOrder(ApiFixture.Device device) {
        return server.operator()
                .order("{\"device_id\":\"" + device.id() + "\",\"data\":{\"a\":\"" + "x".repeat(60_000) + "\"}}")
                .expect(201)
                .text("id");
    }

    private static String[] repeated(String order, int count, boolean isAnotherReason) {
        String[] items = new String[count];
        for (int i = 0; i < count; i++) {
            items[i] = "{\"order_id\":\"" + order + "\",\"new_status\":\"accepted\",\"reason\":\"r"
                    + (isAnotherReason ? i : 0) + "\"}";
        }
        return items;
    }

    @Test
    void guarantee6LargeOrderThatIsNamedManyTimesIsOneChange() {
        ApiFixture.Device fryer = server.register("fryer");
        String order = largeOrder(fryer);

        JsonNode results = bulk(fryer.client(), repeated(order, BulkEndpoint.ITEMS_MAX, false))
                .expect(200)
                .json()
                .path("results");

        assertEquals(BulkEndpoint.ITEMS_MAX, results.size());
        results.forEach(result -> assertEquals(2, result.path("version").asInt()));
        assertEquals(List.of(1L, 2L), fryer.client().get(fryer.feed()).revisions());
    }

    @Test
    void guarantee6ManyChangesOfALargeOrderAreRefusedAndOthersAreServed() {
        ApiFixture.Device fryer = server.register("fryer");
        String order = largeOrder(fryer);
        List<CompletableFuture<CheckedResponse>> attack = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            attack.add(fryer.client()
                    .postLater(
                            "application/json",
                            "/v1/orders/bulk-status-change",
                            body(repeated(order, BulkEndpoint.ITEMS_MAX, true))));
        }
        for (int i = 0; i < 8; i++) {
            server.operator().order(grill.order()).expect(201);
        }

        attack.forEach(one -> one.join().expectProblem(413, "too-large", "together"));
        assertEquals(List.of(1L), fryer.client().get(fryer.feed()).revisions());
    }

    @Test
    void guarantee6OrdersOfABulkChangeAreLimitedByTheirSize() {
        ApiFixture.Device fryer = server.register("fryer");
        List<String> items = new ArrayList<>();
        for (int i = 0; i * 60_000 <= BulkEndpoint.ORDER_BYTES_MAX; i++) {
            items.add(accept(largeOrder(fryer)));
        }

        bulk(fryer.client(), items.toArray(String[]::new)).expectProblem(413, "too-large", "together");

        bulk(fryer.client(), items.subList(0, 10).toArray(String[]::new)).expect(200);
    }
}
