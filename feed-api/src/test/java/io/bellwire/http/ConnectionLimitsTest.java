package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        return ApiFixture.of(FeedApiOptions.DEFAULT.withCallers(
                CallerLimits.DEFAULT.withConnections(perAddressMax, headerDeadline)));
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
}
