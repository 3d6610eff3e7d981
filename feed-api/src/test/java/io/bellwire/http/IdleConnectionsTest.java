package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.bellwire.feedapi.FeedApiOptions;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Idle connections to a server that closes them after 400 ms instead of 75 s. */
class IdleConnectionsTest {
    private static final int IDLE_MILLIS = 400;

    private final ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT.toBuilder()
            .streams(new StreamOptions(10, 10, Duration.ofMillis(100), Duration.ofSeconds(10)))
            .callers(CallerLimits.DEFAULT.withConnections(
                    HttpConnectionLimits.DEFAULT.withIdleTimeout(Duration.ofMillis(IDLE_MILLIS))))
            .build());
    private final ApiFixture.Device grill = server.register("grill");

    @AfterEach
    void stop() {
        server.close();
    }

    private double closed(String reason) {
        return server.meters()
                .get("bellwire.http.connections.closed")
                .tag("reason", reason)
                .counter()
                .count();
    }

    @Test
    void connectionWithoutARequestIsClosed() throws IOException {
        try (RawConnection silent = new RawConnection(server.base())) {
            assertEquals("", silent.readToEnd());
        }
    }

    @Test
    void connectionIsKeptForTheNextRequestAndThenClosed() throws IOException {
        try (RawConnection kept = new RawConnection(server.base())) {
            String request = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";

            String answers = kept.send(request).send(request).readToEnd();

            assertEquals(3, answers.split("HTTP/1.1 200").length, answers);
        }
        await().until(() -> closed("idle") >= 1);
    }

    @Test
    void requestThatStopsInItsHeadersIsClosed() throws IOException {
        try (RawConnection slow = new RawConnection(server.base())) {
            assertEquals(
                    "", slow.send("GET /healthz HTTP/1.1\r\nHost: x\r\nAccept").readToEnd());
        }
    }

    @Test
    void callerWhoseConnectionWasClosedMeanwhileOpensAnother() throws IOException {
        server.operator().get(grill.feed()).expect(200);
        connectionWithoutARequestIsClosed(); // by then the first connection is closed too

        server.operator().order(grill.order()).expect(201);
    }

    @Test
    void longPollOutlastsIt() {
        CheckedResponse page =
                grill.client().get(grill.feed() + "?wait_ms=1500").expect(200);

        assertEquals("[]", page.text());
    }

    @Test
    void longestLongPollAndLongestSilenceOfAStreamAreShorter() {
        int idleMillis = (int) HttpConnectionLimits.DEFAULT.idleTimeout().toMillis();
        grill.client().get(grill.feed() + "?wait_ms=" + idleMillis).expectProblem(400, "invalid-request", "wait_ms");
        assertThrows(
                IllegalArgumentException.class,
                () -> new StreamOptions(1, 1, Duration.ofMillis(idleMillis), Duration.ofSeconds(10)));
    }

    @Test
    void streamOutlastsItByItsHeartbeats() throws IOException {
        try (SignalReader reader = SignalReader.of(server, grill)) {
            assertEquals("retry: 2000\n", reader.block());
            for (int i = 0; i < 10; i++) {
                assertEquals(": \n", reader.block());
            }
        }
    }
}
