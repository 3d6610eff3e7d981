package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.TokenBucket;
import io.bellwire.feedapi.FeedApiOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that send no request, or send it too slowly, and too many of one address are closed. */
class ConnectionLimitsTest {
    private static final int PER_ADDRESS_MAX = 20;
    private static final byte[] OTHER_ADDRESS = {127, 0, 0, 2};
    private static final String REQUEST = "GET /healthz HTTP/1.1\r\nHost: x\r\n";

    private static ApiFixture server(int perAddressMax, Duration headerDeadline) {
        return ApiFixture.of(
                HttpConnectionLimits.DEFAULT.withPerAddressMax(perAddressMax).withHeaderDeadline(headerDeadline));
    }

    private static double closed(ApiFixture server, String reason) {
        return server.meters()
                .get("bellwire.http.connections.closed")
                .tag("reason", reason)
                .counter()
                .count();
    }

    @Test
    void guarantee6ConnectionWithoutAWholeRequestIsClosed() throws IOException {
        try (ApiFixture server = server(10_000, Duration.ofSeconds(2))) {
            server.operator().get("/healthz").expect(200); // a cold server takes its time over its first request
            try (RawConnection silent = new RawConnection(server.base());
                    RawConnection partial = new RawConnection(server.base());
                    RawConnection kept = new RawConnection(server.base());
                    RawConnection second = new RawConnection(server.base())) {
                partial.send(REQUEST + "Acc");
                kept.send(REQUEST + "\r\n");
                second.send(REQUEST + "\r\n");

                assertEquals("", silent.readToEnd());
                assertEquals("", partial.readToEnd());
                second.send(REQUEST + "Acc");
                assertEquals(2, second.readToEnd().split("HTTP/1.1 200").length);
                // a connection may wait for its next request
                String answers =
                        kept.send(REQUEST + "Connection: close\r\n\r\n").readToEnd();
                assertEquals(3, answers.split("HTTP/1.1 200").length, answers);
                assertEquals(3, closed(server, "headers"));
            }
        }
    }

    @Test
    void longPollsAndStreamsOutlastTheDeadlineOfHeaders() throws IOException {
        try (ApiFixture server = server(10_000, Duration.ofSeconds(2))) {
            ApiFixture.Device grill = server.register("grill");
            try (SignalReader reader = SignalReader.of(server, grill)) {
                assertEquals(
                        "[]",
                        grill.client()
                                .get(grill.feed() + "?wait_ms=3000")
                                .expect(200)
                                .text());
                assertEquals(1, server.api().streams().open());
                assertEquals("retry: 2000\n", reader.block());
            }
            assertEquals(0, closed(server, "headers"));
        }
    }

    /** How many of the connections the server has closed. */
    private static int countClosed(List<Socket> sockets) throws IOException {
        int closed = 0;
        for (Socket socket : sockets) {
            socket.setSoTimeout(1);
            try {
                closed += socket.getInputStream().read() < 0 ? 1 : 0;
            } catch (SocketTimeoutException e) {
                assertTrue(socket.isConnected(), "it is open");
            }
        }
        return closed;
    }

