package io.bellwire.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Eight devices that follow the protocol, spread over all session loops, which must go on receiving signals. Not
 * thread-safe.
 */
final class HealthyDevices implements AutoCloseable {
    private static final int DEVICES = 8;

    private final TestBroker broker;
    private final Map<String, RawClient> clients = new LinkedHashMap<>();
    private int round;

    HealthyDevices(TestBroker broker) throws IOException {
        this.broker = broker;
        for (String device : names()) {
            clients.put(device, subscribed(device));
        }
    }

    /** Asserts that all devices get a signal, and that new connections on every loop do too. */
    void assertAllReceive() throws IOException {
        round++;
        for (Map.Entry<String, RawClient> device : clients.entrySet()) {
            assertReceives(device.getKey(), device.getValue());
        }
        for (String device : List.copyOf(clients.keySet())) {
            String newDevice = device + "-late-" + round;
            try (RawClient client = subscribed(newDevice)) {
                assertReceives(newDevice, client);
            }
        }
    }

    /** Asserts that the devices were sent nothing else. */
    void assertNothingElseReceived() throws IOException {
        for (Map.Entry<String, RawClient> device : clients.entrySet()) {
            device.getValue().send(Packets.PINGREQ);
            assertTrue(device.getValue().read().is(RawClient.PINGRESP), device.getKey());
        }
    }

    String first() {
        return clients.keySet().iterator().next();
    }

    private void assertReceives(String device, RawClient client) throws IOException {
        String signal = "signal-" + round + "-" + device;
        assertEquals(Handover.WRITTEN, broker.publish(device, signal), device);
        RawClient.Packet received = client.read();
        assertTrue(
                received.is(RawClient.PUBLISH) && received.text().endsWith(signal), device + " received " + received);
    }

    private RawClient subscribed(String device) throws IOException {
        RawClient client = RawClient.device(broker.endpoint(), device);
        assertEquals(0, client.subscribe(TestBroker.topicOf(device)), device);
        return client;
    }

    /** Names that are served by all loops in turn. */
    private static List<String> names() {
        int loops = Runtime.getRuntime().availableProcessors();
        List<String> names = new ArrayList<>();
        for (int i = 0; names.size() < DEVICES; i++) {
            String name = "device-" + i;
            if (Math.floorMod(name.hashCode(), loops) == names.size() % loops) {
                names.add(name);
            }
        }
        return names;
    }

    @Override
    public void close() throws IOException {
        for (RawClient client : clients.values()) {
            client.closeSocket();
        }
    }
}
