package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.jackson.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeedTest {
    private static final String IMMUTABLE = "private, max-age=31536000, immutable";
    private static ApiFixture server;
    private static ApiFixture.Device grill;

    @BeforeAll
    static void start() {
        server = ApiFixture.inMemory();
        grill = server.register("grill");
        server.orders(grill, 7);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static List<Long> revisions(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static CheckedResponse read(String query) {
        return grill.client().get(grill.feed() + query).expect(200);
    }

    @Test
    void feedIsReadFromItsBeginning() {
        CheckedResponse page = read("");

        assertEquals("application/cloudevents-batch+json", page.header("content-type"));
        assertEquals(revisions(1, 7), page.revisions());
        assertTrue(page.cursor().matches("[a-z0-9]{10}\\.7\\.[a-z0-9]{7}"));
        assertEquals(page.cursor(), page.header("bellwire-head"));
        assertEquals("true", page.header("bellwire-up-to-date"));
        assertEquals("no-store", page.header("cache-control"));
        assertArrayEquals(page.bytes(), read("?cursor=").bytes());
        assertArrayEquals(page.bytes(), read("?lastEventId=").bytes());
    }

    @Test
    void guarantee3ReaderThatFollowsItsCursorGetsEveryChangeOnceAndInOrder() {
        for (int limit = 1; limit <= 8; limit++) {
            List<Long> seen = new ArrayList<>();
            String cursor = "";
            CheckedResponse page;
            do {
                page = read("?limit=" + limit + "&cursor=" + cursor);
                assertTrue(page.revisions().size() <= limit);
                seen.addAll(page.revisions());
                cursor = page.cursor();
            } while (!page.header("bellwire-up-to-date").equals("true"));
            assertEquals(revisions(1, 7), seen);
        }
    }

    @Test
    void fullPageMayBeKeptForEverAndTheLastMayNot() {
        CheckedResponse full = read("?limit=3");
        CheckedResponse last = read("?limit=3&cursor=" + server.cursorAt(grill, 6));

        assertEquals(IMMUTABLE, full.header("cache-control"));
        assertEquals("false", full.header("bellwire-up-to-date"));
        assertTrue(full.header("bellwire-head").contains(".7."));
        assertEquals("no-store", last.header("cache-control"));
        assertArrayEquals(full.bytes(), read("?limit=3").bytes());
    }

    @Test
    void emptyPageCarriesTheCursorToReadOnFrom() {
        String head = read("").cursor();

        CheckedResponse empty = read("?cursor=" + head);

        assertEquals("[]", empty.text());
        assertEquals(head, empty.cursor());
        assertEquals(head, empty.header("bellwire-head"));
        assertEquals("true", empty.header("bellwire-up-to-date"));
        assertEquals("no-store", empty.header("cache-control"));
    }

    @Test
    void feedWithoutAnyChangeHasACursorToo() {
        ApiFixture.Device fryer = server.register("fryer");

        CheckedResponse empty = fryer.client().get(fryer.feed()).expect(200);

        assertEquals("[]", empty.text());
        assertTrue(empty.cursor().endsWith(".0.0000000"));
        server.orders(fryer, 1);
        assertEquals(
                List.of(1L),
                fryer.client().get(fryer.feed() + "?cursor=" + empty.cursor()).revisions());
    }

    @Test
    void everyChangeIsACloudEventWhoseIdIsItsCursor() {
        JsonNode page = read("").json();

        for (int i = 0; i < page.size(); i++) {
            byte[] json = page.get(i).toString().getBytes(StandardCharsets.UTF_8);
            CloudEvent event = new JsonFormat().deserialize(json);
            assertEquals(grill.feed(), event.getSource().toString());
            assertEquals("io.bellwire.order.created", event.getType());
            assertEquals("application/json", event.getDataContentType());
            assertNotNull(event.getTime());
            assertEquals(i + 1, ((Number) event.getExtension("revision")).intValue());
            JsonNode order = page.get(i).path("data");
            assertEquals(order.path("id").asText(), event.getSubject());
            assertEquals(i + 1, order.path("volume").asInt());
            List<Long> rest = read("?cursor=" + event.getId()).revisions();
            assertEquals(revisions(i + 2, 7), rest);
        }
    }

    @Test
    void otherNamesOfHttpFeedsAreUnderstood() {
        String cursor = read("?limit=2").cursor();

        assertEquals(
                revisions(3, 7), read("?lastEventId=" + cursor + "&timeout=0").revisions());
        grill.client()
                .get(grill.feed() + "?lastEventId=" + cursor + "&cursor=" + cursor)
                .expectProblem(400, "invalid-request", "lastEventId");
        grill.client().get(grill.feed() + "?timeout=1&wait_ms=1").expectProblem(400, "invalid-request", "timeout");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=1001",
                "limit=-1",
                "limit=",
                "limit=ten",
                "limit=1.5",
                "limit=99999999999999999999",
                "limit=%2B5",
                "limit=\u0665",
                "wait_ms=-1",
                "wait_ms=60001",
                "wait_ms=x",
                "timeout=60001",
            })
    void numberOutOfItsRangeIsRefusedByName(String query) {
        String name = query.substring(0, query.indexOf('=')).replace("timeout", "wait_ms");
        grill.client().get(grill.feed() + "?" + query).expectProblem(400, "invalid-request", name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "x.7",
                "EPOCH",
                "EPOCH.",
                "EPOCH.7",
                "EPOCH.7.",
                "EPOCH.-1.0000001",
                "EPOCH.07.0000001",
                "EPOCH.x.0000001",
                "EPOCH.7.7",
                "EPOCH.7.000001",
                "EPOCH.7.00000001",
                "EPOCH.7.000000A",
                "EPOCH.7.1z141z4",
                "EPOCH.0.0000001",
                "EPOCH.7.0000001.0000001",
                "EPOCH.9007199254740992.0000001",
                "EPOCH.99999999999999999999.0000001",
                "EPOCH.%D9%A7.0000001",
                "EPOCH..0000001",
                ".",
                "%00",
            })
    void whatIsNoCursorIsRefused(String cursor) {
        String epoch = read("").cursor().substring(0, 10);
        grill.client()
                .get(grill.feed() + "?cursor=" + cursor.replace("EPOCH", epoch))
                .expectProblem(400, "invalid-request", "cursor");
    }

    @Test
    void unknownAndRepeatedParametersAreRefusedByName() {
        grill.client().get(grill.feed() + "?since=7").expectProblem(400, "invalid-request", "since");
        grill.client().get(grill.feed() + "?Cursor=").expectProblem(400, "invalid-request", "Cursor");
        grill.client().get(grill.feed() + "?limit=1&limit=1").expectProblem(400, "invalid-request", "limit");
    }

    @Test
    void pageEndsOnceItHoldsAMebibyte() {
        ApiFixture.Device oven = server.register("oven");
        String large = "{\"device_id\":\"" + oven.id() + "\",\"data\":{\"a\":\"" + "x".repeat(60_000) + "\"}}";
        for (int i = 0; i < 20; i++) {
            server.operator().order(large).expect(201);
        }

        CheckedResponse page = oven.client().get(oven.feed() + "?limit=1000").expect(200);

        assertTrue(page.bytes().length <= (1 << 20) + 8_192, "bytes: " + page.bytes().length);
        assertEquals(17, page.revisions().size());
        assertEquals(IMMUTABLE, page.header("cache-control"));
        assertEquals("false", page.header("bellwire-up-to-date"));
        CheckedResponse rest = oven.client()
                .get(oven.feed() + "?limit=1000&cursor=" + page.cursor())
                .expect(200);
        assertEquals(revisions(18, 20), rest.revisions());
    }
}
