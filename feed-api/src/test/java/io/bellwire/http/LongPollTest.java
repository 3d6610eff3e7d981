package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LongPollTest {
    /** Many more than the HTTP server has threads. */
    private static final int MANY = 200;

    private ApiFixture server;
    private ApiFixture.Device grill;

    @BeforeEach
    void start() {
        server = ApiFixture.inMemory();
        grill = server.register("grill");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void waitingReaderIsAnsweredByTheNextCommit() {
        CompletableFuture<CheckedResponse> waiting = grill.client().getLater(grill.feed() + "?wait_ms=60000");
        await().until(() -> server.waiting() == 1);
        assertFalse(waiting.isDone());

        server.orders(grill, 1);

        CheckedResponse page = waiting.join().expect(200);
        assertEquals(List.of(1L), page.revisions());
        assertEquals("true", page.header("bellwire-up-to-date"));
        await().until(() -> server.waiting() == 0);
    }

    @Test
    void commitInAnotherFeedDoesNotAnswerIt() {
        ApiFixture.Device fryer = server.register("fryer");
        CompletableFuture<CheckedResponse> waiting = grill.client().getLater(grill.feed() + "?wait_ms=60000");
        await().until(() -> server.waiting() == 1);

        server.orders(fryer, 3);

        assertEquals(1, server.waiting());
        assertFalse(waiting.isDone());
        server.orders(grill, 1);
        assertEquals(List.of(1L), waiting.join().expect(200).revisions());
    }

    @Test
    void waitThatRunsOutIsAnsweredWithAnEmptyPage() {
        CheckedResponse page = grill.client().get(grill.feed() + "?wait_ms=50").expect(200);

        assertEquals("[]", page.text());
        assertTrue(page.cursor().endsWith(".0.0000000"));
        assertEquals("true", page.header("bellwire-up-to-date"));
        await().until(() -> server.waiting() == 0);
        assertEquals(
                "[]",
                grill.client().get(grill.feed() + "?timeout=50").expect(200).text());
    }

    @Test
    void readerThatIsBehindDoesNotWait() {
        server.orders(grill, 2);

        CheckedResponse page =
                grill.client().get(grill.feed() + "?wait_ms=60000").expect(200);

        assertEquals(List.of(1L, 2L), page.revisions());
        assertEquals(0, server.waiting());
    }

    @Test
    void headDoesNotWaitAndCountsNeitherAsReceivedNorAsSeen() {
        server.orders(grill, 2);
        CheckedResponse behind = head("?limit=1");
        CheckedResponse upToDate = head("?wait_ms=60000&cursor=" + behind.header("bellwire-head"));

        assertTrue(behind.header("bellwire-cursor").contains(".1."), behind.header("bellwire-cursor"));
        assertEquals(behind.header("bellwire-head"), upToDate.header("bellwire-cursor"));
        assertEquals("true", upToDate.header("bellwire-up-to-date"));
        assertEquals(
                0, server.operator().get(grill.path()).json().path("received").asLong());
        assertFalse(
                server.operator()
                        .get("/v1/devices")
                        .json()
                        .path("devices")
                        .get(0)
                        .has("last_seen"),
                "it has read nothing yet");

        grill.client().get(grill.feed()).expect(200);
        assertEquals(
                2, server.operator().get(grill.path()).json().path("received").asLong());
    }

    private CheckedResponse head(String query) {
        return grill.client()
                .sendLater("HEAD", grill.feed() + query, "")
                .orTimeout(30, TimeUnit.SECONDS)
                .join()
                .expect(200);
    }

    @Test
    void guarantee6ManyLongPollsHoldNoThreadAndAreAllAnsweredByOneCommit() {
        List<CompletableFuture<CheckedResponse>> waiting = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            waiting.add(server.operator().getLater(grill.feed() + "?wait_ms=60000"));
        }
        await().until(() -> server.waiting() == MANY);

        // no thread would be left for this if each long poll held one
        server.orders(grill, 1);

        waiting.forEach(one -> assertEquals(List.of(1L), one.join().expect(200).revisions()));
        await().until(() -> server.waiting() == 0);
    }

    @Test
    void stoppingServerAnswersWaitingLongPolls() {
        CompletableFuture<CheckedResponse> waiting = grill.client().getLater(grill.feed() + "?wait_ms=60000");
        await().until(() -> server.waiting() == 1);

        server.close();

        assertEquals("[]", waiting.join().expect(200).text());
    }
}
