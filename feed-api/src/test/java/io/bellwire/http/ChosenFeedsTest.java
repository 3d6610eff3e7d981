package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feed.EventFacts;
import io.bellwire.feed.FeedRouter;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.group.GroupLimits;
import io.bellwire.log.FeedId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A feed router gets the facts of each event, and the event goes to the feeds that it names. */
class ChosenFeedsTest {
    private ApiFixture server;
    private ApiFixture.Device grill;
    private ApiFixture.Device oven;
    private final List<String> factsSeen = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        server = ApiFixture.of(FeedApiOptions.DEFAULT.withGroups(new GroupLimits(1, 1, 100)));
        grill = server.register("grill");
        oven = server.register("oven");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void routeTo(String... feeds) {
        server.api().chooseFeeds(facts -> {
            factsSeen.add(text(facts));
            return List.of(feeds).stream().map(FeedId::new).toList();
        });
    }

    private static String text(EventFacts facts) {
        return facts.type() + " " + facts.source() + " " + facts.attribute("device_id") + " "
                + facts.attribute("partner_id") + " " + facts.attribute("status") + " " + facts.attribute("recipe_id")
                + " " + facts.attribute("data.size") + " " + facts.attribute("data.list") + " "
                + facts.attribute("deviceid") + " " + facts.attribute("priority") + " " + facts.attribute("version");
    }

    private List<String> types(ApiFixture.Device device) {
        List<String> types = new ArrayList<>();
        device.client()
                .get(device.feed())
                .expect(200)
                .json()
                .forEach(change -> types.add(change.path("type").asText()));
        return types;
    }

    private String order() {
        return server.operator()
                .order("{\"device_id\":\"" + grill.id()
                        + "\",\"partner_id\":\"cafe\",\"recipe_id\":\"soup\",\"data\":{\"size\":2,\"list\":[1]}}")
                .expect(201)
                .header("location");
    }

    @Test
    void ordersGoToTheFeedsThatAreChosenFromTheirStateAfterTheChange() {
        routeTo("devices/" + oven.id());
        String order = order();
        server.operator().patch(order, "{\"volume\":2}", "If-Match", "\"1\"").expect(200);
        String id = order.substring(order.lastIndexOf('/') + 1);
        grill.client()
                .postJson(
                        "/v1/orders/bulk-status-change",
                        "{\"status_changes\":[{\"order_id\":\"" + id + "\",\"new_status\":\"accepted\"}]}")
                .expect(200);

        String order1 = " /v1/orders/feed " + grill.id() + " cafe ";
        assertEquals(
                List.of(
                        "io.bellwire.order.created" + order1 + "new soup 2 null null null null",
                        "io.bellwire.order.updated" + order1 + "new soup 2 null null null null",
                        "io.bellwire.order.status-changed" + order1 + "accepted soup 2 null null null null"),
                factsSeen);
        assertEquals(types(grill), types(oven));
        assertEquals(3, types(oven).size());
    }

    @Test
    void foreignEventsAreRoutedByTheirExtensionsAndGoToGroupsToo() {
        server.operator().put("/v1/groups/stores/17").expect(201);
        server.operator().put("/v1/groups/stores/17/members/" + oven.id()).expect(201);
        server.operator().put("/v1/groups/stores/17/members/" + grill.id()).expect(201);
        routeTo("stores/17", "devices/nobody", "stores/none", "orders", "orders/created", "partners/nobody");

        server.operator()
                .postAs(
                        "application/cloudevents+json",
                        "/v1/events",
                        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/till\",\"type\":\"shop.price\",\"deviceid\":\""
                                + grill.id() + "\",\"priority\":\"high\"}")
                .expect(200);

        await().atMost(Duration.ofMinutes(1)).until(() -> types(oven).equals(List.of("shop.price")));
        assertEquals(List.of("shop.price"), types(grill));
        assertEquals(List.of("shop.price /till null null null null null null " + grill.id() + " high null"), factsSeen);
        assertEquals(1, server.headOfOrders());
        assertEquals(
                4,
                server.meters().get("bellwire.routes.unknown").counter().count(),
                "feeds that do not exist are skipped and counted");
    }

    @Test
    void chooserThatFailsCostsNoEventItsOwnFeeds() {
        server.api().chooseFeeds(facts -> {
            throw new IllegalStateException("a bad route");
        });

        order();

        assertEquals(1, types(grill).size());
        assertEquals(
                1, server.meters().get("bellwire.routes.failures").counter().count());
    }

    @Test
    void noFactsAreMadeWithoutARouter() {
        routeTo("devices/" + oven.id());
        server.api().chooseFeeds(FeedRouter.NONE);

        order();

        assertTrue(factsSeen.isEmpty());
        assertTrue(types(oven).isEmpty());
    }
}
