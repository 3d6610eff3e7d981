package io.bellwire.http;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests as many different answers as possible. {@link CheckedResponse} checks each against the OpenAPI document. */
class OpenApiCheckTest {
    private static final String PATCH_TYPE = "application/merge-patch+json";
    private static final String NO_ORDER = "01930000-0000-7000-8000-000000000000";
    private static ApiFixture server;
    private ApiFixture.Device grill;
    private ApiClient cafe;
    private String cafePath;
    private String order;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void placeAnOrder() {
        grill = server.register("grill");
        cafePath = "/v1/partners/" + grill.id();
        cafe = server.as(server.operator()
                .put(cafePath)
                .expect(201)
                .json()
                .path("secret")
                .asText());
        order = cafe.order(grill.order()).expect(201).header("location");
    }

    private static CheckedResponse patch(ApiClient caller, String path, String patch, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = PATCH_TYPE;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return caller.send("PATCH", path, BodyPublishers.ofString(patch), all);
    }

    @Test
    void locks() {
        String lock = order + "/lock";
        String token = cafe.postJson(lock, "{\"seconds\":60}")
                .expect(201)
                .json()
                .path("lock_token")
                .asText();
        cafe.postJson(lock, "{}", "X-Lock-Token", token).expect(201);
        grill.client().post(lock).expectProblem(409, "locked", "");
        patch(grill.client(), order, "{\"status\":\"accepted\"}", "If-Match", "*")
                .expectProblem(409, "locked", "");
        cafe.send("DELETE", lock, BodyPublishers.noBody()).expect(400);
        cafe.send("DELETE", lock, BodyPublishers.noBody(), "X-Lock-Token", token)
                .expect(204);
        cafe.send("DELETE", lock, BodyPublishers.noBody(), "X-Lock-Token", token)
                .expectProblem(409, "lock-lost", "");
        cafe.postJson(lock, "{\"seconds\":301}").expect(400);
        cafe.post("/v1/orders/" + NO_ORDER + "/lock").expect(404);
    }

    @Test
    void changesOfOneOrder() {
        patch(cafe, order, "{\"volume\":2}").expect(428);
        patch(cafe, order, "{\"volume\":2}", "If-Match", "\"9\"").expect(412);
        patch(cafe, order, "{\"volume\":2}", "If-Match", "\"1\"", "Idempotency-Key", "a")
                .expect(200);
        patch(cafe, order, "{\"volume\":2}", "If-Match", "\"1\"", "Idempotency-Key", "a")
                .expect(200);
        patch(cafe, order, "{\"volume\":3}", "If-Match", "\"1\"", "Idempotency-Key", "a")
                .expect(422);
        patch(cafe, order, "{\"status\":\"ready\"}", "If-Match", "*").expectProblem(409, "forbidden-step", "");
        patch(grill.client(), order, "{\"volume\":4}", "If-Match", "*").expect(403);
        patch(cafe, order, "{\"volume\":null,\"data\":{\"a\":[null,1.50]}}", "If-Match", "*")
                .expect(200);
        cafe.postAs("text/plain", "/v1/orders", "{}").expect(415);
        cafe.get(order, "If-None-Match", "\"3\"").expect(304);
    }

    @Test
    void manyOrdersAtOnce() {
        String id = order.substring(order.lastIndexOf('/') + 1);
        String locked = cafe.order(grill.order()).expect(201).header("location");
        cafe.post(locked + "/lock").expect(201);
        String[] items = {
            "{\"order_id\":\"" + id + "\",\"new_status\":\"accepted\"}",
            "{\"order_id\":\"" + id + "\",\"new_status\":\"delivered\"}",
            "{\"order_id\":\"" + id + "\",\"new_status\":\"cancelled\"}",
            "{\"order_id\":\"" + id + "\",\"new_status\":\"eaten\"}",
            "{\"order_id\":\"" + locked.substring(locked.lastIndexOf('/') + 1) + "\",\"new_status\":\"accepted\"}",
            "{\"order_id\":\"\u00e4 \\\"\",\"new_status\":\"accepted\"}",
        };
        grill.client()
                .postJson("/v1/orders/bulk-status-change", "{\"status_changes\":[" + String.join(",", items) + "]}")
                .expect(200);
        server.operator()
                .postJson("/v1/orders/bulk-status-change", "{\"status_changes\":[" + items[0] + "]}")
                .expect(200);
        server.operator()
                .postJson("/v1/orders/bulk-status-change", "{\"status_changes\":[]}")
                .expect(200);
    }

    @Test
    void listsAndFeeds() {
        String history = "/v1/orders/created-history";
        String first = cafe.get(history)
                .expect(200)
                .json()
                .at("/orders_created_events/0/id")
                .asText();
        cafe.get(history + "?limit=1&newer_than=" + first).expect(200);
        cafe.get(history + "?older_than=aaaaaaaaaa.1.0000001").expect(410);
        cafe.get(history + "?older_than=x").expect(400);
        cafe.get("/v1/orders/pending").expect(200);
        grill.client().get("/v1/orders/pending").expect(200);
        grill.client().get("/v1/orders/pending?cursor=aaaaaaaaaa.1.0000001").expect(410);
        CheckedResponse page = cafe.get(cafePath + "/feed").expect(200);
        cafe.postJson(cafePath + "/acks", "{\"processed\":\"" + page.cursor() + "\"}", "Idempotency-Key", "a")
                .expect(200);
        cafe.postJson(cafePath + "/acks", "{\"processed\":\"" + Cursors.madeUp(page.cursor(), 999) + "\"}")
                .expect(409);
        cafe.get(cafePath + "/feed?cursor=aaaaaaaaaa.1.0000001").expect(410);
        cafe.get(cafePath).expect(200);
    }

    @Test
    void ordersByWayOfAStatus() {
        String status = cafe.postJson("/v1/orders?prefer=respond-async", grill.order())
                .expect(202)
                .header("location");
        cafe.get(status).expect(200).header("retry-after");
        patch(grill.client(), status.replace("/status", ""), "{\"status\":\"accepted\"}", "If-Match", "*")
                .expect(200);
        cafe.get(status).expect(200);
    }

    @Test
    void partners() {
        server.operator().put(cafePath).expect(200);
        server.operator().post(cafePath + "/secret").expect(200);
        server.operator().delete(cafePath).expect(204);
        server.operator().get("/v1/partners/nobody").expect(404);
    }

    @Test
    void foreignEvents() {
        server.operator()
                .postAs(
                        "application/cloudevents-batch+json",
                        "/v1/events",
                        "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/plan\",\"type\":\"a.b\",\"deviceid\":\""
                                + grill.id() + "\",\"hot\":true,\"rank\":7,\"data_base64\":\"AAEC\","
                                + "\"datacontenttype\":\"application/octet-stream\",\"dataschema\":\"urn:a\"}]")
                .expect(200);
        grill.client().get(grill.feed()).expect(200);
    }
}
