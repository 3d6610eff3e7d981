package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.TrustedProxies;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.tls.DevCertificates;
import io.bellwire.tls.ServerTls;
import io.bellwire.tls.Transport;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTP over TLS: what it does that plain HTTP does not, and that nothing is lost by it. */
class HttpsTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration DEADLINE = Duration.ofSeconds(3);
    private static final int TIMEOUT_MILLIS = 30_000;

    @TempDir
    Path folder;

    private DevCertificates certificates;
    private ServerTls tls;
    private ApiFixture server;

    @BeforeEach
    void start() {
        certificates = certificates("first");
        tls = ServerTls.open(certificates.server(), RANDOM, new SimpleMeterRegistry());
        server = ApiFixture.of(
                FeedApiOptions.DEFAULT.withCallers(CallerLimits.DEFAULT.withConnections(
                        HttpConnectionLimits.DEFAULT.withHeaderDeadline(DEADLINE))),
                new Transport(tls, TrustedProxies.NONE));
    }

    @AfterEach
    void stop() {
        server.close();
        tls.close();
    }

    private DevCertificates certificates(String name) {
        return DevCertificates.in(folder.resolve(name), "127.0.0.1", Clock.systemUTC(), RANDOM);
    }

    /** A connection that trusts this authority, and has done its handshake. */
    private SSLSocket connect(DevCertificates trusted, String... protocols) throws Exception {
        SSLSocket socket = (SSLSocket) context(trusted).getSocketFactory().createSocket("127.0.0.1", port());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static SSLContext context(DevCertificates trusted) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "authority",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(trusted.authority()))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), RANDOM);
        return context;
    }

    private int port() {
        return server.base().getPort();
    }

    private static void send(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private String get(String path, String token) {
        return "GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n";
    }

    /** The head of an answer. */
    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new IOException("closed after " + head);
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static X509Certificate certificateOf(SSLSocket socket) throws SSLException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    /** Registers a device, and returns its secret. */
    private String register(String id) throws Exception {
        return call("PUT", "/v1/devices/" + id, certificates).replaceFirst("(?s).*\"secret\":\"([^\"]*)\".*", "$1");
    }

    /** The answer to a call of the operator. */
    private String call(String method, String path, DevCertificates trusted) throws Exception {
        try (SSLSocket operator = connect(trusted)) {
            send(
                    operator,
                    method + " " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                            + server.api().operatorToken() + "\r\n\r\n");
            return new String(operator.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void requestIsAnsweredAndPlainTextIsNot() throws Exception {
        assertEquals("https", server.base().getScheme());
        try (SSLSocket client = connect(certificates, "h2", "http/1.1")) {
            assertEquals("http/1.1", client.getApplicationProtocol());
            for (int i = 0; i < 3; i++) {
                send(client, get("/v1/devices/grill", server.api().operatorToken()));
                assertTrue(head(client).startsWith("HTTP/1.1 404"));
                client.getInputStream().skipNBytes(client.getInputStream().available());
            }
        }
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), port())) {
            plain.setSoTimeout(TIMEOUT_MILLIS);
            send(plain, get("/healthz", ""));
            byte[] answer = plain.getInputStream().readAllBytes();
            assertTrue(!new String(answer, StandardCharsets.ISO_8859_1).contains("HTTP"), "no HTTP");
        }
    }

    @Test
    void clientThatCannotDoTls12OrHttpIsRefused() throws Exception {
        assertThrows(SSLException.class, () -> connect(certificates, "h2").close());
        // the JDK forbids old versions to its clients: so this one is offered byte by byte
        assertEquals(Optional.of("alert 70"), alertTo(TLS_1_1_HELLO));
    }

    /** A ClientHello of TLS 1.1 with one cipher suite, TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA. */
    private static final byte[] TLS_1_1_HELLO = hello();

    private static byte[] hello() {
        byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
        hello[0] = 22; // handshake
        hello[1] = 3;
        hello[2] = 1;
        hello[4] = (byte) (hello.length - 5);
        hello[5] = 1; // ClientHello
        hello[8] = (byte) (hello.length - 9);
        hello[9] = 3;
        hello[10] = 2; // TLS 1.1
        hello[45] = 2; // bytes of cipher suites
        hello[46] = (byte) 0xC0;
        hello[47] = 0x13;
        hello[48] = 1; // one way to compress: none
        return hello;
    }

    private Optional<String> alertTo(byte[] hello) throws IOException {
        try (Socket raw = new Socket(InetAddress.getLoopbackAddress(), port())) {
            raw.setSoTimeout(TIMEOUT_MILLIS);
            raw.getOutputStream().write(hello);
            byte[] answer = raw.getInputStream().readAllBytes();
            return answer.length >= 7 && answer[0] == 21 ? Optional.of("alert " + answer[6]) : Optional.empty();
        }
    }

    @Test
    void openConnectionsOutlastANewCertificate() throws Exception {
        String secret = register("grill");
        DevCertificates second = certificates("second");
        try (SSLSocket poll = connect(certificates);
                SSLSocket stream = connect(certificates)) {
            X509Certificate before = certificateOf(poll);
            send(stream, get("/v1/devices/grill/signals", secret));
            assertTrue(head(stream).startsWith("HTTP/1.1 200"));
            send(poll, get("/v1/devices/grill/feed?wait_ms=25000", secret));
            await().until(() -> server.waiting() == 1);

            for (Path file : new Path[] {
                certificates.server().certificate(), certificates.server().key()
            }) {
                Files.copy(
                        second.server().certificate().resolveSibling(file.getFileName()),
                        file,
                        StandardCopyOption.REPLACE_EXISTING);
            }
            assertEquals(Optional.empty(), tls.reload());

            assertEquals(1, server.api().streams().open());
            try (SSLSocket later = connect(second)) {
                assertNotEquals(before, certificateOf(later));
                String order = "{\"device_id\":\"grill\"}";
                send(
                        later,
                        "POST /v1/orders HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                                + order.length() + "\r\nAuthorization: Bearer "
                                + server.api().operatorToken() + "\r\n\r\n" + order);
                assertTrue(head(later).startsWith("HTTP/1.1 201"));
            }
            assertTrue(head(poll).startsWith("HTTP/1.1 200"));
            assertThrows(
                    SSLException.class, () -> connect(certificates).close(), "the old authority is not this one's");
            // ends the stream: the JDK's client waits for the end of the server's side when it closes its own
            assertTrue(call("DELETE", "/v1/devices/grill", second).startsWith("HTTP/1.1 204"));
        }
    }

    @Test
    void guarantee6HandshakeThatDoesNotEndIsEndedByTheDeadline() throws Exception {
        register("warm"); // a cold server takes its time
        try (Socket silent = new Socket(InetAddress.getLoopbackAddress(), port());
                Socket partial = new Socket(InetAddress.getLoopbackAddress(), port());
                SSLSocket idle = connect(certificates)) {
            partial.getOutputStream().write(TLS_1_1_HELLO, 0, 20);
            for (Socket slow : new Socket[] {silent, partial, idle}) {
                slow.setSoTimeout(TIMEOUT_MILLIS);
                assertEquals(-1, read(slow));
            }
        }
    }

    @Test
    void guarantee6FloodOfHandshakesDelaysItsOwnAddressOnly() throws Exception {
        server.close();
        server = ApiFixture.of(FeedApiOptions.DEFAULT, new Transport(tls, TrustedProxies.NONE));
        register("warm");
        ByteBuffer hello = ByteBuffer.allocate(1 << 15);
        SSLEngine client = context(certificates).createSSLEngine();
        client.setUseClientMode(true);
        client.wrap(ByteBuffer.allocate(0), hello);
        await().until(() -> isServedBeforeFlood(Arrays.copyOf(hello.array(), hello.position()), 500));
    }

    /** Whether a handshake from another address was done while most of these had not been answered. */
    private boolean isServedBeforeFlood(byte[] hello, int handshakes) throws Exception {
        List<Socket> flood = new ArrayList<>();
        try {
            for (int i = 0; i < handshakes; i++) {
                flood.add(new Socket(InetAddress.getLoopbackAddress(), port(), InetAddress.getByName("127.0.0.2"), 0));
            }
            for (Socket socket : flood) {
                socket.getOutputStream().write(hello);
            }
            connect(certificates).close();
            int waiting = 0;
            for (Socket socket : flood) {
                waiting += socket.getInputStream().available() == 0 ? 1 : 0;
            }
            return waiting > handshakes / 5;
        } finally {
            for (Socket socket : flood) {
                socket.close();
            }
        }
    }

    @Test
    void connectionCountsOnceForItsAddress() throws Exception {
        server.close();
        server = ApiFixture.of(
                FeedApiOptions.DEFAULT.withCallers(
                        CallerLimits.DEFAULT.withConnections(HttpConnectionLimits.DEFAULT.withPerAddressMax(3))),
                new Transport(tls, TrustedProxies.NONE));
        try (SSLSocket first = connect(certificates);
                SSLSocket second = connect(certificates);
                SSLSocket third = connect(certificates)) {
            for (SSLSocket open : new SSLSocket[] {first, second, third}) {
                send(open, get("/healthz", ""));
                assertTrue(head(open).startsWith("HTTP/1.1 200"));
            }
            assertThrows(IOException.class, () -> connect(certificates).close());
        }
    }

    private static int read(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read();
        } catch (SocketException reset) {
            return -1;
        }
    }

    @Test
    void longPollWhoseClientHasHungUpIsGone() throws Exception {
        String secret = register("grill");
        try (SSLSocket poll = connect(certificates)) {
            send(poll, get("/v1/devices/grill/feed?wait_ms=25000", secret));
            await().until(() -> server.waiting() == 1);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> server.waiting() == 0);
    }
}
