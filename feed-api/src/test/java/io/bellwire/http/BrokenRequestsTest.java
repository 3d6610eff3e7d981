package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed requests: each is answered or its connection closed, and the server continues. */
class BrokenRequestsTest {
    private static final int BODY_DEADLINE_MILLIS = 300;
    private static ApiFixture server;
    private static ApiFixture.Device grill;
    private static ApiFixture.Device fryer;

    @BeforeAll
    static void start() {
        server = ApiFixture.of(HttpConnectionLimits.DEFAULT.withBodyDeadline(Duration.ofMillis(BODY_DEADLINE_MILLIS)));
        grill = server.register("grill");
        fryer = server.register("fryer");
        server.orders(fryer, 1);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void serverLivesOn() {
        server.stranger().get("/healthz").expect(200);
        assertTrue(grill.client().get(grill.feed()).expect(200).revisions().isEmpty());
    }

    private static String answerTo(String request) throws IOException {
        try (RawConnection connection = new RawConnection(server.base())) {
            return connection.send(request).endOutput().readToEnd();
        }
    }

    private static String head(String line) {
        return line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                + grill.client().token() + "\r\n";
    }

    private static String operatorPost(String headers, String body) {
        return "POST /v1/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer " + server.api().operatorToken() + "\r\n" + headers + "\r\n" + body;
    }

    private static void expectProblem(String answer, int status) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertTrue(
                answer.toLowerCase(java.util.Locale.ROOT).contains("content-type: application/problem+json"), answer);
        assertTrue(answer.contains("\"type\":\"urn:bellwire:problem:"), answer);
        assertTrue(answer.contains("\"status\":" + status), answer);
        assertFalse(answer.contains("Exception"), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nonsense\r\n\r\n",
                "GET\r\n\r\n",
                "GET /healthz HTTP/1.1\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
                "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/devices/%FF/feed HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/devices/%00/feed HTTP/1.1\r\nHost: x\r\n\r\n",
                "\u0000\u0001\u0002\u0003\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n",
            })
    void garbageIsABadRequest(String request) throws IOException {
        expectProblem(answerTo(request), 400);
    }

