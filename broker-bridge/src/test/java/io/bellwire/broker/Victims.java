package io.bellwire.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.broker.SignalBroker.Handover;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Eight well-behaved devices, spread over all session loops, that must go on receiving. Not thread-safe. */
final class Victims implements AutoCloseable {
    private static final int HOW_MANY = 8;

    private final TestBroker broker;
    private final Map<String, RawClient> clients = new LinkedHashMap<>();
    private int round;

    Victims(TestBroker broker) throws IOException {
        this.broker = broker;
        for (String victim : names()) {
            clients.put(victim, subscribed(victim));
        }
    }

    /** Those that were there all along still hear, and new connections on every loop do too. */
    void goOnReceiving() throws IOException {
        round++;
        for (Map.Entry<String, RawClient> victim : clients.entrySet()) {
            hears(victim.getKey(), victim.getValue());
        }
        for (String victim : List.copyOf(clients.keySet())) {
            String latecomer = victim + "-late-" + round;
            try (RawClient client = subscribed(latecomer)) {
                hears(latecomer, client);
            }
        }
    }

    /** Nobody has sent them anything. */
    void heardNothingElse() throws IOException {
        for (Map.Entry<String, RawClient> victim : clients.entrySet()) {
            victim.getValue().send(Packets.PINGREQ);
            assertTrue(victim.getValue().read().is(RawClient.PINGRESP), victim.getKey());
        }
    }

    String first() {
        return clients.keySet().iterator().next();
    }

    private void hears(String device, RawClient client) throws IOException {
        String signal = "signal-" + round + "-" + device;
        assertEquals(Handover.WRITTEN, broker.publish(device, signal), device);
        RawClient.Packet heard = client.read();
        assertTrue(heard.is(RawClient.PUBLISH) && heard.text().endsWith(signal), device + " heard " + heard);
    }

    private RawClient subscribed(String device) throws IOException {
        RawClient client = RawClient.device(broker.way(), device);
        assertEquals(0, client.subscribe(TestBroker.topicOf(device)), device);
        return client;
    }

    /** Names whose hashes go round all loops. */
    private static List<String> names() {
        int loops = Runtime.getRuntime().availableProcessors();
        List<String> names = new ArrayList<>();
        for (int i = 0; names.size() < HOW_MANY; i++) {
            String name = "victim-" + i;
            if (Math.floorMod(name.hashCode(), loops) == names.size() % loops) {
                names.add(name);
            }
        }
        return names;
    }

    @Override
    public void close() throws IOException {
        for (RawClient client : clients.values()) {
            client.hangUp();
        }
    }
}
