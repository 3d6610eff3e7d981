package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every list of orders ends by bytes too, so that no caller can make the server hold a thousand orders of 64 KB. */
class LargeOrdersTest {
    private static final int ORDERS = 100;
    private static final int ORDER_BYTES = 64_000;
    /** How much a page may hold: up to its end, and the order that exceeds it. */
    private static final int ANSWER_BYTES_MAX = OrdersJson.PAGE_BYTES_MAX + ORDER_BYTES + 2_000;

    private static ApiFixture server;
    private static ApiFixture.Device grill;
    private static ApiFixture.Partner acme;
    private static final List<String> IDS = new ArrayList<>();

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
        grill = server.register("grill");
        acme = server.registerPartner("acme");
        for (int i = 0; i < ORDERS; i++) {
            IDS.add(server.operator()
                    .order("{\"device_id\":\"" + grill.id() + "\",\"partner_id\":\"" + acme.id()
                            + "\",\"data\":{\"a\":\"" + "x".repeat(ORDER_BYTES) + "\"}}")
                    .expect(201)
                    .text("id"));
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<String> reversed() {
        List<String> reversed = new ArrayList<>(IDS);
        Collections.reverse(reversed);
        return reversed;
    }

    private static void ids(CheckedResponse answer, List<String> ids) {
        answer.json().path("orders").forEach(order -> ids.add(order.path("id").asText()));
        assertTrue(answer.bytes().length <= ANSWER_BYTES_MAX, "a page of " + answer.bytes().length + " bytes");
    }

    @Test
    void guarantee6SnapshotEndsByBytesAndItsPagesHaveEveryOrder() {
        List<String> ids = new ArrayList<>();
        String next = grill.path() + "/orders";
        while (!next.isEmpty()) {
            CheckedResponse page = grill.client().get(next).expect(200);
            ids(page, ids);
            next = page.json().path("next").asText();
        }

        assertEquals(IDS, ids);
    }

    @Test
    void guarantee6SnapshotOfEndedOrdersReadsALimitedNumberForEachPage() {
        ApiFixture.Device fryer = server.register("fryer");
        for (int i = 0; i < ORDERS; i++) {
            String order = server.operator()
                    .order("{\"device_id\":\"" + fryer.id() + "\",\"data\":{\"a\":\"" + "x".repeat(ORDER_BYTES)
                            + "\"}}")
                    .text("id");
            server.operator().step("/v1/orders/" + order, "cancelled").expect(200);
        }
        int pages = 0;
        String next = fryer.path() + "/orders?ended_after=2100-01-01T00:00:00Z";
        while (!next.isEmpty()) {
            CheckedResponse page = fryer.client().get(next).expect(200);
            assertEquals(0, page.json().path("orders").size());
            next = page.json().path("next").asText();
            pages++;
        }

        assertEquals((int) Math.ceil((double) ORDERS * ORDER_BYTES / OrdersJson.READ_BYTES_MAX), pages);
    }

    @Test
    void guarantee6PendingOrdersEndByBytesAndTheirPagesHaveEveryOrder() {
        List<String> ids = new ArrayList<>();
        String cursor = "";
        boolean isUpToDate = false;
        while (!isUpToDate) {
            CheckedResponse page = grill.client()
                    .get("/v1/orders/pending?limit=1000" + (cursor.isEmpty() ? "" : "&cursor=" + cursor))
                    .expect(200);
            ids(page, ids);
            cursor = page.text("cursor");
            isUpToDate = Boolean.parseBoolean(page.header("bellwire-up-to-date"));
        }

        assertEquals(IDS, ids);
    }

    @Test
    void guarantee6SearchEndsByBytesAndItsPagesHaveEveryOrder() {
        List<String> ids = new ArrayList<>();
        String query = "/v1/orders?limit=1000&device=" + grill.id();
        String next = "";
        do {
            CheckedResponse page = acme.client()
                    .get(query + (next.isEmpty() ? "" : "&cursor=" + next))
                    .expect(200);
            ids(page, ids);
            next = page.json().path("next").asText();
        } while (!next.isEmpty());

        assertEquals(reversed(), ids);
    }

    @Test
    void guarantee6HistoryEndsByWhatWasReadForItAndItsPagesHaveEveryOrder() {
        List<String> ids = new ArrayList<>();
        String olderThan = "";
        while (true) {
            JsonNode page = acme.client()
                    .get("/v1/orders/created-history?limit=1000"
                            + (olderThan.isEmpty() ? "" : "&older_than=" + olderThan))
                    .expect(200)
                    .json()
                    .path("orders_created_events");
            if (page.isEmpty()) {
                break;
            }
            assertTrue(page.size() < ORDERS, "a page read " + page.size() + " orders");
            page.forEach(created -> ids.add(created.path("order_id").asText()));
            olderThan = page.get(page.size() - 1).path("id").asText();
        }

        assertEquals(reversed(), ids);
    }

    @Test
    void guarantee6ListsOfLargeOrdersLeaveTheOthersServed() {
        // one device asks for all its large orders, at full allowance; others read their feeds meanwhile
        ApiFixture.Device other = server.register("other");
        server.orders(other, 1);
        List<CompletableFuture<CheckedResponse>> attack = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            attack.add(grill.client().getLater(grill.path() + "/orders"));
        }
        for (int i = 0; i < 8; i++) {
            assertEquals(
                    List.of(1L), other.client().get(other.feed()).expect(200).revisions());
        }
        attack.forEach(one -> assertTrue(one.join().status() != 500));
    }
}