    @Test
    void unknownVersionOfHttpIsRefused() throws IOException {
        String answer = answerTo("GET /healthz HTTP/7.7\r\nHost: x\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 505") || answer.startsWith("HTTP/1.1 400"), answer);
        assertTrue(answer.contains("urn:bellwire:problem:"), answer);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/devices/GRILL/../FRYER/feed",
                "/v1/devices/GRILL/%2e%2e/FRYER/feed",
                "/v1/devices/GRILL/.%2E/FRYER/feed",
                "/v1/devices/GRILL%2F..%2FFRYER/feed",
                "/v1/devices/GRILL%2f%2e%2e%2fFRYER/feed",
                "/v1/devices/GRILL/..;/FRYER/feed",
                "/v1/devices/FRYER;GRILL/feed",
                "/v1/devices/FRYER;/feed",
                "/v1/devices/GRILL;x/../FRYER/feed",
                "/v1/devices//FRYER/feed",
                "//v1/devices/FRYER/feed",
                "/v1/devices/FRYER/./feed",
                "/v1/devices/FRYER%00/feed",
                "/v1/devices/FRYER%20/feed",
                "/v1/devices/GRILL\\..\\FRYER/feed",
                "/v1/devices/GRILL%5C..%5CFRYER/feed",
                "/../v1/devices/FRYER/feed",
                "http://other/v1/devices/FRYER/feed",
            })
    void guarantee6NoTrickWithThePathOpensAnothersFeed(String path) throws IOException {
        String line = "GET " + path.replace("GRILL", grill.id()).replace("FRYER", fryer.id());

        String answer = answerTo(head(line) + "\r\n");

        assertTrue(answer.matches("(?s)HTTP/1.1 (400|403|404) .*"), answer);
        assertFalse(answer.contains("io.bellwire.order.created"), answer);
    }

    @Test
    void headersOverTheirLimitAreRefused() throws IOException {
        expectProblem(answerTo(head("GET /healthz") + "X-Long: " + "x".repeat(9_000) + "\r\n\r\n"), 431);
        expectProblem(answerTo(head("GET /healthz") + "X: y\r\n".repeat(2_000) + "\r\n"), 431);
        expectProblem(answerTo(head("GET /healthz?" + "x".repeat(9_000)) + "\r\n"), 431);
    }

    @Test
    void bodyThatEndsEarlyIsRefusedOrDropped() throws IOException {
        String answer = answerTo(operatorPost("Content-Length: 100\r\n", "{\"device_id\":\"" + grill.id() + "\"}"));
        assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 400 "), answer);
    }

    @Test
    void brokenChunksAreRefused() throws IOException {
        expectProblem(answerTo(operatorPost("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n")), 400);
        String unknown = answerTo(operatorPost("Transfer-Encoding: magic\r\n", grill.order()));
        assertTrue(unknown.matches("(?s)HTTP/1.1 (400|501) .*"), unknown);
    }

    @Test
    void bodyThatDoesNotArriveInTimeIsNotWaitedFor() throws IOException {
        try (RawConnection connection = new RawConnection(server.base())) {
            connection.send(operatorPost("Content-Length: 100\r\n", "{"));

            expectProblem(connection.readToEnd(), 408);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200_000, 2_000_000, 8_000_000})
    void callerThatIsStillSendingReadsWhyItIsRefused(int length) throws IOException {
        try (RawConnection connection = new RawConnection(server.base())) {
            connection.send(operatorPost("Content-Length: " + length + "\r\n", "{"));
            String piece = " ".repeat(10_000);
            for (int sent = 1; sent < length; sent += piece.length()) {
                connection.send(piece.substring(0, Math.min(piece.length(), length - sent)));
            }
            expectProblem(connection.endOutput().readToEnd(), 413);
        }
    }

    @Test
    void connectionOfARefusedCallerThatNeverStopsSendingIsClosed() throws IOException {
        try (RawConnection connection = new RawConnection(server.base())) {
            connection.send(operatorPost("Content-Length: 2000000000\r\n", "{"));
            String piece = " ".repeat(1_000_000);
            assertThrows(IOException.class, () -> {
                for (int i = 0; i < 2_000; i++) {
                    connection.send(piece);
                }
            });
        }
    }

    @Test
    void guarantee6ManySlowBodiesHoldNobodyUp() throws IOException {
        List<RawConnection> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                slow.add(new RawConnection(server.base()).send(operatorPost("Content-Length: 100\r\n", "{")));
            }
            grill.client().get(grill.feed()).expect(200);
            for (RawConnection connection : slow) {
                expectProblem(connection.readToEnd(), 408);
            }
        } finally {
            for (RawConnection connection : slow) {
                connection.close();
            }
        }
    }

    @Test
    void bodyInManyPiecesIsOneBody() throws IOException {
        ApiFixture.Device oven = server.register("oven");
        try (RawConnection connection = new RawConnection(server.base())) {
            String body = oven.order();
            connection.send(operatorPost("Content-Length: " + body.length() + "\r\n", ""));
            for (int i = 0; i < body.length(); i++) {
                connection.send(body.substring(i, i + 1));
            }
            String answer = connection.readToEnd();
            assertTrue(answer.startsWith("HTTP/1.1 201 "), answer);
        }
    }

    @Test
    void longPollOfACallerThatDisconnectsEnds() throws IOException {
        try (RawConnection connection = new RawConnection(server.base())) {
            connection.send("GET " + grill.feed() + "?wait_ms=2000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + grill.client().token() + "\r\n\r\n");
            await().until(() -> server.waiting() == 1);
        }
        await().until(() -> server.waiting() == 0);
    }
}
