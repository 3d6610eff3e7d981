package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.degradation.EscalatedFeed;
import io.bellwire.log.DeviceId;
import io.bellwire.log.FeedId;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What callers see of feeds that have a problem. */
class DegradedFeedsTest {
    private static final String NONE = "{\"escalations\":[],\"total\":0}";

    private final ApiFixture server = ApiFixture.inMemory();
    private ApiFixture.Device grill;
    private ApiFixture.Partner cafe;

    @BeforeEach
    void register() {
        grill = server.register("grill");
        cafe = server.registerPartner("cafe");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void degrade(int ordersPercent, boolean isDisconnected) {
        degrade(FeedId.ofPartner(cafe.id()), ordersPercent, isDisconnected);
    }

    private void degrade(FeedId feed, int ordersPercent, boolean isDisconnected) {
        server.api()
                .escalated()
                .replace(List.of(new EscalatedFeed(
                        feed,
                        "rule",
                        "endpoint main is paused",
                        Duration.ofMinutes(5),
                        3,
                        ordersPercent,
                        isDisconnected,
                        Duration.ofSeconds(90),
                        Optional.empty())));
    }

    private CheckedResponse order(String key) {
        String body = "{\"device_id\":\"" + grill.id() + "\",\"partner_id\":\"" + cafe.id() + "\"}";
        return server.operator().postAs("application/json", "/v1/orders", body, "Idempotency-Key", key);
    }

    @Test
    void ordersAreRefusedWithAnEstimateAndRepetitionsGetTheirStoredAnswer() {
        String placed = order("before").expect(201).header("location");

        degrade(0, false);

        CheckedResponse refused = order("after");
        refused.expectProblem(503, "degraded", "partners/" + cafe.id() + ": endpoint main is paused");
        assertEquals("90", refused.header("retry-after"));
        assertEquals(placed, order("before").expect(201).header("location"));
        server.operator().order(grill.order()).expect(201);

        server.api().escalated().replace(List.of());
        order("after").expect(201);
    }

    @Test
    void shareOfOrdersIsLetInAndOneThatIsRefusedStaysSo() {
        degrade(50, false);
        int letIn = 0;
        for (int i = 0; i < 60; i++) {
            int status = order("order-" + i).status();
            assertTrue(status == 201 || status == 429, "status " + status);
            assertEquals(status, order("order-" + i).status());
            letIn += status == 201 ? 1 : 0;
        }
        assertTrue(letIn > 5 && letIn < 55, letIn + " of 60");
    }

    /** One member that does not come must not stop what is meant for all: its copy waits in its feed. */
    @Test
    void orderForAGroupIsLetInWhileAMemberIsDegraded() {
        ApiFixture.Device oven = server.register("oven");
        String group = "/v1/groups/stores/" + grill.id();
        server.operator().put(group).expect(201);
        server.operator().put(group + "/members/" + grill.id()).expect(201);
        degrade(FeedId.ofDevice(new DeviceId(grill.id())), 0, false);

        server.api().chooseFeeds(facts -> List.of(new FeedId("stores/" + grill.id())));
        server.operator().order(oven.order()).expect(201);
        await().until(() -> grill.client().get(grill.feed()).json().size() == 1);

        server.api().chooseFeeds(facts -> List.of(FeedId.ofDevice(new DeviceId(grill.id()))));
        server.operator().order(oven.order()).expectProblem(503, "degraded", "devices/" + grill.id());
    }

    @Test
    void eventsAndChangesOfOrdersAreNotLimited() {
        String placed = server.operator().order(grill.order()).expect(201).header("location");
        degrade(FeedId.ofDevice(new DeviceId(grill.id())), 0, false);
        server.operator().order(grill.order()).expect(503);

        String event = "{\"specversion\":\"1.0\",\"id\":\"restart\",\"source\":\"/office\",\"type\":\"restart\","
                + "\"deviceid\":\"" + grill.id() + "\"}";
        server.operator()
                .postAs("application/cloudevents+json", "/v1/events", event)
                .expect(200);
        server.operator()
                .send(
                        "PATCH",
                        placed,
                        BodyPublishers.ofString("{\"status\":\"cancelled\"}"),
                        "Content-Type",
                        "application/merge-patch+json",
                        "If-Match",
                        "*")
                .expect(200);

        assertEquals(3, grill.client().get(grill.feed()).json().size());
    }

    @Test
    void disconnectedPartnerHasNoStreamsAndCanStillReadAndAcknowledge() {
        order("one").expect(201);
        cafe.client()
                .get(cafe.path() + "/signals", "Accept", "application/json")
                .expect(406);

        degrade(0, true);

        CheckedResponse refused = cafe.client().get(cafe.path() + "/signals");
        refused.expectProblem(503, "unavailable", "the partner is disconnected: endpoint main is paused");
        assertEquals("90", refused.header("retry-after"));
        String cursor = cafe.client().get(cafe.feed()).expect(200).cursor();
        cafe.client()
                .postAs("application/json", cafe.path() + "/acks", "{\"processed\":\"" + cursor + "\"}")
                .expect(200);
    }

    @Test
    void openStreamOfAPartnerEndsWhenItIsDisconnected() throws IOException {
        try (SignalReader reader = new SignalReader(
                server.base(), cafe.path() + "/signals", cafe.client().token())) {
            await().until(() -> server.api().streams().open() == 1);

            degrade(0, true);

            assertEquals(new SignalReader.Event("bye", "", "{\"reason\":\"disconnected\"}"), reader.next());
            await().until(() -> server.api().streams().open() == 0);
        }
    }

    @Test
    void operatorsSeeWhichFeedsHaveProblems() {
        degrade(20, true);
        String listed =
                server.operator().get("/v1/escalations").expect(200).json().toString();
        assertTrue(listed.contains("\"orders_percent\":20,\"disconnected\":true"), listed);
        assertTrue(listed.endsWith("\"total\":1}"), listed);
        cafe.client().get("/v1/escalations").expect(403);
    }

    @Test
    void partnerAndDeviceSeeTheirOwnProblemAsOperatorsSeeIt() {
        assertEquals(NONE, escalationOf(cafe.client(), cafe.path()));
        degrade(20, true);

        String all = server.operator().get("/v1/escalations").expect(200).json().toString();
        assertEquals(all, escalationOf(cafe.client(), cafe.path()));
        assertEquals(all, escalationOf(server.operator(), cafe.path()));
        assertEquals(NONE, escalationOf(grill.client(), grill.path()));
        ApiFixture.Partner bakery = server.registerPartner("bakery");
        assertEquals(NONE, escalationOf(bakery.client(), bakery.path()));
        bakery.client().get(cafe.path() + "/escalation").expect(403);
        server.operator().get("/v1/partners/nobody/escalation").expectProblem(404, "not-found", "no partner nobody");
    }

    private static String escalationOf(ApiClient client, String account) {
        CheckedResponse answer = client.get(account + "/escalation").expect(200);
        assertEquals("no-store", answer.header("cache-control"));
        return answer.json().toString();
    }
}
