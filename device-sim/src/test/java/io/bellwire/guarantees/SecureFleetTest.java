package io.bellwire.guarantees;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.BrokerOptions;
import io.bellwire.certify.Certificate;
import io.bellwire.certify.Certifier;
import io.bellwire.device.DeviceId;
import io.bellwire.device.DeviceSettings;
import io.bellwire.device.ReceivedSignal;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.ClientTls;
import io.bellwire.device.net.DeviceCredentials;
import io.bellwire.device.net.Endpoints;
import io.bellwire.device.net.HiveMqSignals;
import io.bellwire.device.net.PahoSignals;
import io.bellwire.device.net.SignalListener;
import io.bellwire.device.net.SignalSource;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.fleet.ClientKind;
import io.bellwire.fleet.FaultRates;
import io.bellwire.fleet.Fleet;
import io.bellwire.fleet.FleetDoorbell;
import io.bellwire.fleet.FleetOptions;
import io.bellwire.fleet.Progress;
import io.bellwire.fleet.Report;
import io.bellwire.fleet.ServerAddress;
import io.bellwire.fleet.ServerUnderTest;
import io.bellwire.serve.Bellwire;
import io.bellwire.serve.BellwireOptions;
import io.bellwire.serve.TransportOptions;
import io.bellwire.tls.TlsOptions;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The device library, the fleet and the conformance cases against a server with TLS. */
class SecureFleetTest {
    /** The server's certificate is for 127.0.0.1, and not for this address of the same machine. */
    private static final String OTHER_NAME = "127.0.0.2";

    @TempDir
    Path folder;

    private Bellwire server;
    private ClientTls tls;

    @BeforeEach
    void start() {
        server = Bellwire.start(BellwireOptions.inFolder(folder.resolve("data"))
                .withTransport(TransportOptions.LOOPBACK.withDevTls(folder.resolve("tls"))));
        tls = ClientTls.of(server.tlsCaFile().orElseThrow(), null, null);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Endpoints endpoints() {
        return new Endpoints(server.http(), server.mqtt(), server.ws().orElseThrow());
    }

    @Test
    void fleetOverTlsAppliesEachChangeOnce() throws Exception {
        FleetOptions options = new FleetOptions(
                "tls",
                20,
                100,
                50,
                new FaultRates(0, 0.05, 0.02, 0.1, 0.05),
                7,
                ClientKind.ALL,
                FleetDoorbell.Choice.MIX,
                500,
                true,
                0,
                0,
                60,
                new DeviceSettings(5_000, 1_500, 100, 1_000),
                false);
        Report report = Fleet.run(
                options,
                ServerUnderTest.running(new ServerAddress(
                        endpoints(), server.operatorTokenFile().orElseThrow(), tls)),
                Progress.NONE,
                System::nanoTime,
                Clock.systemUTC());
        assertTrue(report.passed(), report.table());
    }

    @Test
    void conformanceCasesPassOverTls() throws Exception {
        try (Certifier certifier = new Certifier(
                new Certifier.Server(endpoints(), server.ws(), tls),
                server.operatorToken(),
                30_000,
                new SecureRandom(),
                System::nanoTime)) {
            certifier.checkReachable();
            List<String> ids = new ArrayList<>(Certifier.ids());
            // one of each kind of connection: HTTP, MQTT, WebSocket, stream
            ids.removeIf(id -> !id.matches(".*(websocket|stream|connect|page).*"));
            Certificate certificate = certifier.run(ids, outcome -> {});
            assertTrue(ids.size() > 3 && certificate.noneFailed(), certificate.json());
        }
    }

    private String reasonOf(SignalSource source) {
        List<String> reasons = new CopyOnWriteArrayList<>();
        try (source) {
            var subscription =
                    source.connect(new DeviceCredentials(new DeviceId("grill"), "secret"), null, new SignalListener() {
                        @Override
                        public void subscribed() {
                            reasons.add("subscribed");
                        }

                        @Override
                        public void signal(ReceivedSignal signal) {}

                        @Override
                        public void disconnected(String reason) {
                            reasons.add(reason);
                        }
                    });
            await().until(() -> !reasons.isEmpty());
            subscription.close();
        }
        return reasons.get(0);
    }

    private static InetSocketAddress at(String host, URI uri) {
        return new InetSocketAddress(host, uri.getPort());
    }

    @Test
    void serverWithAnotherNameOrAuthorityIsRefused() {
        // the same certificate, on all addresses of this machine
        server.close();
        Path certificates = folder.resolve("tls");
        server = Bellwire.start(BellwireOptions.inMemory()
                .withFeed(FeedApiOptions.builder().host("0.0.0.0").build())
                .withMqtt(BrokerOptions.builder().host("0.0.0.0").port(0).build())
                .withTransport(TransportOptions.LOOPBACK.withTls(
                        new TlsOptions(certificates.resolve("server.pem"), certificates.resolve("server-key.pem")))));
        URI mqtt = server.mqtt();
        URI ws = server.ws().orElseThrow();
        // the secret is wrong, so with the right name it is the server that refuses
        assertTrue(reasonOf(new HiveMqSignals(at("127.0.0.1", mqtt), tls, 1)).contains("BAD_USER"));
        for (SignalSource wrongName : List.of(
                new HiveMqSignals(at(OTHER_NAME, mqtt), tls, 1),
                HiveMqSignals.ofVersion3(at(OTHER_NAME, mqtt), tls, 1),
                HiveMqSignals.overWebSocket(at(OTHER_NAME, ws), "mqtt", tls, 1),
                new PahoSignals(at(OTHER_NAME, mqtt), tls),
                new HiveMqSignals(at("127.0.0.1", mqtt), ClientTls.SYSTEM, 1),
                new PahoSignals(at("127.0.0.1", mqtt), ClientTls.SYSTEM))) {
            String reason = reasonOf(wrongName);
            assertTrue(reason.matches("(?s).*(SSL|ertificat|PKIX|IP address|subject alternative).*"), reason);
        }
        for (ClientTls trust : List.of(tls, ClientTls.SYSTEM)) {
            String host = trust == tls ? OTHER_NAME : "127.0.0.1";
            URI https = URI.create("https://" + host + ":" + server.http().getPort() + "/healthz");
            CompletionException refused = assertThrows(
                    CompletionException.class, () -> new BoundedHttpClient(ForkJoinPool.commonPool(), trust, 1, 1)
                            .send(HttpRequest.newBuilder(https).build())
                            .join());
            assertTrue(refused.getCause() instanceof SSLException, refused.toString());
        }
    }

    @Test
    void wrongFilesAreNamed() {
        Path missing = folder.resolve("missing.pem");
        for (Path[] files : new Path[][] {{missing, null, null}, {null, missing, missing}}) {
            assertTrue(String.valueOf(assertThrows(
                                    IllegalArgumentException.class, () -> ClientTls.of(files[0], files[1], files[2]))
                            .getMessage())
                    .contains(missing.toString()));
        }
        assertThrows(IllegalArgumentException.class, () -> ClientTls.of(null, missing, null));
    }
}
