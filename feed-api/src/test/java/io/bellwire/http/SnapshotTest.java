package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feedapi.FeedApiOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {
    private static ApiFixture server;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<Integer> volumes(JsonNode orders) {
        List<Integer> volumes = new ArrayList<>();
        orders.forEach(order -> volumes.add(order.path("volume").asInt()));
        return volumes;
    }

    @Test
    void snapshotHoldsAllOrdersInTheOrderOfTheirCreationAndTheCursorOfNow() {
        ApiFixture.Device grill = server.register("grill");
        ApiFixture.Device fryer = server.register("fryer");
        server.orders(grill, 3);
        server.orders(fryer, 2);

        CheckedResponse answer = grill.client().get(grill.path() + "/orders").expect(200);

        JsonNode snapshot = answer.json();
        assertEquals(List.of(1, 2, 3), volumes(snapshot.path("orders")));
        assertEquals(
                grill.client().get(grill.feed()).cursor(),
                snapshot.path("cursor").asText());
        assertFalse(snapshot.has("next"));
        assertEquals("no-store", answer.header("cache-control"));
        JsonNode fromFeed = grill.client().get(grill.feed()).json().get(1).path("data");
        assertEquals(fromFeed, snapshot.path("orders").get(1));
    }

    @Test
    void snapshotOfADeviceWithoutOrdersIsEmpty() {
        ApiFixture.Device grill = server.register("grill");

        JsonNode snapshot =
                grill.client().get(grill.path() + "/orders").expect(200).json();

        assertEquals(0, snapshot.path("orders").size());
        assertTrue(snapshot.path("cursor").asText().endsWith(".0.0000000"));
    }

    @Test
    void guarantee3NothingFallsBetweenASnapshotInPagesAndTheFeedThatGoesOnFromIt() {
        ApiFixture.Device grill = server.register("grill");
        server.orders(grill, 5);
        List<Integer> seen = new ArrayList<>();
        String cursor = null;

        String next = grill.path() + "/orders?limit=2";
        while (next != null) {
            JsonNode page = grill.client().get(next).expect(200).json();
            seen.addAll(volumes(page.path("orders")));
            cursor = cursor == null ? page.path("cursor").asText() : cursor;
            next = page.has("next") ? page.path("next").asText() : null;
            // orders change between the pages
            server.operator()
                    .order("{\"device_id\":\"" + grill.id() + "\",\"volume\":" + (100 + seen.size()) + "}")
                    .expect(201);
            if (seen.size() > 8) {
                break;
            }
        }

        assertEquals(List.of(1, 2, 3, 4, 5), seen.subList(0, 5));
        CheckedResponse rest =
                grill.client().get(grill.feed() + "?cursor=" + cursor).expect(200);
        List<Integer> fromFeed = new ArrayList<>();
        rest.json()
                .forEach(change ->
                        fromFeed.add(change.path("data").path("volume").asInt()));
        List<Integer> all = new ArrayList<>(IntStream.rangeClosed(1, 5).boxed().toList());
        all.addAll(fromFeed);
        assertEquals(6, rest.revisions().get(0), "the cursor is that of the first page");
        assertTrue(all.containsAll(seen));
    }

    @Test
    void nextIsAbsentOnceThePageHoldsTheLastOrder() {
        ApiFixture.Device grill = server.register("grill");
        server.orders(grill, 4);

        JsonNode first =
                grill.client().get(grill.path() + "/orders?limit=2").expect(200).json();
        JsonNode second =
                grill.client().get(first.path("next").asText()).expect(200).json();

        assertEquals(List.of(3, 4), volumes(second.path("orders")));
        assertFalse(second.has("next"));
    }

    /** In pages of two: ended long ago, ended long ago / ended now, open / one page of old ones / the last. */
    @Test
    void ordersThatEndedBeforeATimeAreLeftOutAndThePagesGoOn() {
        TestClock clock = new TestClock("2026-11-20T08:00:00Z");
        try (ApiFixture late = ApiFixture.of(FeedApiOptions.DEFAULT, clock)) {
            ApiFixture.Device grill = late.register("grill");
            late.orders(grill, 7);
            List<String> ids = new ArrayList<>();
            late.operator()
                    .get(grill.path() + "/orders")
                    .json()
                    .path("orders")
                    .forEach(order -> ids.add("/v1/orders/" + order.path("id").asText()));
            for (int ended : List.of(0, 1, 4, 5)) {
                late.operator()
                        .step(ids.get(ended), ended == 0 ? "rejected" : "cancelled")
                        .expect(200);
            }
            clock.advance(Duration.ofHours(1));
            late.operator().step(ids.get(2), "cancelled").expect(200);

            // times may have milliseconds and any offset
            for (String time :
                    List.of("2026-11-20T09:00:00Z", "2026-11-20T10:00:00%2B01:00", "2026-11-20T08:00:00.001Z")) {
                assertEquals(
                        List.of(List.of(), List.of(3, 4), List.of(), List.of(7)),
                        pages(grill, grill.path() + "/orders?limit=2&ended_after=" + time),
                        time);
            }
            assertEquals(
                    List.of(List.of(1, 2, 3, 4, 5, 6, 7)),
                    pages(grill, grill.path() + "/orders?ended_after=2026-11-20T08:00:00Z"));
            assertEquals(
                    List.of(List.of(4, 7)),
                    pages(grill, grill.path() + "/orders?ended_after=2026-11-20T09:00:00.001Z"));
        }
    }

    private static List<List<Integer>> pages(ApiFixture.Device device, String first) {
        List<List<Integer>> pages = new ArrayList<>();
        String next = first;
        while (!next.isEmpty()) {
            JsonNode page = device.client().get(next).expect(200).json();
            pages.add(volumes(page.path("orders")));
            next = page.path("next").asText();
        }
        return pages;
    }

    @Test
    void guarantee6PlaceAfterAnothersOrderShowsNothingOfTheOther() {
        ApiFixture.Device grill = server.register("grill");
        ApiFixture.Device fryer = server.register("fryer");
        server.orders(grill, 2);
        server.orders(fryer, 2);
        for (ApiFixture.Device one : List.of(grill, fryer)) {
            String first = server.operator()
                    .get(one.path() + "/orders?limit=1")
                    .json()
                    .path("orders")
                    .get(0)
                    .path("id")
                    .asText();
            for (ApiFixture.Device two : List.of(grill, fryer)) {
                two.client()
                        .get(two.path() + "/orders?after=" + first)
                        .expect(200)
                        .json()
                        .path("orders")
                        .forEach(order ->
                                assertEquals(two.id(), order.path("device_id").asText()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=x",
                "after=",
                "after=x",
                "after=ZZZZZZZZZZZZZ",
                "cursor=x",
                "ended_after=",
                "ended_after=today",
                "ended_after=2026-11-20"
            })
    void malformedParametersAreRefusedByName(String query) {
        ApiFixture.Device grill = server.register("grill");
        grill.client()
                .get(grill.path() + "/orders?" + query)
                .expectProblem(400, "invalid-request", query.substring(0, query.indexOf('=')));
    }
}
