package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.FailedLoginLimits;
import io.bellwire.admission.TokenBucket;
import io.bellwire.admission.TrustedProxies;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.tls.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The address of a client behind a proxy. Failed logins are limited by it: so each test fails to log in twice, and reads
 * in the third answer for which address that was.
 */
class ProxiedClientsTest {
    private static final String PROXY = "127.0.0.2";
    private static final String STRANGER = "127.0.0.3";
    private static final String V1 = "PROXY TCP4 203.0.113.9 192.0.2.1 4711 443\r\n";
    /** Version 2, PROXY, TCP over IPv4, 12 bytes: 203.0.113.9:4711 to 192.0.2.1:443. */
    private static final String V2 = new String(
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "cb007109c0000201126701bb"),
            StandardCharsets.ISO_8859_1);

    private ApiFixture server;

    @BeforeEach
    void start() {
        server = ApiFixture.of(
                FeedApiOptions.DEFAULT
                        .withFailedLogins(new FailedLoginLimits(new TokenBucket(1, 1), Duration.ofMinutes(10)))
                        .withCallers(CallerLimits.DEFAULT.withConnections(HttpConnectionLimits.DEFAULT
                                .withPerAddressMax(3)
                                .withHeaderDeadline(Duration.ofSeconds(3)))),
                new Transport(null, TrustedProxies.of(List.of(PROXY))));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static InetAddress address(String host) throws IOException {
        return InetAddress.getByName(host);
    }

    private String send(String from, String bytes) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.base().getPort(), address(from), 0)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            try {
                socket.getInputStream().transferTo(answer);
            } catch (SocketException reset) {
                return answer.toString(StandardCharsets.UTF_8);
            }
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    private static String request(int number, String headers) {
        return "GET /v1/devices HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer wrong" + number
                + "\r\n" + headers + "\r\n";
    }

    /** The address that the server takes for the client's. */
    private String addressOf(String from, String prefix, String headers) throws IOException {
        String answer = "";
        for (int i = 0; i < 4 && !answer.startsWith("HTTP/1.1 429"); i++) {
            answer = send(from, prefix + request(i, headers));
        }
        return answer.replaceFirst("(?s).*requests from (\\S+) had.*", "$1");
    }

    @Test
    void proxyNamesTheClientByTheProxyProtocol() throws IOException {
        assertEquals("203.0.113.9", addressOf(PROXY, V1, ""));
        assertEquals("203.0.113.9", addressOf(PROXY, V2, ""), "both versions mean the same");
        assertEquals("203.0.113.9", addressOf(PROXY, V1, "X-Forwarded-For: 198.51.100.1\r\n"), "it is no proxy itself");
    }

    @Test
    void proxyNamesTheClientByAHeader() throws IOException {
        assertEquals("198.51.100.1", addressOf(PROXY, "", "X-Forwarded-For: 1.2.3.4, 198.51.100.1\r\n"));
        assertEquals("198.51.100.2", addressOf(PROXY, "", "Forwarded: for=\"198.51.100.2:80\"\r\n"));
        assertEquals(PROXY, addressOf(PROXY, "", ""));
        assertTrue(send(PROXY, request(0, "Forwarded: for=1.2.3.4\r\nX-Forwarded-For: 5.6.7.8\r\n"))
                .startsWith("HTTP/1.1 400"));
    }

    @Test
    void nobodyElseIsBelieved() throws IOException {
        assertEquals(STRANGER, addressOf(STRANGER, "", "X-Forwarded-For: 198.51.100.1\r\nForwarded: for=1.2.3.4\r\n"));
        assertTrue(send(STRANGER, V1 + request(0, "")).startsWith("HTTP/1.1 400"));
    }

    @Test
    void malformedProxyHeaderIsNotAnswered() throws IOException {
        assertEquals("", send(PROXY, "PROXY TCP4 203.0.113.9 nonsense\r\n" + request(0, "")));
        assertEquals("", send(PROXY, V2.substring(0, 12) + "\u0099\u0099\u0000\u0001x" + request(0, "")));
        assertEquals("", send(PROXY, "PROXY TCP4 " + "2".repeat(5_000)));
    }

    @Test
    void limitOfAnAddressIsThatOfTheClientBehindTheProxy() throws IOException {
        Socket[] open = new Socket[8];
        try {
            for (int i = 0; i < open.length; i++) {
                open[i] = new Socket(
                        InetAddress.getLoopbackAddress(), server.base().getPort(), address(PROXY), 0);
                open[i].setSoTimeout(20_000);
                open[i].getOutputStream().write(V1.getBytes(StandardCharsets.US_ASCII));
            }
            await().until(() -> server.meters()
                            .get("bellwire.http.connections.closed")
                            .tag("reason", "address")
                            .counter()
                            .count()
                    == open.length - 3);
            assertTrue(send(PROXY, "PROXY TCP4 203.0.113.10 192.0.2.1 4711 443\r\n" + request(0, ""))
                    .startsWith("HTTP/1.1 401"));
            assertTrue(send(PROXY, request(1, "")).startsWith("HTTP/1.1 401"), "the proxy itself has no such limit");
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }
}
