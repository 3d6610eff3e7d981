package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.registry.DeviceId;
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
 * Holds guarantee 6: no packet and no client can stop the service for the others, and no device reads, or writes to, what
 * is another's. Two devices with good accounts turn hostile, one after the other so that both session loops of a small
 * machine get their share, and eight others have to go on receiving.
 */
class HostileDeviceTest {
    private static final List<String> ATTACKERS = List.of("mallory", "trudy");
    private static final int REPEATS = 5;

    private final TestBroker broker =
            start(new TestBroker(TestBroker.options().maxPacketBytes(65_536).build()));
    private Victims victims;

    /** Where it is run over something else than TCP, another. */
    TestBroker start(TestBroker broker) {
        return broker;
    }

    @BeforeEach
    void eightDevicesListen() throws IOException {
        victims = new Victims(broker);
        victims.goOnReceiving();
    }

    @AfterEach
    void nothingThrewInALoop() throws IOException {
        try {
            victims.goOnReceiving();
            victims.heardNothingElse();
            assertEquals(0, broker.loopErrors(), "commands that threw in a session loop");
        } finally {
            victims.close();
            broker.close();
        }
    }

    @Test
    void pubAcksAfterTheSessionHasEndedStopNobody() throws Exception {
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.way(), attacker)) {
                client.subscribe(TestBroker.topicOf(attacker));
                client.sendQuietly(Packets.DISCONNECT, Packets.pubAck(1), Packets.pubAck(2));
                for (int id = 3; id < 100; id++) {
                    client.sendQuietly(Packets.pubAck(id));
                }
            }
        });
    }

    @Test
    void pubAcksThatNobodyAskedForAreSwallowed() throws Exception {
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.way(), attacker)) {
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
    void malformedFiltersStopNobody(String filter) throws Exception {
        everyAttacker(attacker -> {
            for (boolean mqtt5 : new boolean[] {false, true}) {
                try (RawClient client = new RawClient(broker.way())) {
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
    void filtersOfManyThousandLevelsStopNobody() throws Exception {
        String deep = "a/".repeat(20_000) + "x";
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.way(), attacker)) {
                assertEquals(0x80, client.subscribe(deep));
                client.send(Packets.unsubscribe(2, deep));
                assertTrue(client.read().is(RawClient.UNSUBACK));
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void lastWillsAreRefusedWhateverTheirQos(int qos) throws Exception {
        String victimsTopic = TestBroker.topicOf(victims.first());
        everyAttacker(attacker -> {
            try (RawClient client = new RawClient(broker.way())) {
                client.send(Packets.connect(attacker)
                        .will(victimsTopic, "forged", qos)
                        .bytes());
                assertTrue(client.isClosedByBroker());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void publishingEndsTheConnectionAndReachesNobody(int qos) throws Exception {
        String victimsTopic = TestBroker.topicOf(victims.first());
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.way(), attacker)) {
                client.send(Packets.publish(victimsTopic, qos, new byte[10]));
                assertTrue(client.isClosedByBroker());
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"#", "+/+/+/+/+", "bellwire/#", "$share/g/#", "$share/g/+/+/+/+/+"})
    void nobodyHearsAnothersSignals(String filter) throws Exception {
        List<RawClient> spies = new ArrayList<>();
        for (String attacker : ATTACKERS) {
            RawClient spy = RawClient.device(broker.way(), attacker);
            spies.add(spy);
            assertEquals(0x80, spy.subscribe(filter));
            assertEquals(0x80, spy.subscribe(TestBroker.topicOf(victims.first())));
            assertEquals(0x80, spy.subscribe("$share/g/" + TestBroker.topicOf(victims.first())));
        }
        victims.goOnReceiving();
        for (RawClient spy : spies) {
            spy.send(Packets.PINGREQ);
            assertTrue(spy.read().is(RawClient.PINGRESP), "a signal of another device");
            spy.hangUp();
        }
    }

    @Test
    void anotherDevicesNameDoesNotLetIn() throws Exception {
        String victim = victims.first();
        everyAttacker(attacker -> {
            for (Packets.Connect connect : List.of(
                    Packets.connect(attacker).clientId(victim),
                    Packets.connect(attacker).user(victim),
                    Packets.connect(attacker).clientId(victim).user(victim))) {
                try (RawClient client = new RawClient(broker.way())) {
                    client.send(connect.bytes());
                    assertNotEquals(0, client.read().code(1));
                    assertTrue(client.isClosedByBroker());
                }
            }
        });
    }

    @Test
    void secondConnectEndsTheConnectionAndLeavesNothing() throws Exception {
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.way(), attacker)) {
                client.send(
                        Packets.connect(attacker + "-2").bytes(),
                        Packets.connect(victims.first()).secret("wrong").bytes());
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
            try (RawClient client = new RawClient(broker.way())) {
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
            try (RawClient client = new RawClient(broker.way())) {
                int flags = type == 6 || type == 8 || type == 10 ? 2 : 0;
                Packets.Body body = type >= 12 ? new Packets.Body() : new Packets.Body().number(1);
                client.sendQuietly(Packets.packet((type << 4) | flags, body));
                assertTrue(client.isClosedByBroker(), "type " + type);
            }
        }
    }

    @Test
    void packetsWhoseInsideIsCutShortEndTheConnection() throws Exception {
        byte[] cutShort = new Packets.Body().number(1).number(40).text("t").bytes();
        everyAttacker(attacker -> {
            for (int header : new int[] {0x82, 0xA2}) {
                try (RawClient client = RawClient.device(broker.way(), attacker)) {
                    client.send(Packets.packet(header, new Packets.Body().raw(cutShort)), Packets.PINGREQ);
                    assertTrue(client.isClosedByBroker());
                }
            }
        });
        assertEquals(2 * ATTACKERS.size() * REPEATS, broker.refused(ConnectionRefusal.MALFORMED));
    }

    @Test
    void disconnectingADeviceThatAcknowledgesStopsNobody() throws Exception {
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.way(), attacker)) {
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
    void connectionsThatGoBeforeTheirConnAckStopNobody() throws Exception {
        everyAttacker(attacker -> {
            for (int i = 0; i < 20; i++) {
                try (RawClient client = new RawClient(broker.way())) {
                    client.send(Packets.connect(attacker).bytes());
                }
            }
        });
        await().until(() -> broker.broker().connections() == 8);
    }

    @Test
    void floodOfSubscribesFillsNoLoop() throws Exception {
        everyAttacker(attacker -> {
            try (RawClient client = RawClient.device(broker.way(), attacker)) {
                byte[][] flood = new byte[2000][];
                for (int i = 0; i < flood.length; i++) {
                    flood[i] = Packets.subscribe(i + 1, TestBroker.topicOf(attacker));
                }
                client.sendQuietly(flood);
            }
        });
    }

    @Test
    void whoeverAsksWithoutReadingTheAnswersIsNotReadEitherAndThenClosed() throws Exception {
        byte[][] pings = new byte[10_000][];
        Arrays.fill(pings, Packets.PINGREQ);
        List<CompletableFuture<Void>> floods = new ArrayList<>();
        for (String attacker : ATTACKERS) {
            RawClient deaf = new RawClient(broker.way());
            deaf.send(Packets.connect(attacker).keepAlive(1).bytes());
            assertEquals(0, deaf.read().code(1));
            floods.add(CompletableFuture.runAsync(() -> {
                while (deaf.sendQuietly(pings)) {
                    // as long as the broker takes any
                }
            }));
        }
        victims.goOnReceiving();
        // to the keep-alive, one that is not read is one that is silent
        await().until(() -> broker.refused(ConnectionRefusal.KEEP_ALIVE) == ATTACKERS.size());
        CompletableFuture.allOf(floods.toArray(CompletableFuture[]::new)).join();
    }

    private interface Attack {
        void by(String attacker) throws IOException;
    }

    private static void everyAttacker(Attack attack) throws IOException {
        for (int i = 0; i < REPEATS; i++) {
            for (String attacker : ATTACKERS) {
                attack.by(attacker);
            }
        }
    }
}