    @Test
    void guarantee6ConnectionsOfOneAddressAreLimitedAndAnotherAddressIsServed() throws IOException {
        try (ApiFixture server = server(PER_ADDRESS_MAX, Duration.ofSeconds(60))) {
            int port = server.base().getPort();
            List<Socket> open = new ArrayList<>();
            try {
                for (int i = 0; i < 3 * PER_ADDRESS_MAX; i++) {
                    open.add(new Socket(InetAddress.getLoopbackAddress(), port));
                }
                await().until(() -> closed(server, "address") == 2 * PER_ADDRESS_MAX);
                await().until(() -> countClosed(open) == 2 * PER_ADDRESS_MAX);
                try (Socket other = new Socket(
                        InetAddress.getLoopbackAddress(), port, InetAddress.getByAddress(OTHER_ADDRESS), 0)) {
                    other.setSoTimeout(20_000);
                    other.getOutputStream()
                            .write((REQUEST + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                    String answer = new String(other.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
                    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
                }
            } finally {
                for (Socket socket : open) {
                    socket.close();
                }
            }
            // the places are free again
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                try (RawConnection again = new RawConnection(server.base())) {
                    return again.send(REQUEST + "Connection: close\r\n\r\n")
                            .readToEnd()
                            .startsWith("HTTP/1.1 200");
                }
            });
        }
    }

    @Test
    void guarantee6AddressThatConnectsTooFastIsRefusedAndAnotherIsServed() throws IOException {
        TokenBucket rate = new TokenBucket(1, 10);
        try (ApiFixture server = ApiFixture.of(HttpConnectionLimits.DEFAULT.withConnectRate(rate))) {
            int port = server.base().getPort();
            await().until(() -> {
                new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByAddress(OTHER_ADDRESS), 0).close();
                return closed(server, "connect_rate") > 0;
            });
            try (RawConnection other = new RawConnection(server.base())) {
                String answer =
                        other.send(REQUEST + "Connection: close\r\n\r\n").readToEnd();
                assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            }
        }
    }

    @Test
    void guarantee6SilentConnectionsFromManyAddressesKeepNobodyOut() throws IOException {
        try (ApiFixture server = ApiFixture.of(HttpConnectionLimits.DEFAULT.withSilentMax(30));
                RawConnection kept = new RawConnection(server.base())) {
            kept.send(REQUEST + "\r\n");
            server.operator().get("/healthz").expect(200);
            int port = server.base().getPort();
            List<Socket> silent = new ArrayList<>();
            await().pollInterval(Duration.ofMillis(200)).until(() -> {
                for (int i = 0; i < 20; i++) {
                    Socket socket = new Socket(
                            InetAddress.getLoopbackAddress(), port, InetAddress.getByName("127.0.1." + (1 + i)), 0);
                    silent.add(socket);
                    socket.getOutputStream().write('G'); // a part of a request is no request
                }
                try (RawConnection device = new RawConnection(server.base())) {
                    String answer =
                            device.send(REQUEST + "Connection: close\r\n\r\n").readToEnd();
                    assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
                }
                return closed(server, "silent") >= 100;
            });
            String answers = kept.send(REQUEST + "Connection: close\r\n\r\n").readToEnd();
            assertEquals(3, answers.split("HTTP/1.1 200").length, "it has sent a request, and is not silent");
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void guarantee6ServerThatIsFullClosesNewConnectionsUntilOthersHaveClosed() throws IOException {
        try (ApiFixture server = ApiFixture.of(
                FeedApiOptions.DEFAULT.toBuilder().connectionsMax(8).build())) {
            List<RawConnection> open = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                open.add(new RawConnection(server.base()).send(REQUEST + "\r\n"));
            }
            await().until(() ->
                    server.meters().get("bellwire.http.connections").gauge().value() == 8);
            try (RawConnection beyond = new RawConnection(server.base())) {
                assertEquals("", beyond.readToEnd());
            }
            assertEquals(1, closed(server, "full"));
            for (RawConnection connection : open) {
                connection.close();
            }
            await().until(() -> {
                try (RawConnection again = new RawConnection(server.base())) {
                    return again.send(REQUEST + "Connection: close\r\n\r\n")
                            .readToEnd()
                            .startsWith("HTTP/1.1 200");
                }
            });
        }
    }

    @Test
    void guarantee6BodyThatComesByteByByteIsCutOffAndCounted() throws IOException {
        try (ApiFixture server = ApiFixture.of(HttpConnectionLimits.DEFAULT.withBodyDeadline(Duration.ofMillis(500)))) {
            try (RawConnection slow = new RawConnection(server.base())) {
                slow.send(
                        "POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer "
                                + server.api().operatorToken() + "\r\nContent-Length: 1000\r\n\r\n");
                await().pollInterval(Duration.ofMillis(50)).until(() -> {
                    slow.send(" ");
                    return closed(server, "body") == 1;
                });
                assertTrue(slow.readToEnd().startsWith("HTTP/1.1 408"));
            }
        }
    }
}
