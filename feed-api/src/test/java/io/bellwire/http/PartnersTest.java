package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partners: callers that place orders and see only these. */
class PartnersTest {
    private static ApiFixture server;
    private ApiFixture.Device grill;
    private ApiFixture.Partner acme;
    private ApiFixture.Partner other;

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
        acme = server.registerPartner("acme");
        other = server.registerPartner("other");
    }

    @Test
    void secretIsShownOnce() {
        CheckedResponse made = server.operator().put("/v1/partners/bistro").expect(201);

        assertEquals("bistro", made.text("partner_id"));
        assertEquals(43, made.text("secret").length());
        assertEquals("no-store", made.header("cache-control"));
        CheckedResponse again = server.operator().put("/v1/partners/bistro").expect(200);
        assertFalse(again.json().has("secret"));
        assertEquals(made.text("created_at"), again.text("created_at"));
        server.operator().put("/v1/partners/no%20name").expect(404);
    }

    @Test
    void newSecretEndsTheOldOne() {
        String secret =
                server.operator().post(acme.path() + "/secret").expect(200).text("secret");

        acme.client().get(acme.feed()).expect(401);
        server.as(secret).get(acme.feed()).expect(200);
        server.operator().post("/v1/partners/nobody/secret").expectProblem(404, "not-found", "no partner nobody");
    }

    @Test
    void disabledPartnerIsNobodyAndComesBackWithTheSameFeed() {
        server.order(grill, acme);
        server.operator().delete(acme.path()).expect(204);

        acme.client().get(acme.feed()).expect(401);
        acme.client().order(grill.order()).expect(401);
        assertTrue(server.operator().get(acme.path()).json().path("disabled").asBoolean());
        server.order(grill, acme);
        String secret = server.operator().put(acme.path()).expect(201).text("secret");
        assertEquals(List.of(1L, 2L), server.as(secret).get(acme.feed()).revisions());
        server.operator().delete("/v1/partners/nobody").expect(404);
    }

    @Test
    void partnerAndDeviceOfOneNameAreTwo() {
        server.operator().put("/v1/devices/" + acme.id()).expect(201);
        server.order(grill, acme);

        assertEquals(
                List.of(),
                server.operator().get("/v1/devices/" + acme.id() + "/feed").revisions());
        acme.client().get("/v1/devices/" + acme.id()).expectProblem(403, "forbidden", "another");
        acme.client().get("/v1/devices/" + acme.id() + "/feed").expect(403);
    }

    @Test
    void partnerPlacesItsOwnOrdersAlone() {
        CheckedResponse forced = acme.client().order(grill.order()).expect(201);
        assertEquals(acme.id(), forced.text("partner_id"));
        acme.client()
                .order("{\"device_id\":\"" + grill.id() + "\",\"partner_id\":\"" + acme.id() + "\"}")
                .expect(201);
        for (String partner : List.of("\"" + other.id() + "\"", "null", "7", "{}")) {
            acme.client()
                    .order("{\"device_id\":\"" + grill.id() + "\",\"partner_id\":" + partner + "}")
                    .expectProblem(403, "forbidden", "partner_id");
        }
        acme.client().order("[]").expect(400);
        assertEquals(List.of(), other.client().get(other.feed()).revisions());
    }

    @Test
    void guarantee6PartnerSeesAndChangesItsOwnOrdersAlone() {
        String theirs = server.order(grill, other).header("location");
        String nobodys = server.operator().order(grill.order()).expect(201).header("location");
        String ours = acme.client().order(grill.order()).expect(201).header("location");

        for (String foreign : List.of(theirs, nobodys)) {
            acme.client().get(foreign).expectProblem(404, "not-found", "no order");
            acme.client().step(foreign, "cancelled").expect(404);
            acme.client().get(foreign + "/status").expect(404);
        }
        acme.client().get(ours).expect(200);
        assertEquals(
                2,
                acme.client()
                        .patch(ours, "{\"volume\":2}", "If-Match", "\"1\"")
                        .expect(200)
                        .json()
                        .path("version")
                        .asInt());
        assertEquals(
                "cancelled", acme.client().step(ours, "cancelled").expect(200).text("status"));
        assertEquals(List.of(1L, 2L, 3L), acme.client().get(acme.feed()).revisions());
        assertEquals(List.of(1L), other.client().get(other.feed()).revisions());
    }

    @Test
    void partnerHasAFeedAndAPositionOfItsOwn() {
        server.order(grill, acme);
        server.order(grill, acme);

        CheckedResponse page = acme.client().get(acme.feed() + "?limit=1").expect(200);
        assertEquals(
                "/v1/partners/" + acme.id() + "/feed",
                page.json().at("/0/source").asText());
        assertEquals("false", page.header("bellwire-up-to-date"));
        CheckedResponse positions = acme.client()
                .postJson(acme.path() + "/acks", "{\"processed\":\"" + page.cursor() + "\"}")
                .expect(200);
        assertEquals("1", positions.text("processed"));
        CheckedResponse shown = acme.client().get(acme.path()).expect(200);
        assertEquals(acme.id(), shown.text("partner_id"));
        assertEquals("1", shown.text("processed"));
        assertEquals("2", shown.text("head"));
        assertEquals("1", shown.text("pending"));
        assertEquals(
                "0", server.operator().get(grill.path()).expect(200).text("processed"), "the device is another reader");
        acme.client()
                .postJson(acme.path() + "/acks", "{\"processed\":\"" + Cursors.madeUp(page.cursor(), 3) + "\"}")
                .expectProblem(409, "conflict", "ahead");
        CheckedResponse reset =
                acme.client().get(acme.feed() + "?cursor=aaaaaaaaaa.1.0000001").expect(410);
        assertEquals("/v1/orders/created-history", reset.text("snapshot"));
    }

    @Test
    void partnerThatWaitsIsAnsweredByItsNextOrder() {
        CompletableFuture<CheckedResponse> poll = acme.client().getLater(acme.feed() + "?wait_ms=30000");
        server.order(grill, other);
        server.order(grill, acme);

        assertEquals(List.of(1L), poll.join().expect(200).revisions());
    }

    @Test
    void ordersFromBeforeThePartnerWasRegisteredAreInItsFeed() {
        String late = "late-" + grill.id();
        server.operator()
                .order("{\"device_id\":\"" + grill.id() + "\",\"partner_id\":\"" + late + "\"}")
                .expect(201);

        String secret =
                server.operator().put("/v1/partners/" + late).expect(201).text("secret");

        assertEquals(
                List.of(1L),
                server.as(secret).get("/v1/partners/" + late + "/feed").revisions());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUT /v1/devices/GRILL",
                "DELETE /v1/devices/GRILL",
                "GET /v1/devices/GRILL",
                "POST /v1/devices/GRILL/secret",
                "GET /v1/devices/GRILL/feed",
                "GET /v1/devices/GRILL/orders",
                "POST /v1/devices/GRILL/acks",
                "POST /v1/events",
                "PUT /v1/partners/ACME",
                "DELETE /v1/partners/ACME",
                "POST /v1/partners/ACME/secret",
                "GET /v1/partners/OTHER",
                "GET /v1/partners/OTHER/feed",
                "POST /v1/partners/OTHER/acks",
            })
    void guarantee6PartnerMayNotDoWhatIsTheOperatorsOrAnothers(String route) {
        String[] parts = route.replace("GRILL", grill.id())
                .replace("ACME", acme.id())
                .replace("OTHER", other.id())
                .split(" ", 2);
        for (ApiClient caller : List.of(acme.client(), grill.client(), server.stranger())) {
            boolean isItsOwn =
                    caller == grill.client() && route.contains("GRILL") && !route.matches("PUT.*|DELETE.*|.*secret");
            if (!isItsOwn) {
                CheckedResponse refused = parts[0].equals("POST")
                        ? caller.send(
                                "POST", parts[1], BodyPublishers.ofString("x"), "Content-Type", "application/json")
                        : caller.send(parts[0], parts[1], BodyPublishers.noBody());
                refused.expect(caller.token().isEmpty() ? 401 : 403);
            }
        }
    }

    @Test
    void ordersOfManyPartnersAtOnceStayApart() {
        List<CompletableFuture<CheckedResponse>> made = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            ApiClient caller = i % 2 == 0 ? acme.client() : other.client();
            made.add(caller.postLater("application/json", "/v1/orders", grill.order()));
        }
        made.forEach(answer -> answer.join().expect(201));

        for (ApiFixture.Partner partner : List.of(acme, other)) {
            CheckedResponse feed = partner.client().get(partner.feed()).expect(200);
            assertEquals(20, feed.json().size());
            feed.json()
                    .forEach(change -> assertEquals(
                            partner.id(), change.path("data").path("partner_id").asText()));
        }
        assertEquals(40, grill.client().get(grill.feed()).revisions().size());
    }
}
