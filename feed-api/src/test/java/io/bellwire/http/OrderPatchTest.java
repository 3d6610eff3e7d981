package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Merge patches: their effect on an order, and which are refused. */
class OrderPatchTest {
    private static final int ORDER_BYTES_MAX = 64 << 10;
    private static ApiFixture server;
    private ApiFixture.Device grill;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void register() {
        grill = server.register("grill");
    }

    private String order(String fields) {
        return server.operator()
                .order("{\"device_id\":\"" + grill.id() + "\"" + fields + "}")
                .expect(201)
                .header("location");
    }

    private static CheckedResponse patch(String order, String json) {
        return server.operator().patch(order, json, "If-Match", "*");
    }

    /** The examples of RFC 7396, appendix A, inside an order's data. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'a':'b'} | {'a':'c'} | {'a':'c'}",
                "{'a':'b'} | {'b':'c'} | {'a':'b','b':'c'}",
                "{'a':'b'} | {'a':null} | {}",
                "{'a':'b','b':'c'} | {'a':null} | {'b':'c'}",
                "{'a':['b']} | {'a':'c'} | {'a':'c'}",
                "{'a':'c'} | {'a':['b']} | {'a':['b']}",
                "{'a':{'b':'c'}} | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]} | {'a':[1]} | {'a':[1]}",
                "{'e':null} | {'a':1} | {'e':null,'a':1}",
                "{} | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}",
                "{'a':1.50} | {'b':[null,{'c':null}]} | {'a':1.50,'b':[null,{'c':null}]}",
            })
    void dataIsMergedAsTheStandardSays(String data, String patch, String result) {
        String order = order(",\"data\":" + data.replace('\'', '"'));

        CheckedResponse patched =
                patch(order, "{\"data\":" + patch.replace('\'', '"') + "}").expect(200);

        assertTrue(patched.text().contains(",\"data\":" + result.replace('\'', '"') + ",\"version\":"), patched.text());
        assertEquals(patched.text(), server.operator().get(order).text());
    }

    @Test
    void numbersStayAsTheyWereWrittenThroughEveryChange() {
        String numbers = "[1.10,12345678901234567.89,1E400,1e-7,-0,100000000000000000000]";
        String order = order(",\"volume\":2.50,\"data\":{\"a\":" + numbers + "}");

        patch(order, "{\"data\":{\"b\":" + numbers + "}}").expect(200);
        server.operator()
                .postJson(
                        "/v1/orders/bulk-status-change",
                        "{\"status_changes\":[{\"order_id\":\"" + order.substring("/v1/orders/".length())
                                + "\",\"new_status\":\"accepted\"}]}")
                .expect(200);

        String kept = "\"volume\":2.50,\"data\":{\"a\":" + numbers + ",\"b\":" + numbers + "},\"version\":3";
        String there = server.operator().get(order).text();
        assertTrue(there.contains(kept), there);
        String feed = grill.client().get(grill.feed()).text();
        assertTrue(feed.contains(kept), feed);
    }

    @Test
    void nullTakesAFieldAwayAndWhatIsNotNamedStays() {
        String order = order(",\"recipe_id\":\"latte\",\"volume\":\"2 cups\",\"data\":{\"sugar\":2}");

        CheckedResponse patched =
                patch(order, "{\"recipe_id\":null,\"data\":null}").expect(200);

        assertFalse(patched.json().has("recipe_id"));
        assertFalse(patched.json().has("data"));
        assertEquals("2 cups", patched.text("volume"));
        assertEquals(2, patched.json().path("version").asInt());
        CheckedResponse again =
                patch(order, "{\"data\":{\"sugar\":0},\"volume\":0.250}").expect(200);
        assertTrue(again.text().contains("\"status\":\"new\",\"volume\":0.250,\"data\":{\"sugar\":0},\"version\":3,"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[] | must be a JSON object",
                "'x' | must be a JSON object",
                "{'id':'x'} | id cannot be changed",
                "{'device_id':'x'} | device_id cannot be changed",
                "{'partner_id':null} | partner_id cannot be changed",
                "{'version':7} | version cannot be changed",
                "{'created_at':null} | created_at cannot be changed",
                "{'updated_at':null} | updated_at cannot be changed",
                "{'colour':'red'} | unknown field \"colour\"",
                "{'status':'done'} | status must be one of new, accepted, rejected, in_progress, ready, delivered, cancelled",
                "{'status':'NEW'} | status must be one of",
                "{'status':null} | status must be a string",
                "{'status':7} | status must be a string",
                "{'status':'rejected'} | reason is missing",
                "{'reason':'why not'} | reason goes with status",
                "{'status':'accepted','reason':null} | reason must be a string",
                "{'status':'accepted','reason':''} | reason must have 1 to 256",
                "{'recipe_id':''} | recipe_id must have 1 to 128",
                "{'volume':[]} | volume must be",
                "{'data':'x'} | data must be a JSON object",
                "{'data':{'a':1,'a':2}} | not valid JSON",
                "{ | not valid JSON",
            })
    void patchThatIsNotOneIsRefusedByName(String json, String detail) {
        String order = order("");

        patch(order, json.replace('\'', '"')).expectProblem(400, "invalid-request", detail);

        assertEquals(1, server.operator().get(order).json().path("version").asInt());
    }

    @Test
    void overLongReasonIsRefused() {
        String order = order("");
        for (int length : new int[] {257, 256}) {
            patch(order, "{\"status\":\"rejected\",\"reason\":\"" + "x".repeat(length) + "\"}")
                    .expect(length == 257 ? 400 : 200);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"application/merge-patch+json", "application/json", "application/merge-patch+json;charset=utf-8"
            })
    void mergePatchMayCallItselfJson(String type) {
        server.operator()
                .send(
                        "PATCH",
                        order(""),
                        java.net.http.HttpRequest.BodyPublishers.ofString("{\"volume\":1}"),
                        "Content-Type",
                        type,
                        "If-Match",
                        "*")
                .expect(200);
    }

    @Test
    void otherKindsOfPatchAreRefused() {
        server.operator()
                .send(
                        "PATCH",
                        order(""),
                        java.net.http.HttpRequest.BodyPublishers.ofString("[]"),
                        "Content-Type",
                        "application/json-patch+json",
                        "If-Match",
                        "*")
                .expectProblem(415, "unsupported-media-type", "merge-patch");
    }

    @Test
    void patchMayNotGrowTheOrderBeyondItsLimit() {
        String order = order(",\"data\":{\"a\":\"" + "x".repeat(40_000) + "\"}");
        String more = "{\"data\":{\"b\":\"" + "x".repeat(30_000) + "\"}}";

        CheckedResponse refused = patch(order, more);

        refused.expectProblem(413, "too-large", "65536");
        assertEquals(1, server.operator().get(order).json().path("version").asInt());
        assertEquals(List.of(1L), grill.client().get(grill.feed()).revisions());
        patch(order, "{\"data\":{\"b\":\"" + "x".repeat(20_000) + "\"}}").expect(200);
        patch(order, "{\"data\":{\"a\":null}}").expect(200);
        patch(order, more).expect(200);
    }

    @Test
    void orderOfTheLargestSizeStillGoesItsWayAndShrinks() {
        String frame = "{\"device_id\":\"" + grill.id() + "\",\"data\":{\"a\":\"\"}}";
        String order = server.operator()
                .order(frame.replace("\"\"", "\"" + "x".repeat(ORDER_BYTES_MAX - frame.length()) + "\""))
                .expect(201)
                .header("location");

        grill.client().step(order, "accepted").expect(200);
        patch(order, "{\"volume\":1}").expectProblem(413, "too-large", "65536");
        assertTrue(patch(order, "{\"data\":{\"a\":\"" + "y".repeat(ORDER_BYTES_MAX - 1_000) + "\"}}")
                        .expect(200)
                        .bytes()
                        .length
                < ORDER_BYTES_MAX);
    }

    @Test
    void patchBodyOverItsLimitIsRefused() {
        patch(order(""), " ".repeat(ORDER_BYTES_MAX + 1)).expectProblem(413, "too-large", "65536");
    }

    @Test
    void orderThatIsNotThereIsNotFound() {
        for (String id : List.of("01930000-0000-7000-8000-000000000000", "nonsense")) {
            patch("/v1/orders/" + id, "{}").expectProblem(404, "not-found", "no order");
        }
    }
}
