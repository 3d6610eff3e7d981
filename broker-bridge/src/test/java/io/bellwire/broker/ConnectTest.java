package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.DeviceId;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectTest {
    private static final int SESSION_EXPIRY = 0x11;
    private static final int AUTHENTICATION_METHOD = 0x15;

    private TestBroker broker = start(new TestBroker());

    /** Returns a broker whose endpoint is not plain TCP, if the test runs over something else. */
    TestBroker start(TestBroker broker) {
        return broker;
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    /** A wrong CONNECT, and the codes that it is refused with. */
    private record Wrong(String what, UnaryOperator<Packets.Connect> change, int v3, int v5) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                new Wrong("wrong secret", connect -> connect.secret("guessed"), 4, 0x86),
                new Wrong("empty secret", connect -> connect.secret(""), 4, 0x86),
                new Wrong("no secret", connect -> connect.flags(0x82), 4, 0x86),
                new Wrong("no user", connect -> connect.flags(0x02), 4, 0x86),
                new Wrong("other user", connect -> connect.user("fryer"), 5, 0x87),
                new Wrong("other client id", connect -> connect.clientId("fryer"), 5, 0x87),
                new Wrong("empty client id", connect -> connect.clientId(""), 2, 0x85),
                new Wrong(
                        "long client id",
                        connect -> connect.clientId("x".repeat(65)).user("x".repeat(65)),
                        2,
                        0x85),
                new Wrong("odd client id", connect -> connect.clientId("a/b").user("a/b"), 2, 0x85),
                new Wrong("canary", connect -> connect.clientId("~canary-0").user("~canary-0"), 4, 0x86),
                new Wrong("will", connect -> connect.will("t", "m", 0), 5, 0x83),
                new Wrong("will qos 3", connect -> connect.will("t", "m", 3), 5, 0x83));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void badConnectIsAnsweredWithItsCodeAndClosed(Wrong wrong) throws Exception {
        assertEquals(wrong.v3, refusedWith(wrong.change.apply(Packets.connect("grill"))), "MQTT 3.1.1");
        assertEquals(
                wrong.v5,
                refusedWith(wrong.change.apply(Packets.connect("grill").mqtt5())),
                "MQTT 5");
        assertEquals(0, broker.broker().connections());
    }

    @Test
    void persistentSessionIsRefused() throws Exception {
        assertEquals(5, refusedWith(Packets.connect("grill").flags(0xC0)));
        assertEquals(0x83, refusedWith(Packets.connect("grill").properties(SESSION_EXPIRY, 0, 0, 0, 1)));
        assertEquals(0x83, refusedWith(Packets.connect("grill").properties(SESSION_EXPIRY, 0xFF, 0xFF, 0xFF, 0xFF)));
    }

    @Test
    void cleanStartIsNotNeededIfTheSessionEndsWithItsConnection() throws Exception {
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.send(Packets.connect("grill")
                    .properties(SESSION_EXPIRY, 0, 0, 0, 0)
                    .flags(0xC0)
                    .bytes());
            RawClient.Packet connAck = client.read();
            assertEquals(0, connAck.code(0), "session present");
            assertEquals(0, connAck.code(1));
        }
    }

    @Test
    void enhancedAuthenticationIsRefused() throws Exception {
        assertEquals(0x8C, refusedWith(Packets.connect("grill").properties(AUTHENTICATION_METHOD, 0, 1, 'x')));
    }

    @Test
    void unknownProtocolVersionsAreRefused() throws Exception {
        assertEquals(1, refusedWith(Packets.connect("grill").version("MQIsdp", 3)));
        assertEquals(1, refusedWith(Packets.connect("grill").version("MQTT", 6)));
    }

    @Test
    void packetsThatAreTooLargeEndTheConnection() throws Exception {
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.sendQuietly(Packets.connect("grill").secret("x".repeat(9000)).bytes());
            assertTrue(client.isClosedByBroker());
        }
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.send(Packets.connect("grill").mqtt5().bytes());
            assertEquals(0, client.read().code(1));
            // the length alone is enough: the rest need not be sent, or stored
            client.send(new byte[] {(byte) 0x82, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F});
            RawClient.Packet lastPacket = client.read();
            assertTrue(lastPacket.is(RawClient.DISCONNECT));
            assertEquals(0x95, lastPacket.code(0));
            assertTrue(client.isClosedByBroker());
        }
        assertEquals(2, broker.refused(ConnectionRefusal.TOO_LARGE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0xF1, 0x13, 0x83})
    void invalidPacketTypesEndTheConnection(int header) throws Exception {
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.send(new byte[] {(byte) header, 2, 0, 0});
            assertTrue(client.isClosedByBroker());
        }
    }

    @Test
    void lengthOfFiveBytesEndsTheConnection() throws Exception {
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.send(new byte[] {0x10, -1, -1, -1, -1, 1});
            assertTrue(client.isClosedByBroker());
        }
    }

    @Test
    void packetsThatArriveByteByByteAreAccepted() throws Exception {
        try (RawClient client = new RawClient(broker.endpoint())) {
            for (byte one : Packets.connect("grill").bytes()) {
                client.send(new byte[] {one});
            }
            assertEquals(0, client.read().code(1));
            for (byte one : Packets.subscribe(1, TestBroker.topicOf("grill"))) {
                client.send(new byte[] {one});
            }
            assertEquals(0, client.read().code(2));
        }
    }

    @Test
    void mqtt5ClientGetsTheReasonOfACloseAfterConnect() throws Exception {
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.send(Packets.connect("grill").mqtt5().bytes());
            assertEquals(0, client.read().code(1));
            client.send(Packets.connect("grill").mqtt5().bytes());
            RawClient.Packet lastPacket = client.read();
            assertTrue(lastPacket.is(RawClient.DISCONNECT));
            assertEquals(0x82, lastPacket.code(0));
            assertTrue(client.isClosedByBroker());
        }
    }

    @Test
    void connectionWithoutConnAckInTimeIsClosed() throws Exception {
        restart(TestBroker.options().connectTimeout(Duration.ofMillis(1_500)).build(), new CompletableFuture<>());
        try (RawClient silent = new RawClient(broker.endpoint());
                RawClient slow = new RawClient(broker.endpoint());
                RawClient waiting = new RawClient(broker.endpoint());
                RawClient pinging = new RawClient(broker.endpoint())) {
            slow.send(new byte[] {0x10, 60, 0, 4});
            waiting.send(Packets.connect("grill").bytes(), Packets.PINGREQ, Packets.PINGREQ);
            pinging.send(Packets.PINGREQ);
            assertTrue(silent.isClosedByBroker());
            assertTrue(slow.isClosedByBroker());
            assertTrue(waiting.isClosedByBroker());
            assertTrue(pinging.isClosedByBroker());
        }
        assertEquals(3, broker.refused(ConnectionRefusal.CONNECT_TIMEOUT));
        assertEquals(1, broker.refused(ConnectionRefusal.NOT_CONNECT));
    }

    @Test
    void connectionThatFloodsBeforeConnAckIsClosed() throws Exception {
        CompletableFuture<Boolean> authentication = new CompletableFuture<>();
        restart(TestBroker.options().build(), authentication);
        byte[][] flood = new byte[100][];
        Arrays.fill(flood, Packets.PINGREQ);
        // at once: what comes after a CONNECT that was read stays in the socket
        flood[0] = Packets.connect("grill").bytes();
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.sendQuietly(flood);
            assertTrue(client.isClosedByBroker());
        }
        assertEquals(1, broker.refused(ConnectionRefusal.FLOOD));
        authentication.complete(true);
    }

    @Test
    void authenticatorThatFailsCostsItsCallerAConnectionAndNoMore() throws Exception {
        broker.close();
        broker = start(new TestBroker(TestBroker.options().build(), (device, secret) -> {
            return switch (device.value()) {
                case "thrower" -> throw new IllegalStateException("a bug, for once on purpose");
                case "nothing" -> null;
                case "failed" -> CompletableFuture.failedFuture(new IOException("on purpose"));
                default -> CompletableFuture.completedFuture(true);
            };
        }));
        for (String device : new String[] {"thrower", "nothing", "failed"}) {
            assertEquals(3, refusedWith(Packets.connect(device)), device);
            assertEquals(0x88, refusedWith(Packets.connect(device).mqtt5()), device);
        }
        RawClient.device(broker.endpoint(), "grill").closeSocket();
    }

    @Test
    void deviceThatIsDisconnectedWhileItsLoginIsCheckedStaysOut() throws Exception {
        CompletableFuture<Boolean> authentication = new CompletableFuture<>();
        CompletableFuture<DeviceId> asked = new CompletableFuture<>();
        broker.close();
        broker = start(new TestBroker(TestBroker.options().build(), (device, secret) -> {
            asked.complete(device);
            return authentication;
        }));
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.send(Packets.connect("grill").bytes());
            broker.broker().disconnect(asked.join());
            authentication.complete(true);
            assertEquals(5, client.read().code(1));
            assertTrue(client.isClosedByBroker());
        }
        assertEquals(0, broker.broker().connections());
    }

    @Test
    void keepAliveOfZeroIsReplacedByTheLongestAllowed() throws Exception {
        broker.close();
        broker =
                start(new TestBroker(TestBroker.options().keepAliveMaxSeconds(1).build()));
        try (RawClient client = new RawClient(broker.endpoint());
                RawClient mqtt5 = new RawClient(broker.endpoint());
                RawClient unchanged = new RawClient(broker.endpoint())) {
            client.send(Packets.connect("grill").keepAlive(0).bytes());
            mqtt5.send(Packets.connect("fryer").mqtt5().keepAlive(0).bytes());
            unchanged.send(Packets.connect("oven").mqtt5().keepAlive(1).bytes());
            assertEquals(0, client.read().code(1));
            assertTrue(mqtt5.read().contains(0x13, 0, 1), "server keep-alive");
            assertFalse(unchanged.read().contains(0x13, 0, 1), "server keep-alive");
            assertTrue(client.isClosedByBroker());
            assertEquals(0x8D, mqtt5.read().code(0));
            assertEquals(0x8D, unchanged.read().code(0));
        }
        await().until(() -> broker.refused(ConnectionRefusal.KEEP_ALIVE) == 3);
    }

    @Test
    void connAckOffersOnlyWhatTheBrokerSupports() throws Exception {
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.send(Packets.connect("grill").mqtt5().bytes());
            RawClient.Packet connAck = client.read();
            assertTrue(connAck.contains(0x24, 0), "maximum QoS");
            assertTrue(connAck.contains(0x25, 0), "retain available");
            assertTrue(connAck.contains(0x28, 0), "wildcards available");
            assertTrue(connAck.contains(0x2A, 0), "shared subscriptions available");
            assertTrue(connAck.contains(0x27, 0, 0, 0x20, 0), "maximum packet size");
        }
    }

    private void restart(BrokerOptions options, CompletableFuture<Boolean> authentication) {
        broker.close();
        broker = start(new TestBroker(options, (device, secret) -> authentication));
    }

    private int refusedWith(Packets.Connect connect) throws IOException {
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.send(connect.bytes());
            RawClient.Packet connAck = client.read();
            assertTrue(connAck.is(RawClient.CONNACK), connAck.toString());
            assertEquals(0, connAck.code(0), "session present");
            assertTrue(client.isClosedByBroker());
            return connAck.code(1);
        }
    }
}
