package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.bellwire.admission.TokenBucket;
import io.bellwire.feedapi.FeedApiOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A caller that asks for large pages and does not read them is refused, and its connections are closed. */
class UnreadAnswersTest {
    private static final int RECEIVE_BYTES = 4 << 10;
    private static final int ORDERS = 20;
    private static final int PER_CALLER = 2 << 20;
    private static final int IN_ALL = 3 << 20;

    private static ApiFixture server(long perCaller, long inAll, Duration stall) {
        return ApiFixture.of(
                FeedApiOptions.DEFAULT.withCallers(CallerLimits.DEFAULT.withAnswers(perCaller, inAll, stall)));
    }

    /** Sends one request, and reads nothing of its answer. */
    private static Socket unread(ApiFixture server, ApiFixture.Device device) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(RECEIVE_BYTES);
        socket.connect(
                new InetSocketAddress(server.base().getHost(), server.base().getPort()));
        socket.getOutputStream()
                .write(("GET " + device.feed() + "?limit=1000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                                + device.client().token() + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static void largeOrders(ApiFixture server, ApiFixture.Device device) {
        for (int i = 0; i < ORDERS; i++) {
            server.operator()
                    .order("{\"device_id\":\"" + device.id() + "\",\"data\":{\"a\":\"" + "x".repeat(60_000) + "\"}}")
                    .expect(201);
        }
    }

    private static double inFlight(ApiFixture server) {
        return server.meters().get("bellwire.http.answers.bytes").gauge().value();
    }

    @Test
    void guarantee6CallerThatDoesNotReadItsPagesIsRefusedAndOthersAreServed() throws IOException {
        try (ApiFixture server = server(PER_CALLER, 64 << 20, Duration.ofSeconds(2))) {
            ApiFixture.Device grill = server.register("grill");
            ApiFixture.Device fryer = server.register("fryer");
            largeOrders(server, grill);
            largeOrders(server, fryer);
            List<Socket> unread = new ArrayList<>();
            try {
                for (int i = 0; i < 30; i++) {
                    unread.add(unread(server, grill));
                }
                await().until(() -> inFlight(server) >= PER_CALLER / 2);
                for (int i = 0; i < 8; i++) {
                    assertEquals(
                            1L,
                            fryer.client()
                                    .get(fryer.feed())
                                    .expect(200)
                                    .revisions()
                                    .get(0));
                    assertTrue(inFlight(server) <= PER_CALLER + (2 << 20), "in flight: " + inFlight(server));
                }

                // then the connections are closed, and the caller is served again
                await().atMost(Duration.ofSeconds(20)).until(() -> inFlight(server) == 0);
                grill.client().get(grill.feed()).expect(200);
            } finally {
                for (Socket socket : unread) {
                    socket.close();
                }
            }
            assertTrue(server.meters()
                            .get("bellwire.http.answers.refused")
                            .counter()
                            .count()
                    > 0);
        }
    }

    @Test
    void guarantee6CallerWithUnreadPagesIsRefusedBeforeTheNextIsMade() throws IOException {
        try (ApiFixture server = server(1 << 20, IN_ALL, Duration.ofSeconds(60))) {
            ApiFixture.Device grill = server.register("grill");
            largeOrders(server, grill);
            try (Socket first = unread(server, grill)) {
                await().until(() -> inFlight(server) > 0);

                CheckedResponse refused = grill.client().get(grill.feed() + "?limit=1000");

                refused.expectProblem(429, "rate-limited", "has not read");
                assertEquals("1", refused.header("retry-after"));
                // what changes something is done and answered
                server.operator().order(grill.order()).expect(201);
                assertFalse(first.isClosed());
            }
            await().until(() -> inFlight(server) == 0);
            grill.client().get(grill.feed() + "?limit=1000").expect(200);
        }
    }

    @Test
    void guarantee6ManyCallersThatDoNotReadLeaveTheSmallAnswersOfOthers() throws IOException {
        try (ApiFixture server = server(PER_CALLER, IN_ALL, Duration.ofSeconds(60))) {
            ApiFixture.Device fryer = server.register("fryer");
            largeOrders(server, fryer);
            ApiFixture.Device oven = server.register("oven");
            server.orders(oven, 1);
            List<Socket> unread = new ArrayList<>();
            try {
                for (int i = 0; i < 3; i++) {
                    ApiFixture.Device grill = server.register("grill");
                    largeOrders(server, grill);
                    unread.add(unread(server, grill));
                }
                await().until(() -> inFlight(server) > IN_ALL - (1 << 20));

                fryer.client().get(fryer.feed() + "?limit=1000").expectProblem(503, "overloaded", "not read yet");
                assertEquals(
                        List.of(1L), oven.client().get(oven.feed()).expect(200).revisions());
            } finally {
                for (Socket socket : unread) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void onlyAnswerOfACallerAlwaysHasRoomAndNothingIsLeftBehind() {
        AnswersInFlight answers = new AnswersInFlight(
                CallerLimits.DEFAULT.withAnswers(100, 300, Duration.ofSeconds(1)), new SimpleMeterRegistry());

        assertTrue(answers.tryAdd("grill", 200));
        assertFalse(answers.tryAdd("grill", 10));
        assertTrue(answers.tryAdd("fryer", 100));
        assertFalse(answers.tryAdd("oven", 1));
        answers.add("oven", 50);
        answers.remove("oven", 50);
        answers.remove("grill", 200);
        assertTrue(answers.tryAdd("oven", 1));
        answers.remove("oven", 1);
        answers.remove("fryer", 100);

        assertEquals(0, answers.holders());
    }

    /** A caller that reads a little now and then never stalls, but is too slow in all. */
    @Test
    void guarantee6AnswerThatIsReadTooSlowlyIsCutOffThoughItsReaderNeverStalls() throws Exception {
        try (ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT.withCallers(CallerLimits.DEFAULT
                .withAnswers(PER_CALLER, IN_ALL, Duration.ofSeconds(3))
                .withReadBytesPerSecondMin(1 << 20)))) {
            ApiFixture.Device grill = server.register("grill");
            largeOrders(server, grill); // a page of 1 MB
            int read = 0;
            try (Socket slow = unread(server, grill)) {
                slow.setSoTimeout(20_000);
                await().until(() -> inFlight(server) > 0);
                int count = 0;
                while (count >= 0) {
                    read += count;
                    TimeUnit.MILLISECONDS.sleep(100); // 100 KB a second
                    count = slow.getInputStream().readNBytes(10_000).length;
                    count = count == 0 ? -1 : count;
                }
            } catch (SocketException reset) {
                assertTrue(read > 0, "it has read something");
            }
            assertTrue(read < 900_000, "it has read " + read + " bytes");
            assertEquals(
                    1,
                    server.meters()
                            .get("bellwire.http.connections.closed")
                            .tag("reason", "unread")
                            .counter()
                            .count());
        }
    }

    @Test
    void pageThatIsRefusedBecauseOthersAreUnreadDoesNotCountAsReceived() throws IOException {
        try (ApiFixture server = server(PER_CALLER, 1, Duration.ofSeconds(60))) {
            ApiFixture.Device grill = server.register("grill");
            largeOrders(server, grill);

            grill.client().get(grill.feed() + "?limit=10").expectProblem(503, "overloaded", "not read yet");

            assertEquals(
                    0,
                    server.operator().get(grill.path()).json().path("received").asInt());
        }
    }

    @Test
    void refusedCallersAreInTheLogWithoutTheirTokens() {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger logger = (Logger) LoggerFactory.getLogger(ApiHandler.class);
        logger.addAppender(lines);
        try (ApiFixture server =
                ApiFixture.of(FeedApiOptions.DEFAULT.withRates(new TokenBucket(1, 1), TokenBucket.UNLIMITED))) {
            ApiFixture.Device grill = server.register("grill");
            server.as("not-a-token-of-anybody").get("/v1/orders/pending").expect(401);
            grill.client().get(grill.feed());
            grill.client().get(grill.feed()).expect(429);

            List<String> texts =
                    lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
            assertEquals(2, texts.size(), texts.toString());
            assertTrue(texts.get(0).contains("127.0.0.1: the token is not known (unauthorized;"), texts.get(0));
            assertTrue(texts.get(1).contains("refused \"devices/" + grill.id() + "\" from 127.0.0.1"), texts.get(1));
            assertFalse(texts.toString().contains("not-a-token"));
            assertFalse(texts.toString().contains(grill.client().token()));
        } finally {
            logger.detachAppender(lines);
        }
    }
}
