package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import io.bellwire.log.DeviceId;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TakeoverTest {
    private static final String TOPIC = TestBroker.topicOf("grill");

    private final TestBroker broker =
            new TestBroker(TestBroker.options().loginRatePerDevice(0).build());

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void secondConnectionTakesOverAndTheDeviceStaysConnected() throws Exception {
        try (RawClient first = new RawClient(broker.address())) {
            first.send(Packets.connect("grill").mqtt5().bytes());
            assertEquals(0, first.read().code(1));
            first.send(Packets.subscribe5(1, new byte[1], 0, TOPIC));
            assertTrue(first.read().is(RawClient.SUBACK));
            // the event follows the SUBACK; a connection that was taken over by then causes none
            await().until(() -> broker.events.equals(List.of("+grill")));
            try (RawClient second = RawClient.device(broker.address(), "grill")) {
                assertEquals(0x8E, first.read().code(0), "session taken over");
                assertTrue(first.isClosedByBroker());
                assertEquals(1, broker.broker().connections());
                assertEquals(Handover.NOT_SUBSCRIBED, broker.publish("grill", "{}"));

                assertEquals(0, second.subscribe(TOPIC));
                assertEquals(Handover.WRITTEN, broker.publish("grill", "{}"));
                assertTrue(second.read().is(RawClient.PUBLISH));
                await().until(() -> broker.events.equals(List.of("+grill", "+grill")));
            }
        }
        await().until(() -> broker.events.equals(List.of("+grill", "+grill", "-grill")));
    }

    @Test
    void brokerSurvivesConnectionsThatTakeOverEachOther() throws Exception {
        List<CompletableFuture<Void>> connections = IntStream.range(0, 4)
                .mapToObj(number -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 50; i++) {
                        try (RawClient client = new RawClient(broker.address())) {
                            client.sendQuietly(Packets.connect("grill").bytes(), Packets.subscribe(1, TOPIC));
                            client.read();
                        } catch (IOException takenOver) {
                            // another connection has taken over
                        }
                    }
                }))
                .toList();
        CompletableFuture.allOf(connections.toArray(CompletableFuture[]::new)).join();
        await().until(() -> broker.broker().connections() == 0);
        await().until(() -> broker.events.isEmpty()
                || broker.events.get(broker.events.size() - 1).equals("-grill"));

        try (RawClient last = RawClient.device(broker.address(), "grill")) {
            assertEquals(0, last.subscribe(TOPIC));
            assertEquals(Handover.WRITTEN, broker.publish("grill", "{}"));
            assertTrue(last.read().is(RawClient.PUBLISH));
        }
        assertEquals(0, broker.loopErrors());
    }

    @Test
    void deviceThatTheBrokerDisconnectsGetsTheReason() throws Exception {
        try (RawClient client = new RawClient(broker.address())) {
            client.send(Packets.connect("grill").mqtt5().bytes());
            assertEquals(0, client.read().code(1));
            broker.broker().disconnect(new DeviceId("grill"));
            assertEquals(0x98, client.read().code(0), "administrative action");
            assertTrue(client.isClosedByBroker());
        }
        await().until(() -> broker.events.equals(List.of("-grill")));
        broker.broker().disconnect(new DeviceId("nobody"));
    }
}
