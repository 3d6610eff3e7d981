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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
