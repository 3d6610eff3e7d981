package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.LogLimits;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The audit feed has each change of accounts, groups and operators, each bulk change, and refused attempts. */
class AuditTest {
    private final TestClock clock = new TestClock("2026-11-22T08:00:00Z");
    private ApiFixture server;

    @BeforeEach
    void start() {
        server = ApiFixture.of(FeedApiOptions.DEFAULT.withLimits(LogLimits.DEFAULT), clock);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static CheckedResponse send(ApiClient client, String method, String path, String json) {
        return client.send(method, path, BodyPublishers.ofString(json), "Content-Type", "application/json");
    }

    private ApiClient operator(String name, String role) {
        return server.as(send(server.operator(), "PUT", "/v1/operators/" + name, "{\"role\":\"" + role + "\"}")
                .expect(201)
                .text("token"));
    }

    private JsonNode feed() {
        return server.operator().get("/v1/audit/feed?limit=1000").expect(200).json();
    }

    /** Each record in one line: caller, method, route and result. */
    private List<String> records() {
        List<String> records = new ArrayList<>();
        feed().forEach(change -> records.add(String.join(
                " ",
                change.path("subject").asText(),
                change.at("/data/method").asText(),
                change.at("/data/route").asText(),
                change.at("/data/result").asText())));
        return records;
    }

    @Test
    void recordSaysWhoFromWhereWhatAndWhen() {
        ApiClient alice = operator("alice", "administer");

        alice.put("/v1/devices/grill").expect(201);

        JsonNode change = feed().get(1);
        assertEquals("io.bellwire.audit.changed", change.path("type").asText());
        assertEquals("operators/alice", change.path("subject").asText());
        assertEquals("2026-11-22T08:00:00.000Z", change.path("time").asText());
        assertEquals(
                "{\"address\":\"127.0.0.1\",\"method\":\"PUT\",\"route\":\"/v1/devices/{id}\",\"ids\":{\"id\":\"grill\"},"
                        + "\"result\":\"done\"}",
                change.path("data").toString());
    }

    @Test
    void everyChangeOfAccountsGroupsAndOperatorsIsRecordedOnce() {
        ApiClient operator = server.operator();
        operator("alice", "read");
        send(operator, "PATCH", "/v1/operators/alice", "{\"role\":\"orders\"}").expect(200);
        operator.post("/v1/operators/alice/token").expect(200);
        operator.delete("/v1/operators/alice").expect(204);
        operator.put("/v1/devices/grill").expect(201);
        operator.put("/v1/devices/grill").expect(200);
        operator.post("/v1/devices/grill/secret?overlap_s=60").expect(200);
        operator.delete("/v1/devices/grill/secret/old").expect(204);
        operator.put("/v1/partners/cafe").expect(201);
        operator.put("/v1/groups/stores/17").expect(201);
        operator.put("/v1/groups/stores/17").expect(200);
        operator.put("/v1/groups/stores/17/members/grill").expect(201);
        operator.delete("/v1/groups/stores/17/members/grill").expect(200);
        operator.delete("/v1/groups/stores/17/members/grill").expect(404);
        operator.delete("/v1/devices/grill").expect(204);
        operator.delete("/v1/devices/none").expect(404);

        assertEquals(
                List.of(
                        "operator PUT /v1/operators/{id} done",
                        "operator PATCH /v1/operators/{id} done",
                        "operator POST /v1/operators/{id}/token done",
                        "operator DELETE /v1/operators/{id} done",
                        "operator PUT /v1/devices/{id} done",
                        "operator POST /v1/devices/{id}/secret done",
                        "operator DELETE /v1/devices/{id}/secret/old done",
                        "operator PUT /v1/partners/{id} done",
                        "operator PUT /v1/groups/{kind}/{id} done",
                        "operator PUT /v1/groups/{kind}/{id}/members/{device} done",
                        "operator DELETE /v1/groups/{kind}/{id}/members/{device} done",
                        "operator DELETE /v1/devices/{id} done"),
                records());
    }

    @Test
    void bulkChangesOfOperatorsAndPartnersAreRecordedAndSingleOrdersAreNot() {
        ApiFixture.Device grill = server.register("grill");
        ApiFixture.Partner cafe = server.registerPartner("cafe");
        String order = server.order(grill, cafe).json().path("id").asText();
        String other = server.order(grill, cafe).json().path("id").asText();
        server.operator().step("/v1/orders/" + order, "accepted").expect(200);
        int before = records().size();
        String body = "{\"status_changes\":[{\"order_id\":\"" + other + "\",\"new_status\":\"%s\"}]}";

        grill.client()
                .postJson("/v1/orders/bulk-status-change", String.format(body, "accepted"))
                .expect(200);
        assertEquals(before, records().size(), "a device's own");
        cafe.client()
                .postJson("/v1/orders/bulk-status-change", String.format(body, "cancelled"), "Idempotency-Key", "1")
                .expect(200);
        cafe.client()
                .postJson("/v1/orders/bulk-status-change", String.format(body, "cancelled"), "Idempotency-Key", "1")
                .expect(200);

        assertEquals(
                List.of("partners/" + cafe.id() + " POST /v1/orders/bulk-status-change done"),
                records().subList(before, records().size()));
    }

    @Test
    void operatorsAcknowledgementIsRecordedAndTheReadersIsNot() {
        ApiFixture.Device grill = server.register("grill");
        server.orders(grill, 2);
        String first = grill.client().get(grill.feed() + "?limit=1").cursor();
        String second = grill.client().get(grill.feed()).cursor();
        int before = records().size();

        grill.client()
                .postJson(grill.path() + "/acks", "{\"processed\":\"" + first + "\"}")
                .expect(200);
        assertEquals(before, records().size());
        server.operator()
                .postJson(grill.path() + "/acks", "{\"processed\":\"" + second + "\"}")
                .expect(200);

        assertEquals(before + 1, records().size());
    }

    @Test
    void guarantee6RefusedAttemptsAreRecordedAtALimitedRate() {
        ApiClient alice = operator("alice", "read");
        String id = "x".repeat(200);

        for (int i = 0; i < 30; i++) {
            alice.put("/v1/devices/" + id).expect(403);
        }

        await().until(() -> records().size() == 11);
        JsonNode refused = feed().get(10);
        assertEquals("io.bellwire.audit.refused", refused.path("type").asText());
        assertEquals("refused", refused.at("/data/result").asText());
        assertEquals(id.substring(0, 64), refused.at("/data/ids/id").asText());
        assertEquals(
                20,
                server.meters()
                        .get("bellwire.audit.refusals")
                        .tag("recorded", "false")
                        .counter()
                        .count());
        alice.get("/v1/audit/feed").expectProblem(403, "forbidden", "administer");
    }

    @Test
    void recordsContainNoSecretsAndNoBodies() {
        String token = operator("alice", "administer").token();
        ApiClient alice = server.as(token);
        String first = alice.put("/v1/devices/grill").text("secret");
        String second = alice.post("/v1/devices/grill/secret").text("secret");

        String all = feed().toString();

        for (String secret : List.of(token, first, second, server.operator().token(), "administer")) {
            assertFalse(all.contains(secret), all);
        }
        assertTrue(all.contains("grill"));
    }
}
