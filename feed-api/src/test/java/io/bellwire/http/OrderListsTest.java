package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.feedapi.FeedApiOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lists that callers poll: the history of created orders, and the pending orders of the caller. */
class OrderListsTest {
    private static final String HISTORY = "/v1/orders/created-history";
    private static final String PENDING = "/v1/orders/pending";
    private static ApiFixture server;
    private ApiFixture.Device grill;
    private ApiFixture.Partner acme;

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
    }

    /** Makes orders and returns their ids, oldest first. */
    private List<String> orders(int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add(server.order(grill, acme).text("id"));
        }
        return ids;
    }

    private static List<String> column(CheckedResponse answer, String list, String field) {
        List<String> values = new ArrayList<>();
        answer.expect(200)
                .json()
                .path(list)
                .forEach(item -> values.add(item.path(field).asText()));
        return values;
    }

    private List<String> history(String query, String field) {
        return column(acme.client().get(HISTORY + query), "orders_created_events", field);
    }

    private static List<String> reversed(List<String> list) {
        List<String> reversed = new ArrayList<>(list);
        java.util.Collections.reverse(reversed);
        return reversed;
    }

    private static List<String> pending(ApiClient caller, String query) {
        return column(caller.get(PENDING + query), "orders", "id");
    }

    @Test
    void historyIsNewestFirstWithTheTimeOfEachOrder() {
        List<String> ids = orders(3);

        CheckedResponse history = acme.client().get(HISTORY).expect(200);

        assertEquals(reversed(ids), column(history, "orders_created_events", "order_id"));
        assertEquals("no-store", history.header("cache-control"));
        CheckedResponse newest = acme.client().get("/v1/orders/" + ids.get(2)).expect(200);
        assertEquals(newest.text("created_at"), history.text("orders_created_events.0.occurred_at"));
        assertEquals(3, history.json().at("/orders_created_events/0").size());
    }

    @Test
    void historyIsReadInPagesThatStayStableWhileOrdersArrive() {
        List<String> ids = orders(5);
        List<String> seen = new ArrayList<>(history("?limit=2", "order_id"));
        String last = history("?limit=2", "id").get(1);
        while (true) {
            orders(1); // more arrive between any two pages
            List<String> page = history("?limit=2&older_than=" + last, "order_id");
            if (page.isEmpty()) {
                break;
            }
            seen.addAll(page);
            List<String> pageIds = history("?limit=2&older_than=" + last, "id");
            last = pageIds.get(pageIds.size() - 1);
        }

        assertEquals(reversed(ids), seen);
    }

    @Test
    void historyIsCutAtBothEnds() {
        List<String> ids = orders(5);
        List<String> cursors = reversed(history("", "id"));

        assertEquals(List.of(), history("?newer_than=" + cursors.get(4), "id"));
        assertEquals(List.of(ids.get(4), ids.get(3)), history("?newer_than=" + cursors.get(2), "order_id"));
        assertEquals(List.of(ids.get(4)), history("?limit=1&newer_than=" + cursors.get(0), "order_id"));
        assertEquals(List.of(), history("?older_than=" + cursors.get(0), "id"));
        assertEquals(
                List.of(ids.get(3), ids.get(2)),
                history("?older_than=" + cursors.get(4) + "&newer_than=" + cursors.get(1), "order_id"));
        assertEquals(
                List.of(ids.get(3)),
                history("?limit=1&older_than=" + cursors.get(4) + "&newer_than=" + cursors.get(1), "order_id"));
        assertEquals(List.of(), history("?older_than=" + cursors.get(1) + "&newer_than=" + cursors.get(3), "order_id"));
        String beginning = Cursors.beginningOf(cursors.get(0));
        assertEquals(5, history("?newer_than=" + beginning, "id").size());
    }

    @Test
    void historyListsCreationsAndNoOtherChanges() {
        String order = orders(1).get(0);
        server.operator().step("/v1/orders/" + order, "accepted").expect(200);

        assertEquals(List.of(order), history("", "order_id"));
    }

    @Test
    void guarantee6PartnerSeesItsOwnHistoryAndTheOperatorSeesAll() {
        ApiFixture.Partner other = server.registerPartner("other");
        String theirs = server.order(grill, other).text("id");
        String ours = orders(1).get(0);
        String nobodys = server.operator().order(grill.order()).expect(201).text("id");

        assertEquals(List.of(ours), history("", "order_id"));
        assertEquals(
                List.of(nobodys, ours, theirs),
                column(server.operator().get(HISTORY + "?limit=3"), "orders_created_events", "order_id"));
        grill.client().get(HISTORY).expectProblem(403, "forbidden", "own feed");
        server.stranger().get(HISTORY).expect(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"older_than", "newer_than"})
    void historyOfAnotherLogIsReset(String parameter) {
        orders(1);
        String newest = history("", "id").get(0);

        CheckedResponse changed = acme.client().get(HISTORY + "?" + parameter + "=aaaaaaaaaa.1.0000001");
        changed.expectProblem(410, "reset", "another feed or another log");
        assertEquals("epoch-changed", changed.text("reason"));
        assertEquals(Cursors.beginningOf(newest), changed.text("earliest"));
        CheckedResponse ahead = acme.client().get(HISTORY + "?" + parameter + "=" + Cursors.madeUp(newest, 2));
        assertEquals("ahead-of-log", ahead.expect(410).text("reason"));
        CheckedResponse lost = acme.client().get(HISTORY + "?" + parameter + "=" + Cursors.ofAnotherLog(newest));
        assertEquals("cursor-not-in-log", lost.expect(410).text("reason"));
        acme.client().get(HISTORY + "?" + parameter + "=x").expectProblem(400, "invalid-request", parameter);
    }

    @Test
    void historyThatIsNotKeptIsResetAndNotSkipped() {
        TestClock clock = new TestClock("2026-11-20T08:00:00Z");
        try (ApiFixture aging = ApiFixture.of(FeedApiOptions.DEFAULT, clock)) {
            ApiFixture.Device fryer = aging.register("fryer");
            aging.orders(fryer, 2);
            clock.advance(FeedApiOptions.DEFAULT.retention());
            aging.expireOldEvents().join(); // later events are then in another segment than the expired ones
            clock.advance(Duration.ofDays(1));
            aging.orders(fryer, 1);
            CheckedResponse all = aging.operator().get(HISTORY).expect(200);
            String newest = all.text("orders_created_events.0.id");
            String second = all.text("orders_created_events.1.id");
            await().until(() -> aging.expireOldEvents().join() > 0); // a segment is indexed first, in the background

            CheckedResponse reset = aging.operator().get(HISTORY + "?newer_than=" + Cursors.beginningOf(newest));
            assertEquals("before-retention", reset.expect(410).text("reason"));
            assertEquals(second, reset.text("earliest"));
            CheckedResponse kept = aging.operator().get(HISTORY + "?newer_than=" + second);
            assertEquals(List.of(newest), column(kept, "orders_created_events", "id"));
            assertEquals(
                    List.of(),
                    column(aging.operator().get(HISTORY + "?older_than=" + newest), "orders_created_events", "id"));
        }
    }

    @Test
    void pendingAreTheOrdersThatNobodyHasDecidedOn() {
        List<String> ids = orders(3);
        server.operator().step("/v1/orders/" + ids.get(1), "accepted").expect(200);
        server.operator()
                .patch("/v1/orders/" + ids.get(2), "{\"volume\":7}", "If-Match", "*")
                .expect(200);

        for (Map.Entry<String, ApiClient> reader :
                Map.of(grill.feed(), grill.client(), acme.feed(), acme.client()).entrySet()) {
            ApiClient caller = reader.getValue();
            CheckedResponse pending = caller.get(PENDING).expect(200);
            assertEquals(List.of(ids.get(0), ids.get(2)), column(pending, "orders", "id"));
            assertEquals(7, pending.json().at("/orders/1/volume").asInt(), "as it is now");
            assertEquals("true", pending.header("bellwire-up-to-date"));
            assertEquals(caller.get(reader.getKey()).cursor(), pending.text("cursor"));
            assertEquals(List.of(), pending(caller, "?cursor=" + pending.text("cursor")));
        }
        server.operator().get(PENDING).expectProblem(403, "forbidden", "operator");
    }

    @Test
    void pendingIsReadInPages() {
        List<String> ids = orders(5);
        List<String> seen = new ArrayList<>();
        String query = "?limit=2";
        CheckedResponse page;
        do {
            page = grill.client().get(PENDING + query).expect(200);
            seen.addAll(column(page, "orders", "id"));
            query = "?limit=2&cursor=" + page.text("cursor");
        } while (page.header("bellwire-up-to-date").equals("false"));

        assertEquals(ids, seen);
    }

    @Test
    void pendingBeginsAtTheProcessedPosition() {
        List<String> ids = orders(3);
        String second = grill.client().get(grill.feed() + "?limit=2").cursor();
        grill.client()
                .postJson(grill.path() + "/acks", "{\"processed\":\"" + second + "\"}")
                .expect(200);

        assertEquals(List.of(ids.get(2)), pending(grill.client(), ""));
        assertEquals(ids, pending(grill.client(), "?cursor=" + Cursors.beginningOf(second)), "asked for by name");
        assertEquals(ids, pending(acme.client(), ""), "the partner is where it was");
    }

    @Test
    void pendingOfAPartnerIsInTheOrderOfItsFeed() {
        ApiFixture.Device fryer = server.register("fryer");
        List<String> ids = new ArrayList<>();
        for (ApiFixture.Device device : List.of(fryer, grill, fryer, grill)) {
            ids.add(server.order(device, acme).text("id"));
        }

        assertEquals(ids, pending(acme.client(), ""));
        assertEquals(List.of(ids.get(1), ids.get(3)), pending(grill.client(), ""));
    }

    @Test
    void pendingOfAnotherLogIsReset() {
        orders(1);
        String head = grill.client().get(grill.feed()).cursor();

        CheckedResponse changed =
                grill.client().get(PENDING + "?cursor=aaaaaaaaaa.1.0000001").expect(410);
        assertEquals("epoch-changed", changed.text("reason"));
        assertEquals(grill.path() + "/orders", changed.text("snapshot"));
        CheckedResponse ahead = grill.client()
                .get(PENDING + "?cursor=" + Cursors.madeUp(head, 2))
                .expect(410);
        assertEquals("ahead-of-log", ahead.text("reason"));
        CheckedResponse lost = grill.client()
                .get(PENDING + "?cursor=" + Cursors.ofAnotherLog(head))
                .expect(410);
        assertEquals("cursor-not-in-log", lost.text("reason"));
    }

    @ParameterizedTest
    @ValueSource(strings = {HISTORY + "?limit=0", HISTORY + "?limit=1001", PENDING + "?limit=x", PENDING + "?cursor=7"})
    void malformedQueryIsRefused(String path) {
        acme.client().get(path).expect(400);
    }
}
