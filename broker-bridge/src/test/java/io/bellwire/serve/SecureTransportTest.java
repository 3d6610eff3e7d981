package io.bellwire.serve;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttClientState;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import io.bellwire.broker.BrokerOptions;
import io.bellwire.feedapi.ConfigurationException;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.serve.TestAuthority.Identity;
import io.bellwire.tls.CertifiedName;
import io.bellwire.tls.DevCertificates;
import io.bellwire.tls.TlsOptions;
import io.bellwire.tls.TlsOptions.ClientCertificates;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with TLS on all ports, and clients that log in with certificates. */
class SecureTransportTest {
    private static final TestAuthority AUTHORITY = new TestAuthority("devices of the kitchen");

    @TempDir
    Path folder;

    private DevCertificates certificates;
    private Bellwire server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private DevCertificates certificates(String name) {
        return DevCertificates.in(folder.resolve(name), "127.0.0.1", Clock.systemUTC(), new SecureRandom());
    }

    private static BellwireOptions options() {
        return new BellwireOptions(
                FeedApiOptions.DEFAULT,
                BrokerOptions.builder()
                        .port(0)
                        .connectTimeout(Duration.ofSeconds(3))
                        .watchdogInterval(Duration.ofMillis(200))
                        .build(),
                BellwireOptions.inMemory().signals(),
                Optional.empty());
    }

    /** Starts a server whose clients may show certificates. */
    private void start(boolean areRequired) throws Exception {
        certificates = certificates("server");
        ClientCertificates clients = new ClientCertificates(
                AUTHORITY.writeTo(folder.resolve("clients.pem")), areRequired, CertifiedName.SUBJECT_CN);
        TlsOptions files = new TlsOptions(
                certificates.server().certificate(), certificates.server().key(), Optional.of(clients));
        server = Bellwire.start(options().withTransport(TransportOptions.LOOPBACK.withTls(files)));
    }

    private Identity certified(String id) throws Exception {
        return AUTHORITY.issue(id, certificates.authority());
    }

    private Identity nobody() throws Exception {
        return TestAuthority.nobody(certificates.authority());
    }

