package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.log.DeviceId;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shows guarantee 6: no packet and no client can stop the service for the others, and no device reads, or writes to,
 * what belongs to another. Two devices with valid accounts attack, one after the other so that they use both session
 * loops of a small machine, and eight other devices must go on receiving.
 */
class HostileDeviceTest {
    private static final List<String> ATTACKERS = List.of("mallory", "trudy");
    private static final int REPEATS = 5;

    private final TestBroker broker =
            start(new TestBroker(TestBroker.options().maxPacketBytes(65_536).build()));
    private HealthyDevices others;

    /** Returns a broker whose endpoint is not plain TCP, if the test runs over something else. */
    TestBroker start(TestBroker broker) {
        return broker;
    }

    @BeforeEach
    void eightDevicesSubscribe() throws IOException {
        others = new HealthyDevices(broker);
        others.assertAllReceive();
    }

    @AfterEach
    void assertNothingWasThrownInALoop() throws IOException {
        try {
            others.assertAllReceive();
            others.assertNothingElseReceived();
            assertEquals(0, broker.loopErrors(), "commands that threw in a session loop");
        } finally {
            others.close();
            broker.close();
        }
    }

    @Test
    void pubAcksAfterTheEndOfTheSessionAreHarmless() throws Exception {
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.endpoint(), attacker)) {
                client.subscribe(TestBroker.topicOf(attacker));
                client.sendQuietly(Packets.DISCONNECT, Packets.pubAck(1), Packets.pubAck(2));
                for (int id = 3; id < 100; id++) {
                    client.sendQuietly(Packets.pubAck(id));
                }
            }
        });
    }

    @Test
    void unexpectedPubAcksAreIgnored() throws Exception {
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.endpoint(), attacker)) {
                for (int id = 1; id < 100; id++) {
                    client.send(Packets.pubAck(id));
                }
                client.send(Packets.PINGREQ);
                assertTrue(client.read().is(RawClient.PINGRESP));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$share/",
                "$share/g",
                "$share/g/",
                "$share//",
                "$share/x",
                "$share/g/a/#/b",
                "$share/+/t",
                "",
                "#/#"
            })
    void malformedFiltersAreHarmless(String filter) throws Exception {
        everyAttacker(attacker -> {
            for (boolean mqtt5 : new boolean[] {false, true}) {
                try (RawClient client = new RawClient(broker.endpoint())) {
                    Packets.Connect connect = Packets.connect(attacker);
                    client.send((mqtt5 ? connect.mqtt5() : connect).bytes());
                    assertTrue(client.read().is(RawClient.CONNACK));
                    client.sendQuietly(
                            mqtt5 ? Packets.subscribe5(1, new byte[1], 0, filter) : Packets.subscribe(1, filter),
                            mqtt5 ? Packets.unsubscribe5(2, filter) : Packets.unsubscribe(2, filter),
                            Packets.PINGREQ);
                    RawClient.Packet subAck = client.read();
                    assertTrue(subAck.is(RawClient.SUBACK), subAck.toString());
                    assertEquals(mqtt5 ? 0x87 : 0x80, subAck.code(mqtt5 ? 3 : 2));
                    assertTrue(client.read().is(RawClient.UNSUBACK));
                    assertTrue(client.read().is(RawClient.PINGRESP));
                }
            }
        });
    }

    @Test
    void filtersOfManyThousandLevelsAreHarmless() throws Exception {
        String deep = "a/".repeat(20_000) + "x";
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.endpoint(), attacker)) {
                assertEquals(0x80, client.subscribe(deep));
                client.send(Packets.unsubscribe(2, deep));
                assertTrue(client.read().is(RawClient.UNSUBACK));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void lastWillsAreRefusedAtAnyQos(int qos) throws Exception {
        String otherTopic = TestBroker.topicOf(others.first());
        everyAttacker(attacker -> {
            try (RawClient client = new RawClient(broker.endpoint())) {
                client.send(Packets.connect(attacker)
                        .will(otherTopic, "forged", qos)
                        .bytes());
                assertTrue(client.isClosedByBroker());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void publishingEndsTheConnectionAndReachesNobody(int qos) throws Exception {
        String otherTopic = TestBroker.topicOf(others.first());
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.endpoint(), attacker)) {
                client.send(Packets.publish(otherTopic, qos, new byte[10]));
                assertTrue(client.isClosedByBroker());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+/+/+/+/+", "bellwire/#", "$share/g/#", "$share/g/+/+/+/+/+"})
    void noDeviceGetsTheSignalsOfAnother(String filter) throws Exception {
        List<RawClient> subscribers = new ArrayList<>();
        for (String attacker : ATTACKERS) {
            RawClient subscriber = RawClient.device(broker.endpoint(), attacker);
            subscribers.add(subscriber);
            assertEquals(0x80, subscriber.subscribe(filter));
            assertEquals(0x80, subscriber.subscribe(TestBroker.topicOf(others.first())));
            assertEquals(0x80, subscriber.subscribe("$share/g/" + TestBroker.topicOf(others.first())));
        }
        others.assertAllReceive();
        for (RawClient subscriber : subscribers) {
            subscriber.send(Packets.PINGREQ);
            assertTrue(subscriber.read().is(RawClient.PINGRESP), "a signal of another device");
            subscriber.closeSocket();
        }
    }

    @Test
    void deviceCannotLogInAsAnother() throws Exception {
        String other = others.first();
        everyAttacker(attacker -> {
            for (Packets.Connect connect : List.of(
                    Packets.connect(attacker).clientId(other),
                    Packets.connect(attacker).user(other),
                    Packets.connect(attacker).clientId(other).user(other))) {
                try (RawClient client = new RawClient(broker.endpoint())) {
                    client.send(connect.bytes());
                    assertNotEquals(0, client.read().code(1));
                    assertTrue(client.isClosedByBroker());
                }
            }
        });
    }

    @Test
    void secondConnectEndsTheConnection() throws Exception {
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.endpoint(), attacker)) {
                client.send(
                        Packets.connect(attacker + "-2").bytes(),
                        Packets.connect(others.first()).secret("wrong").bytes());
                assertTrue(client.isClosedByBroker());
            }
        });
        await().until(() -> broker.broker().connections() == 8);
    }

    @Test
    void publishBeforeConnectLeaksNoMemory() throws Exception {
        byte[] publish = Packets.publish("t", 1, new byte[60_000]);
        long before = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory();
        for (int i = 0; i < 300; i++) {
            try (RawClient client = new RawClient(broker.endpoint())) {
                client.sendQuietly(publish);
                assertTrue(client.isClosedByBroker());
            }
        }
        long grown = PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory() - before;
        assertTrue(grown < 300L * 60_000 / 2, "direct memory has grown by " + grown + " bytes");
        assertEquals(300, broker.refused(ConnectionRefusal.NOT_CONNECT));
    }

    @Test
    void everyOtherPacketBeforeConnectEndsTheConnection() throws Exception {
        for (int type = 2; type <= 15; type++) {
            try (RawClient client = new RawClient(broker.endpoint())) {
                int flags = type == 6 || type == 8 || type == 10 ? 2 : 0;
                Packets.Body body = type >= 12 ? new Packets.Body() : new Packets.Body().number(1);
                client.sendQuietly(Packets.packet((type << 4) | flags, body));
                assertTrue(client.isClosedByBroker(), "type " + type);
            }
        }
    }

    @Test
    void packetsWithTruncatedContentEndTheConnection() throws Exception {
        byte[] cutShort = new Packets.Body().number(1).number(40).text("t").bytes();
        everyAttacker(attacker -> {
            for (int header : new int[] {0x82, 0xA2}) {
                try (RawClient client = RawClient.device(broker.endpoint(), attacker)) {
                    client.send(Packets.packet(header, new Packets.Body().raw(cutShort)), Packets.PINGREQ);
                    assertTrue(client.isClosedByBroker());
                }
            }
        });
        assertEquals(2 * ATTACKERS.size() * REPEATS, broker.refused(ConnectionRefusal.MALFORMED));
    }

    @Test
    void disconnectingADeviceThatAcknowledgesIsHarmless() throws Exception {
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.endpoint(), attacker)) {
                client.subscribe(TestBroker.topicOf(attacker));
                client.send(Packets.pubAck(1), Packets.pubAck(2));
                broker.broker().disconnect(new DeviceId(attacker));
                for (int id = 3; id < 50; id++) {
                    client.sendQuietly(Packets.pubAck(id));
                }
                assertTrue(client.isClosedByBroker());
            }
        });
        assertEquals(ATTACKERS.size() * REPEATS, broker.refused(ConnectionRefusal.DISCONNECTED_BY_US));
    }

    @Test
    void connectionsThatCloseBeforeTheirConnAckAreHarmless() throws Exception {
        everyAttacker(attacker -> {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = new RawClient(broker.endpoint())) {
                    client.send(Packets.connect(attacker).bytes());
                }
            }
        });
        await().until(() -> broker.broker().connections() == 8);
    }

    @Test
    void floodOfSubscribesDoesNotFillTheLoop() throws Exception {
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.endpoint(), attacker)) {
                byte[][] flood = new byte[2000][];
                for (int i = 0; i < flood.length; i++) {
                    flood[i] = Packets.subscribe(i + 1, TestBroker.topicOf(attacker));
                }
                client.sendQuietly(flood);
            }
        });
    }

    @Test
    void clientThatDoesNotReadItsAnswersIsNotReadEitherAndThenClosed() throws Exception {
        byte[][] pings = new byte[10_000][];
        Arrays.fill(pings, Packets.PINGREQ);
        List<CompletableFuture<Void>> floods = new ArrayList<>();
        for (String attacker : ATTACKERS) {
            RawClient client = new RawClient(broker.endpoint());
            client.send(Packets.connect(attacker).keepAlive(1).bytes());
            assertEquals(0, client.read().code(1));
            floods.add(CompletableFuture.runAsync(() -> {
                while (client.sendQuietly(pings)) {
                    // until the broker closes the connection
                }
            }));
        }
        others.assertAllReceive();
        // for the keep-alive, a client that is not read is silent
        await().until(() -> broker.refused(ConnectionRefusal.KEEP_ALIVE) == ATTACKERS.size());
        CompletableFuture.allOf(floods.toArray(CompletableFuture[]::new)).join();
    }

    private interface Attack {
        void run(String attacker) throws IOException;
    }

    private static void everyAttacker(Attack attack) throws IOException {
        for (int i = 0; i < REPEATS; i++) {
            for (String attacker : ATTACKERS) {
                attack.run(attacker);
            }
        }
    }

    @Test
    void stringThatIsNotUtf8IsMalformedWhereverItIs() throws Exception {
        byte[] halfOfAPair = {(byte) 0xED, (byte) 0xA0, (byte) 0x80};
        for (byte[] text : List.of(halfOfAPair, new byte[] {0}, new byte[] {(byte) 0xC3, 0x28})) {
            Packets.Body filter =
                    new Packets.Body().number(1).number(text.length).raw(text).octet(0);
            Packets.Body topics =
                    new Packets.Body().number(1).number(text.length).raw(text);
            Packets.Body topic = new Packets.Body().number(text.length).raw(text);
            for (byte[] packet :
                    List.of(Packets.packet(0x82, filter), Packets.packet(0xA2, topics), Packets.packet(0x30, topic))) {
                double before = broker.refused(ConnectionRefusal.MALFORMED);
                try (RawClient grill = RawClient.device(broker.endpoint(), "grill")) {
                    grill.send(packet);
                    assertTrue(grill.isClosedByBroker());
                }
                assertEquals(before + 1, broker.refused(ConnectionRefusal.MALFORMED));
            }
        }
    }
}
