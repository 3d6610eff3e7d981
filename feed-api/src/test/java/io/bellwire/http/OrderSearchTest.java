package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.query.QueryOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Searching and counting orders over HTTP, and the feed of all orders. The server's clock moves only when a test moves
 * it, so that times differ where they should.
 */
class OrderSearchTest {
    private static final TestClock CLOCK = new TestClock("2026-11-20T08:00:00Z");
    private static ApiFixture server;
    private ApiFixture.Device grill;
    private ApiFixture.Device fryer;
    private ApiFixture.Partner acme;

    @BeforeAll
    static void start() {
        server = ApiFixture.of(FeedApiOptions.DEFAULT, CLOCK);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void register() {
        CLOCK.advance(Duration.ofMinutes(1));
        grill = server.register("grill");
        fryer = server.register("fryer");
        acme = server.registerPartner("acme");
        await().until(() -> server.operator().get("/v1/orders?limit=1").status() == 200); // the first search opens it
    }

    private String order(ApiFixture.Device device) {
        CLOCK.advance(Duration.ofSeconds(1));
        return server.order(device, acme).text("id");
    }

    private static void step(String order, String status) {
        CLOCK.advance(Duration.ofSeconds(1));
        server.operator().step("/v1/orders/" + order, status).expect(200);
    }

    private static CheckedResponse search(ApiClient caller, String query) {
        CheckedResponse answer = caller.get("/v1/orders?" + query).expect(200);
        assertEquals(0, answer.json().path("lag").asInt(), "the caller sees what was done before");
        assertEquals("no-store", answer.header("cache-control"));
        return answer;
    }

    private static List<String> ids(CheckedResponse answer) {
        List<String> ids = new ArrayList<>();
        answer.json().path("orders").forEach(order -> ids.add(order.path("id").asText()));
        return ids;
    }

    private static List<String> found(ApiClient caller, String query) {
        return ids(search(caller, query));
    }

    private static List<String> reversed(List<String> list) {
        List<String> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return reversed;
    }

    @Test
    void ordersAreFoundNewestFirstEachAsItIsNow() {
        String first = order(grill);
        String second = order(fryer);
        String third = order(grill);
        step(first, "accepted");

        CheckedResponse all = search(acme.client(), "");

        assertEquals(List.of(third, second, first), ids(all));
        assertEquals(
                server.operator().get("/v1/orders/" + first).json(), all.json().at("/orders/2"), "all of the order");
        assertFalse(all.json().has("next"));
        assertEquals(
                List.of(third, second),
                ids(search(server.operator(), "limit=2")),
                "the operator sees these among all others");
    }

    @Test
    void filtersNarrowTheSearchAndGoTogether() {
        String made = order(grill);
        String accepted = order(grill);
        String cancelled = order(fryer);
        String nobodys = server.operator().order(grill.order()).expect(201).text("id");
        step(accepted, "accepted");
        step(cancelled, "cancelled");

        ApiClient operator = server.operator();
        String device = "device=" + grill.id();
        assertEquals(List.of(nobodys, accepted, made), found(operator, device));
        assertEquals(List.of(accepted, made), found(operator, device + "&partner=" + acme.id()));
        assertEquals(List.of(accepted), found(operator, device + "&status=accepted"));
        assertEquals(List.of(nobodys, made), found(operator, device + "&status=new,cancelled"));
        assertEquals(List.of(cancelled, made), found(operator, "status=cancelled,new&partner=" + acme.id()));
        assertEquals(List.of(cancelled), found(acme.client(), "status=cancelled"));
        assertEquals(List.of(), found(acme.client(), "status=delivered"));
        assertEquals(List.of(), found(operator, "device=nobody&partner=nobody"));
    }

    @Test
    void ordersThatHaveChangedSinceComeInTheOrderOfTheirLastChanges() {
        String first = order(grill);
        String second = order(grill);
        String third = order(grill);
        step(second, "accepted");
        String since = server.operator().get("/v1/orders/" + third).text("updated_at");
        step(first, "accepted");

        assertEquals(List.of(third, second, first), found(acme.client(), "since=" + since));
        assertEquals(List.of(second, first), found(acme.client(), "status=accepted&since=" + since));
        assertEquals(List.of(), found(acme.client(), "since=2027-01-01T00:00:00Z"));
        String page = search(acme.client(), "limit=1&since=" + since).text("next");
        step(third, "accepted");
        assertEquals(
                List.of(second, first, third),
                found(acme.client(), "since=" + since + "&cursor=" + page),
                "an order that changes again comes again, and none is missed");
    }

    @Test
    void pagesStayStableWhileOrdersArriveAndChange() {
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            made.add(order(grill));
        }
        List<String> seen = new ArrayList<>();
        String query = "limit=2";
        while (true) {
            CheckedResponse page = search(acme.client(), query);
            seen.addAll(ids(page));
            if (!page.json().has("next")) {
                break;
            }
            query = "limit=2&cursor=" + page.text("next");
            order(fryer);
            step(made.get(seen.size() - 1), "accepted"); // one further back: it must not move
        }

        assertEquals(reversed(made), seen);
    }

