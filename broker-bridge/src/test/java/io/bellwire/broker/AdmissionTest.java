package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.ConnectionCounts;
import io.bellwire.admission.TokenBucket;
import io.bellwire.broker.Admission.Kind;
import io.bellwire.broker.Admission.Place;
import io.bellwire.runtime.Stopwatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits on connections: places, and what a client without one is told. */
class AdmissionTest {
    private static final InetSocketAddress HERE = new InetSocketAddress("192.0.2.1", 1883);
    private static final InetSocketAddress A = new InetSocketAddress("192.0.2.7", 5001);

    private final CanaryPorts canaryPorts = new CanaryPorts();

    private Admission admission(int max, int perAddress) {
        Stopwatch stopped = new Stopwatch(() -> 0);
        return new Admission(
                new ConnectionCounts(max, perAddress, TokenBucket.UNLIMITED, stopped), canaryPorts, stopped);
    }

    @Test
    void clientsBeyondTheLimitAreToldWhyAsLongAsThereArePlacesForThat() {
        Admission admission = admission(1, 0);
        assertEquals(new Place(Kind.REGULAR, null), admission.admit(A, HERE));
        Place told = admission.admit(A, HERE);
        assertEquals(new Place(Kind.EXPLAINED, ConnectionRefusal.FULL), told);
        for (int i = 1; i < 64; i++) {
            assertEquals(Kind.EXPLAINED, admission.admit(A, HERE).kind());
        }
        assertEquals(new Place(Kind.NONE, ConnectionRefusal.FULL), admission.admit(A, HERE));
        admission.release(told, A);
        assertEquals(Kind.EXPLAINED, admission.admit(A, HERE).kind());
        assertEquals(1, admission.open());
        admission.release(new Place(Kind.REGULAR, null), A);
        assertEquals(Kind.REGULAR, admission.admit(A, HERE).kind());
    }

    @Test
    void explanationsAreLimitedByRateToo() {
        Admission admission = admission(1, 1);
        admission.admit(A, HERE);
        int explained = 0;
        for (int i = 0; i < 1_000; i++) {
            Place place = admission.admit(A, HERE);
            explained += place.kind() == Kind.EXPLAINED ? 1 : 0;
            assertEquals(ConnectionRefusal.ADDRESS_FULL, place.refusal());
            admission.release(place, A);
        }
        assertEquals(100, explained);
    }

