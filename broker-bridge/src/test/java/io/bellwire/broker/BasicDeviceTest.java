package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import org.junit.jupiter.api.Test;

class BasicDeviceTest {
    private static final String SIGNAL = "{\"epoch\":\"k3v9x2m4qd\",\"revision\":17}";

    @Test
    void deviceThatSubscribesIsReportedAndSignalled() throws Exception {
        try (TestBroker broker = new TestBroker();
                RawClient grill = RawClient.device(broker.address(), "grill")) {
            assertEquals(Handover.NOT_SUBSCRIBED, broker.publish("grill", SIGNAL));
            assertEquals(0, grill.subscribe(TestBroker.topicOf("grill")));
            await().until(() -> broker.events.contains("+grill"));

            assertEquals(Handover.WRITTEN, broker.publish("grill", SIGNAL));
            RawClient.Packet signal = grill.read();
            assertEquals(0x30, signal.header());
            assertTrue(signal.text().endsWith(TestBroker.topicOf("grill") + SIGNAL), signal.text());

            grill.closeSocket();
            await().until(() -> broker.events.contains("-grill"));
            assertEquals(Handover.NOT_SUBSCRIBED, broker.publish("grill", SIGNAL));
            assertEquals(0, broker.broker().connections());
        }
    }

    @Test
    void subscribeThatFollowsConnectAtOnceIsGranted() throws Exception {
        try (TestBroker broker = new TestBroker()) {
            for (int i = 0; i < 200; i++) {
                String device = "device-" + i;
                try (RawClient client = new RawClient(broker.address())) {
                    client.send(
                            Packets.connect(device).bytes(),
                            Packets.subscribe(7, TestBroker.topicOf(device)),
                            Packets.PINGREQ);
                    assertTrue(client.read().is(RawClient.CONNACK));
                    assertEquals(0, client.read().code(2));
                    assertTrue(client.read().is(RawClient.PINGRESP));
                }
            }
        }
    }
}