    @Test
    void orderThatLeavesTheStatusWhilePagesAreReadIsShownInNone() {
        String first = order(grill);
        String second = order(grill);
        String third = order(grill);
        String next = search(acme.client(), "status=new&limit=1").text("next");
        step(second, "accepted");

        assertEquals(List.of(first), found(acme.client(), "status=new&cursor=" + next));
        assertEquals(List.of(third, first), found(acme.client(), "status=new"));
    }

    @Test
    void guarantee6PartnerFindsAndCountsItsOwnAndADeviceNothing() {
        ApiFixture.Partner other = server.registerPartner("other");
        server.order(grill, other);
        String ours = order(grill);

        assertEquals(List.of(ours), found(acme.client(), ""));
        assertEquals(List.of(ours), found(acme.client(), "device=" + grill.id() + "&partner=" + acme.id()));
        assertEquals(1, counts(acme.client(), "").path("total").asInt());
        assertEquals(
                1, counts(acme.client(), "device=" + grill.id()).path("total").asInt());
        for (String path : List.of("/v1/orders", "/v1/orders/counts")) {
            acme.client().get(path + "?partner=" + other.id()).expectProblem(403, "forbidden", "own orders");
            grill.client().get(path).expectProblem(403, "forbidden", "own feed");
            server.stranger().get(path).expect(401);
        }
    }

    private static JsonNode counts(ApiClient caller, String query) {
        JsonNode counts = caller.get("/v1/orders/counts?" + query).expect(200).json();
        assertEquals(0, counts.path("lag").asInt());
        return counts;
    }

    @Test
    void countsAreThoseOfEachStatus() {
        long before = counts(server.operator(), "").path("total").asLong();
        for (int i = 0; i < 3; i++) {
            order(grill);
        }
        step(order(grill), "accepted");
        step(order(fryer), "cancelled");

        assertEquals(before + 5, counts(server.operator(), "").path("total").asLong());
        JsonNode ours = counts(acme.client(), "");
        assertEquals(5, ours.path("total").asInt());
        assertEquals(3, ours.at("/counts/new").asInt());
        assertEquals(1, ours.at("/counts/accepted").asInt());
        assertEquals(1, ours.at("/counts/cancelled").asInt());
        assertEquals(0, ours.at("/counts/delivered").asInt());
        assertEquals(ours, counts(server.operator(), "partner=" + acme.id()));
        JsonNode grills = counts(server.operator(), "device=" + grill.id());
        assertEquals(4, grills.path("total").asInt());
        assertEquals(0, grills.at("/counts/cancelled").asInt());
        assertEquals(
                0,
                counts(server.operator(), "partner=nobody&device=" + grill.id())
                        .path("total")
                        .asInt());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?status=eaten",
                "?status=new,",
                "?device=a%20b",
                "?partner=a%20b",
                "?since=yesterday",
                "?since=%2B999999999-01-01T00:00:00Z",
                "?since=1900-01-01T00:00:00Z",
                "?limit=0",
                "?limit=1001",
                "?cursor=x",
                "?cursor=c1.00000000000000000000000000000001&since=2026-11-20T08:00:00Z",
                "?nonsense=1",
                "/counts?status=new",
            })
    void malformedQueryIsRefused(String query) {
        server.operator().get("/v1/orders" + query).expectProblem(400, "invalid-request", "");
    }

    @Test
    void searchThatIsSwitchedOffSaysSo() {
        try (ApiFixture off = ApiFixture.of(FeedApiOptions.DEFAULT.withQuery(QueryOptions.OFF))) {
            ApiFixture.Device oven = off.register("oven");
            off.orders(oven, 1);

            off.operator().get("/v1/orders").expectProblem(404, "not-found", "--order-search off");
            off.operator().get("/v1/orders/counts").expectProblem(404, "not-found", "--order-search off");
            assertEquals(
                    List.of(1L),
                    off.operator().get("/v1/orders/feed").expect(200).revisions(),
                    "the feed needs no search");
        }
    }

    @Test
    void feedOfAllOrdersHasEachChangeOfEachOrder() {
        String cursor = server.operator().get("/v1/orders/feed?limit=1000").cursor();
        while (server.operator()
                .get("/v1/orders/feed?limit=1000&cursor=" + cursor)
                .header("bellwire-up-to-date")
                .equals("false")) {
            cursor = server.operator()
                    .get("/v1/orders/feed?limit=1000&cursor=" + cursor)
                    .cursor();
        }
        cursor = server.operator()
                .get("/v1/orders/feed?limit=1000&cursor=" + cursor)
                .cursor();
        String first = order(grill);
        String second = order(fryer);
        step(first, "accepted");

        CheckedResponse page = server.operator()
                .get("/v1/orders/feed?wait_ms=1000&cursor=" + cursor)
                .expect(200);

        List<String> types = new ArrayList<>();
        page.json()
                .forEach(change -> types.add(change.path("type").asText() + " "
                        + change.path("subject").asText()));
        assertEquals(
                List.of(
                        "io.bellwire.order.created " + first,
                        "io.bellwire.order.created " + second,
                        "io.bellwire.order.status-changed " + first),
                types);
        assertEquals("/v1/orders/feed", page.text("0.source"));
        CheckedResponse reset = server.operator().get("/v1/orders/feed?cursor=aaaaaaaaaa.1.0000001");
        assertEquals("/v1/orders", reset.expect(410).text("snapshot"));
        grill.client().get("/v1/orders/feed").expect(403);
        acme.client().get("/v1/orders/feed").expect(403);
    }
}