    @Test
    void canariesHaveTheirPlacesWhoeverElseConnectsFromTheirAddress() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        int port = canaryPorts.reserve(loopback);
        InetSocketAddress broker = new InetSocketAddress(loopback, 1883);
        Admission admission = admission(1, 1);
        // the clients of a proxy on this machine
        for (int i = 0; i < 1_000; i++) {
            admission.admit(new InetSocketAddress(loopback, port == 1_000 + i ? 999 : 1_000 + i), broker);
        }
        InetSocketAddress canary = new InetSocketAddress(loopback, port);
        assertEquals(new Place(Kind.CANARY, ConnectionRefusal.ADDRESS_FULL), admission.admit(canary, broker));
        assertNotEquals(
                Kind.CANARY,
                admission
                        .admit(new InetSocketAddress("192.0.2.7", port), broker)
                        .kind(),
                "the same port of another machine");
        canaryPorts.release(port);
        assertNotEquals(Kind.CANARY, admission.admit(canary, broker).kind());
    }

    @Test
    void fullBrokerRefusesDevicesWithAReasonUntilConnectionsClose() throws Exception {
        try (TestBroker broker =
                new TestBroker(TestBroker.options().maxConnections(3).build())) {
            List<RawClient> inside = new ArrayList<>();
            for (String device : List.of("grill", "fryer", "oven")) {
                inside.add(RawClient.device(broker.address(), device));
            }
            try (RawClient beyond = new RawClient(broker.address());
                    RawClient mqtt5 = new RawClient(broker.address())) {
                beyond.send(Packets.connect("sink").bytes());
                assertEquals(3, beyond.read().code(1));
                assertTrue(beyond.isClosedByBroker());
                mqtt5.send(Packets.connect("sink").mqtt5().bytes());
                RawClient.Packet connAck = mqtt5.read();
                assertEquals(0x97, connAck.code(1));
                assertTrue(connAck.text().contains("as many connections as it may"), connAck.text());
                assertTrue(mqtt5.isClosedByBroker());
            }
            assertEquals(2, broker.refused(ConnectionRefusal.FULL));
            assertEquals(3, broker.meters.get("bellwire.broker.sockets").gauge().value());
            for (RawClient client : inside) {
                client.closeSocket();
            }
            await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                RawClient.device(broker.address(), "sink").closeSocket();
                return true;
            });
        }
    }

    @Test
    void connectionsOfOneAddressAreLimited() throws Exception {
        try (TestBroker broker = new TestBroker(
                        TestBroker.options().maxConnectionsPerAddress(2).build());
                RawClient first = RawClient.device(broker.address(), "grill");
                RawClient second = RawClient.device(broker.address(), "fryer");
                RawClient third = new RawClient(broker.address())) {
            third.send(Packets.connect("oven").mqtt5().bytes());
            RawClient.Packet connAck = third.read();
            assertEquals(0x97, connAck.code(1));
            assertTrue(connAck.text().contains("too many connections from this address"), connAck.text());
            assertTrue(third.isClosedByBroker());
            first.send(Packets.PINGREQ);
            second.send(Packets.PINGREQ);
            assertTrue(first.read().is(RawClient.PINGRESP));
            assertTrue(second.read().is(RawClient.PINGRESP));
        }
    }

    @Test
    void addressThatConnectsTooOftenIsToldSo() throws Exception {
        try (TestBroker broker = new TestBroker(TestBroker.options()
                .connectRatePerAddress(1)
                .connectBurstPerAddress(2)
                .build())) {
            RawClient.device(broker.address(), "grill").closeSocket();
            RawClient.device(broker.address(), "grill").closeSocket();
            await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                try (RawClient third = new RawClient(broker.address())) {
                    third.send(Packets.connect("grill").mqtt5().bytes());
                    return third.read().code(1) == 0x9F;
                }
            });
            await().ignoreExceptionsInstanceOf(IOException.class).until(() -> {
                RawClient.device(broker.address(), "grill").closeSocket();
                return true;
            });
        }
    }

    @Test
    void guarantee6SilentConnectionsOfOneAddressAreClosedSoonAndDevicesStay() throws Exception {
        try (TestBroker broker = new TestBroker(
                        TestBroker.options().maxConnectionsPerAddress(1).build());
                RawClient grill = RawClient.device(broker.address(), "grill")) {
            List<Socket> silent = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                silent.add(new Socket(
                        broker.address().getAddress(), broker.address().getPort()));
            }
            // those that got a place for an explanation have 2 s to ask for it
            await().until(() ->
                    broker.refused(ConnectionRefusal.ADDRESS_FULL) + broker.refused(ConnectionRefusal.CONNECT_TIMEOUT)
                            == 200);
            assertTrue(broker.refused(ConnectionRefusal.CONNECT_TIMEOUT) <= 64);
            grill.send(Packets.PINGREQ);
            assertTrue(grill.read().is(RawClient.PINGRESP));
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void guarantee6SilentConnectionsFromManyAddressesKeepNoDeviceOut(boolean overWebSocket) throws Exception {
        try (TestBroker broker = new TestBroker(TestBroker.options()
                        .maxConnections(2_000)
                        .maxSilentConnections(40)
                        .connectTimeout(Duration.ofMinutes(5))
                        .build());
                RawClient grill = RawClient.device(broker.address(), "grill")) {
            List<Socket> silent = new ArrayList<>();
            await().pollInterval(Duration.ofMillis(200)).until(() -> {
                connectSilently(silent, broker.address(overWebSocket), overWebSocket ? 'G' : 0x10, 20);
                RawClient.device(broker.address(), "fryer-" + silent.size()).closeSocket();
                return broker.refused(ConnectionRefusal.SILENT) >= 100;
            });
            assertEquals(0, broker.refused(ConnectionRefusal.FULL));
            grill.send(Packets.PINGREQ);
            assertTrue(grill.read().is(RawClient.PINGRESP), "it is logged in, and stays though it is the oldest");
            closeAll(silent);
        }
    }

    @Test
    void guarantee6SilentConnectionsThatTakeAllPlacesLoseThemToDevices() throws Exception {
        try (TestBroker broker = new TestBroker(TestBroker.options()
                .maxConnections(50)
                .maxSilentConnections(40)
                .connectTimeout(Duration.ofMinutes(5))
                .build())) {
            List<Socket> silent = new ArrayList<>();
            connectSilently(silent, broker.address(), 0x10, 60);
            await().until(() -> broker.refused(ConnectionRefusal.SILENT) >= 1);
            await().ignoreExceptions().until(() -> {
                RawClient.device(broker.address(), "grill").closeSocket();
                return true;
            });
            closeAll(silent);
        }
    }

    /** Some of them send the first byte of a CONNECT, or of a handshake, which is no login. */
    private static void connectSilently(List<Socket> silent, InetSocketAddress address, int firstByte, int count)
            throws IOException {
        for (int i = 0; i < count; i++) {
            Socket socket = new Socket(
                    address.getAddress(), address.getPort(), InetAddress.getByName("127.0.1." + (1 + i % 50)), 0);
            silent.add(socket);
            if (i % 3 == 0) {
                socket.getOutputStream().write(firstByte);
            }
        }
    }

    private static void closeAll(List<Socket> sockets) throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    /** A byte now and then keeps nothing open, neither in CONNECT nor in the handshake of WebSocket. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void guarantee6ClientThatLogsInByteByByteIsClosedInTime(boolean overWebSocket) throws Exception {
        try (TestBroker broker = new TestBroker(
                TestBroker.options().connectTimeout(Duration.ofSeconds(1)).build())) {
            InetSocketAddress address = broker.address(overWebSocket);
            byte[] login = overWebSocket
                    ? "GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                            .repeat(100)
                            .getBytes(StandardCharsets.US_ASCII)
                    : Packets.connect("grill".repeat(10)).bytes();
            try (Socket slow = new Socket(address.getAddress(), address.getPort())) {
                slow.setSoTimeout(100);
                assertTrue(isClosedWhileSending(slow, login), "nobody has closed the connection");
            }
            assertEquals(1, broker.refused(ConnectionRefusal.CONNECT_TIMEOUT));
        }
    }

    /** Sends a byte every 100 ms. */
    private static boolean isClosedWhileSending(Socket slow, byte[] bytes) throws IOException {
        for (byte next : bytes) {
            try {
                slow.getOutputStream().write(next);
                if (slow.getInputStream().read() < 0) {
                    return true;
                }
            } catch (SocketTimeoutException stillOpen) {
                assertTrue(slow.isConnected());
            } catch (SocketException reset) {
                return true;
            }
        }
        return false;
    }
}
