package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionTest {
    private static final String OWN = TestBroker.topicOf("grill");
    private static final String FOREIGN = TestBroker.topicOf("fryer");
    private static final byte[] NO_PROPERTIES = {0};

    private final TestBroker broker = start(new TestBroker());

    /** Returns a broker whose endpoint is not plain TCP, if the test runs over something else. */
    TestBroker start(TestBroker broker) {
        return broker;
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bellwire/v1/devices/fryer/signal",
                "bellwire/v1/devices/+/signal",
                "bellwire/v1/devices/grill/#",
                "bellwire/v1/devices/grill/+",
                "bellwire/v1/devices/grill/signal/",
                "/bellwire/v1/devices/grill/signal",
                "bellwire/v1/devices/GRILL/signal",
                "$share/g/bellwire/v1/devices/grill/signal",
                "$SYS/#",
                "#",
                ""
            })
    void everythingButTheOwnTopicIsRefusedAndTheConnectionStays(String filter) throws Exception {
        try (RawClient v3 = RawClient.device(broker.endpoint(), "grill")) {
            assertEquals(0x80, v3.subscribe(filter));
            assertEquals(0, v3.subscribe(OWN));
        }
        try (RawClient v5 = mqtt5("grill")) {
            v5.send(Packets.subscribe5(9, NO_PROPERTIES, 0, filter));
            assertArrayEquals(new int[] {0, 9, 0, 0x87}, codes(v5.read()));
            v5.send(Packets.subscribe5(10, NO_PROPERTIES, 0, OWN));
            assertArrayEquals(new int[] {0, 10, 0, 0}, codes(v5.read()));
        }
    }

    @Test
    void eachFilterOfAMixedSubscribeHasItsOwnCode() throws Exception {
        try (RawClient v3 = RawClient.device(broker.endpoint(), "grill")) {
            v3.send(Packets.subscribe(5, FOREIGN, OWN, "#"));
            assertArrayEquals(new int[] {0, 5, 0x80, 0, 0x80}, codes(v3.read()));
            assertEquals(Handover.WRITTEN, broker.publish("grill", "{}"));
            assertTrue(v3.read().is(RawClient.PUBLISH));

            v3.send(Packets.unsubscribe(6, "#", OWN));
            assertArrayEquals(new int[] {0, 6}, codes(v3.read()));
            assertEquals(Handover.NOT_SUBSCRIBED, broker.publish("grill", "{}"));
        }
        try (RawClient v5 = mqtt5("grill")) {
            v5.send(Packets.subscribe5(5, NO_PROPERTIES, 0, OWN, FOREIGN));
            assertArrayEquals(new int[] {0, 5, 0, 0, 0x87}, codes(v5.read()));
            v5.send(Packets.unsubscribe5(6, FOREIGN, OWN));
            assertArrayEquals(new int[] {0, 6, 0, 0x11, 0}, codes(v5.read()));
            v5.send(Packets.unsubscribe5(7, OWN));
            assertArrayEquals(new int[] {0, 7, 0, 0x11}, codes(v5.read()));
        }
    }

    @Test
    void qosZeroIsGrantedWhicheverIsRequested() throws Exception {
        for (int qos = 0; qos <= 2; qos++) {
            try (RawClient client = RawClient.device(broker.endpoint(), "grill")) {
                client.send(Packets.packet(
                        0x82, new Packets.Body().number(1).text(OWN).octet(qos)));
                assertArrayEquals(new int[] {0, 1, 0}, codes(client.read()));
                // a client that never acknowledges fills no queue: there is no QoS 1
                for (int i = 0; i < 50; i++) {
                    assertEquals(Handover.WRITTEN, broker.publish("grill", "{}"));
                    assertEquals(0x30, client.read().header());
                }
            }
        }
    }

    @Test
    void signalsOfMqtt5HaveContentTypeAndExpiry() throws Exception {
        try (RawClient client = mqtt5("grill")) {
            client.send(Packets.subscribe5(1, NO_PROPERTIES, 0, OWN));
            assertTrue(client.read().is(RawClient.SUBACK));
            broker.publish("grill", "{}");
            RawClient.Packet signal = client.read();
            assertTrue(signal.contains(0x01, 1), "payload format");
            assertTrue(signal.contains(0x02, 0, 0, 0, 60), "message expiry");
            assertTrue(signal.text().contains("application/json"));
            assertFalse(signal.contains(0x0B), "subscription identifier");
        }
    }

    @Test
    void subscriptionOptionsOfMqtt5AreAccepted() throws Exception {
        int noLocal = 0x04;
        int retainAsPublished = 0x08;
        int noRetained = 0x20;
        byte[] subscriptionId = {2, 0x0B, 42};
        try (RawClient client = mqtt5("grill")) {
            client.send(Packets.subscribe5(1, subscriptionId, noLocal | retainAsPublished | noRetained | 2, OWN));
            assertArrayEquals(new int[] {0, 1, 0, 0}, codes(client.read()));
            broker.publish("grill", "{}");
            assertTrue(client.read().contains(0x0B, 42), "subscription identifier");
        }
    }

    @Test
    void deviceSubscribesToEachOfItsTopicsIndependently() throws Exception {
        String urgent = TestBroker.urgentTopicOf("grill");
        try (RawClient client = mqtt5("grill")) {
            client.send(Packets.subscribe5(1, NO_PROPERTIES, 0, urgent, TestBroker.urgentTopicOf("fryer")));
            assertArrayEquals(new int[] {0, 1, 0, 0, 0x87}, codes(client.read()));
            assertEquals(Handover.NOT_SUBSCRIBED, broker.publish("grill", "{}"));
            assertEquals(Handover.WRITTEN, broker.publishOn(urgent, "grill", "{}", 7));
            RawClient.Packet signal = client.read();
            assertTrue(signal.text().contains(urgent));
            assertTrue(signal.contains(0x02, 0, 0, 0, 7), "message expiry");

            client.send(Packets.subscribe5(2, NO_PROPERTIES, 0, OWN));
            assertArrayEquals(new int[] {0, 2, 0, 0}, codes(client.read()));
            client.send(Packets.unsubscribe5(3, urgent));
            assertArrayEquals(new int[] {0, 3, 0, 0}, codes(client.read()));
            assertEquals(Handover.NOT_SUBSCRIBED, broker.publishOn(urgent, "grill", "{}", 7));
            assertEquals(Handover.WRITTEN, broker.publish("grill", "{}"));
        }
    }

    @Test
    void subscribesThatViolateTheProtocolEndTheConnection() throws Exception {
        byte[] idOfZero = {2, 0x0B, 0};
        byte[] twoIds = {4, 0x0B, 1, 0x0B, 2};
        for (byte[] packet : new byte[][] {
            Packets.subscribe5(1, idOfZero, 0, OWN),
            Packets.subscribe5(1, twoIds, 0, OWN),
            Packets.subscribe5(1, NO_PROPERTIES, 0),
            Packets.subscribe5(0, NO_PROPERTIES, 0, OWN),
            Packets.subscribe5(1, NO_PROPERTIES, 3, OWN),
            Packets.unsubscribe5(1)
        }) {
            try (RawClient client = mqtt5("grill")) {
                client.send(packet);
                assertTrue(client.read().is(RawClient.DISCONNECT));
                assertTrue(client.isClosedByBroker());
            }
        }
    }

    @Test
    void subscribingAgainReportsTheDeviceAgain() throws Exception {
        try (RawClient client = RawClient.device(broker.endpoint(), "grill")) {
            client.subscribe(OWN);
            client.subscribe(OWN);
            await().until(() -> broker.events.equals(List.of("+grill", "+grill")));
        }
    }

    @Test
    void clientThatTakesOnlyShortPacketsIsNotSentLongerOnes() throws Exception {
        int maximumPacketSize = 0x27;
        try (RawClient client = new RawClient(broker.endpoint())) {
            client.send(Packets.connect("grill")
                    .properties(maximumPacketSize, 0, 0, 0, 50)
                    .bytes());
            assertEquals(0, client.read().code(1));
            client.send(Packets.subscribe5(1, NO_PROPERTIES, 0, OWN));
            assertTrue(client.read().is(RawClient.SUBACK));
            assertEquals(Handover.FAILED, broker.publish("grill", "{\"epoch\":\"k3v9x2m4qd\",\"revision\":17}"));
        }
    }

    private RawClient mqtt5(String device) throws IOException {
        RawClient client = new RawClient(broker.endpoint());
        client.send(Packets.connect(device).mqtt5().bytes());
        assertEquals(0, client.read().code(1));
        return client;
    }

    private static int[] codes(RawClient.Packet packet) {
        return IntStream.range(0, packet.length()).map(packet::code).toArray();
    }
}