    private HttpResponse<String> send(Identity as, String token, String method, String path) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.http().resolve(path))
                .timeout(Duration.ofSeconds(30))
                .method(method, BodyPublishers.noBody());
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(as.context())
                .build()
                .send(request.build(), BodyHandlers.ofString());
    }

    private int status(Identity as, String token, String path) throws Exception {
        return send(as, token, "GET", path).statusCode();
    }

    /** Registers a device or partner, and returns its secret. */
    private String register(Identity as, String path) throws Exception {
        HttpResponse<String> answer = send(as, server.operatorToken(), "PUT", path);
        assertEquals(201, answer.statusCode(), answer.body());
        return answer.body().replaceFirst("(?s).*\"secret\":\"([^\"]*)\".*", "$1");
    }

    private static Mqtt5BlockingClient mqtt(URI address, Identity as, String id) {
        MqttClientBuilder builder = MqttClient.builder()
                .identifier(id)
                .serverHost(address.getHost())
                .serverPort(address.getPort())
                .sslConfig(MqttClientSslConfig.builder()
                        .keyManagerFactory(as.keys())
                        .trustManagerFactory(as.trust())
                        .build());
        return (address.getScheme().equals("wss")
                        ? builder.webSocketConfig().serverPath("mqtt").applyWebSocketConfig()
                        : builder)
                .useMqttVersion5()
                .buildBlocking();
    }

    private static void login(Mqtt5BlockingClient client, String user, String secret) {
        client.connectWith()
                .simpleAuth()
                .username(user)
                .password(secret.getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .send();
    }

    private static int refusalOf(Runnable login) {
        return assertThrows(Mqtt5ConnAckException.class, login::run)
                .getMqttMessage()
                .getReasonCode()
                .getCode();
    }

    @Test
    void allPortsHaveTlsAndDevicesGetTheirSignals() throws Exception {
        server = Bellwire.start(options().withTransport(TransportOptions.LOOPBACK.withDevTls(folder.resolve("dev"))));
        certificates = new DevCertificates(
                new TlsOptions(folder.resolve("x"), folder.resolve("x")),
                server.tlsCaFile().orElseThrow());
        URI ws = server.ws().orElseThrow();
        assertEquals(
                "https mqtts wss",
                server.http().getScheme() + " " + server.mqtt().getScheme() + " " + ws.getScheme());
        String secret = register(nobody(), "/v1/devices/grill");
        AtomicInteger signals = new AtomicInteger();
        for (URI address : new URI[] {server.mqtt(), ws}) {
            Mqtt5BlockingClient grill = mqtt(address, nobody(), "grill");
            login(grill, "grill", secret);
            grill.toAsync()
                    .subscribeWith()
                    .topicFilter("bellwire/v1/devices/grill/signal")
                    .qos(MqttQos.AT_MOST_ONCE)
                    .callback(signal -> signals.incrementAndGet())
                    .send()
                    .join();
            int before = signals.get();
            await().until(() -> signals.get() > before || signals.get() > 0);
            grill.disconnect();
        }
        // the watchdog's own clients, which have no certificates and speak no TLS, are let in
        await().until(() -> send(nobody(), server.operatorToken(), "GET", "/metrics")
                .body()
                .lines()
                .anyMatch(line -> line.matches("bellwire_broker_canaries_total\\{outcome=\"heard\"} [1-9].*")));
        assertEquals(200, status(nobody(), "", "/readyz"));
    }

    @Test
    void sessionsOutlastANewCertificate() throws Exception {
        start(false);
        String secret = register(nobody(), "/v1/devices/grill");
        Mqtt5BlockingClient grill = mqtt(server.mqtt(), nobody(), "grill");
        login(grill, "grill", secret);
        DevCertificates second = certificates("second");
        Files.copy(second.server().key(), certificates.server().key(), StandardCopyOption.REPLACE_EXISTING);
        assertTrue(server.reloadTls().orElse("").contains("is not that of the first certificate in"));
        Files.copy(
                second.server().certificate(),
                certificates.server().certificate(),
                StandardCopyOption.REPLACE_EXISTING);
        assertEquals(Optional.empty(), server.reloadTls());
        assertEquals(MqttClientState.CONNECTED, grill.getState());
        assertThrows(IOException.class, () -> status(nobody(), "", "/healthz"), "the old authority is not this one's");
        certificates = second;
        assertEquals(200, status(nobody(), "", "/healthz"));
        Mqtt5BlockingClient again = mqtt(server.mqtt(), nobody(), "grill");
        login(again, "grill", secret);
        again.disconnect();
    }

    @Test
    void certificateIsALoginOnEveryPort() throws Exception {
        start(true);
        Identity operator = certified("operator-1");
        String unused = register(operator, "/v1/devices/grill");
        String other = register(operator, "/v1/partners/shop");
        assertNotEquals(unused, other);
        for (URI address : new URI[] {server.mqtt(), server.ws().orElseThrow()}) {
            Mqtt5BlockingClient grill = mqtt(address, certified("grill"), "grill");
            grill.connect();
            grill.disconnect();
        }
        assertEquals(200, status(certified("grill"), "", "/v1/devices/grill/feed"));
        assertEquals(200, status(certified("shop"), "", "/v1/partners/shop/feed"));
        assertEquals(403, status(certified("shop"), "", "/v1/devices/grill/feed"));
    }

    @Test
    void certificateOfAnotherIsRefused() throws Exception {
        start(false);
        String grill = register(nobody(), "/v1/devices/grill");
        String fryer = register(nobody(), "/v1/devices/fryer");
        Identity isGrill = certified("grill");
        // MQTT: neither with nor without the secret of the other, and not as user only
        assertEquals(0x87, refusalOf(() -> mqtt(server.mqtt(), isGrill, "fryer").connect()));
        assertEquals(0x87, refusalOf(() -> login(mqtt(server.mqtt(), isGrill, "fryer"), "fryer", fryer)));
        assertEquals(0x87, refusalOf(() -> login(mqtt(server.mqtt(), isGrill, "grill"), "fryer", fryer)));
        assertEquals(0x86, refusalOf(() -> login(mqtt(server.mqtt(), isGrill, "grill"), "grill", fryer)));
        login(mqtt(server.mqtt(), isGrill, "grill"), "grill", grill);
        // HTTP
        assertEquals(200, status(isGrill, grill, "/v1/devices/grill/feed"));
        assertEquals(401, status(isGrill, fryer, "/v1/devices/fryer/feed"));
        assertEquals(401, status(isGrill, server.operatorToken(), "/v1/devices"));
        assertEquals(401, status(certified("stranger"), grill, "/v1/devices/grill/feed"));
        assertEquals(401, status(certified("stranger"), "", "/v1/devices/grill/feed"));
        assertEquals(401, status(nobody(), "", "/v1/devices/grill/feed"));
        // a name that both a device and a partner have does not say which
        String unused = register(nobody(), "/v1/partners/grill");
        assertEquals(401, status(isGrill, "", "/v1/devices/grill/feed"), unused);
    }

    @Test
    void disabledDeviceIsRefusedWhateverItsCertificate() throws Exception {
        start(false);
        String secret = register(nobody(), "/v1/devices/grill");
        Identity isGrill = certified("grill");
        Mqtt5BlockingClient connected = mqtt(server.mqtt(), isGrill, "grill");
        connected.connect();
        assertEquals(200, status(isGrill, "", "/v1/devices/grill/feed"), secret);
        send(nobody(), server.operatorToken(), "DELETE", "/v1/devices/grill");
        await().until(() -> connected.getState() == MqttClientState.DISCONNECTED);
        assertEquals(0x86, refusalOf(() -> mqtt(server.mqtt(), isGrill, "grill").connect()));
        assertEquals(401, status(isGrill, "", "/v1/devices/grill/feed"));
    }

    @Test
    void onlyCertificatesOfTheAuthorityAreAcceptedAndItCanBeReplaced() throws Exception {
        start(true);
        TestAuthority next = new TestAuthority("devices of next year");
        Identity old = certified("operator-1");
        Identity fresh = next.issue("operator-1", certificates.authority());
        assertThrows(IOException.class, () -> status(nobody(), server.operatorToken(), "/v1/devices"));
        assertThrows(IOException.class, () -> status(fresh, server.operatorToken(), "/v1/devices"));
        assertEquals(200, status(old, server.operatorToken(), "/v1/devices"));

        Path unused = next.writeTo(folder.resolve("clients.pem"));
        assertEquals(Optional.empty(), server.reloadTls(), unused.toString());
        assertThrows(IOException.class, () -> status(old, server.operatorToken(), "/v1/devices"));
        assertEquals(200, status(fresh, server.operatorToken(), "/v1/devices"));
    }

    @Test
    void guarantee6HandshakeThatDoesNotEndIsEndedByTheDeadlineOfTheLogin() throws Exception {
        start(false);
        for (URI address : new URI[] {server.mqtt(), server.ws().orElseThrow()}) {
            try (Socket silent = new Socket(address.getHost(), address.getPort());
                    SSLSocket idle = (SSLSocket)
                            nobody().context().getSocketFactory().createSocket(address.getHost(), address.getPort());
                    Socket noTls = new Socket(address.getHost(), address.getPort())) {
                idle.startHandshake();
                noTls.getOutputStream().write(new byte[] {0x10, 4, 0, 0, 0, 0, 0, 0});
                for (Socket slow : new Socket[] {noTls, silent, idle}) {
                    slow.setSoTimeout(30_000);
                    assertEquals(0, readToEnd(slow));
                }
            }
        }
        String metrics =
                send(nobody(), server.operatorToken(), "GET", "/metrics").body();
        assertTrue(metrics.contains("bellwire_broker_refusals_total{reason=\"tls\"} 2.0"), metrics);
        assertTrue(metrics.contains("bellwire_broker_refusals_total{reason=\"connect_timeout\"} 4.0"), metrics);
    }

    /** How many bytes there were besides TLS's own alerts. */
    private static int readToEnd(Socket socket) throws IOException {
        try {
            int count = 0;
            while (socket.getInputStream().read() >= 0) {
                count++;
            }
            return count <= 7 ? 0 : count; // an alert in plain text
        } catch (SocketException reset) {
            return 0;
        }
    }

    @Test
    void plainTextDoesNotLeaveThisMachineUnlessToldTo() {
        BellwireOptions everywhere = options()
                .withMqtt(BrokerOptions.builder().host("0.0.0.0").port(0).build())
                .withFeed(FeedApiOptions.builder().host("0.0.0.0").build());
        ConfigurationException refused = assertThrows(ConfigurationException.class, () -> Bellwire.start(everywhere));
        assertEquals(
                "--host 0.0.0.0: without TLS the server listens only on a loopback address; use --tls-cert and"
                        + " --tls-key, or --insecure if the network, or a TLS proxy, protects it",
                refused.getMessage());
        TransportOptions insecure =
                new TransportOptions(Optional.empty(), Optional.empty(), TransportOptions.LOOPBACK.proxies(), true);
        Bellwire.start(everywhere.withTransport(insecure)).close();
        Bellwire.start(everywhere.withTransport(TransportOptions.LOOPBACK.withDevTls(folder.resolve("dev"))))
                .close();
    }

    @Test
    void brokenFileStopsTheStart() throws Exception {
        DevCertificates good = certificates("server");
        Path broken = Files.writeString(folder.resolve("broken.pem"), "no key");
        ConfigurationException refused = assertThrows(
                ConfigurationException.class,
                () -> Bellwire.start(options()
                        .withTransport(TransportOptions.LOOPBACK.withTls(
                                new TlsOptions(good.server().certificate(), broken)))));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("TLS: " + broken), refused.getMessage());
    }
}
