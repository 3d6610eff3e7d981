package io.bellwire.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.bellwire.broker.SignalBroker.Handover;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bytes that devices get, whichever part of the broker answers. */
class WireBytesTest {
    private static final String OWN = TestBroker.topicOf("grill");
    private static final String URGENT = TestBroker.urgentTopicOf("grill");
    private static final String FOREIGN = TestBroker.topicOf("fryer");
    private static final byte[] NO_PROPERTIES = {0};
    private static final byte[] SUBSCRIPTION_ID = {2, 0x0B, 42};
    /** {@code bellwire/v1/devices/grill/signal}, after its length. */
    private static final String OWN_HEX = "002062656c6c776972652f76312f646576696365732f6772696c6c2f7369676e616c";

    private static final String EXPIRY_60 = "020000003c";
    private static final String EXPIRY_7 = "0200000007";
    private static final String JSON = "0300106170706c69636174696f6e2f6a736f6e";

    private final TestBroker broker = new TestBroker();

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void mqtt3() throws Exception {
        try (RawClient client = new RawClient(broker.address())) {
            assertEquals("20 0000", answer(client, Packets.connect("grill").bytes()));
            assertEquals("d0 ", answer(client, Packets.PINGREQ));
            assertEquals("90 000100", answer(client, Packets.subscribe(1, OWN)));
            assertEquals("90 000280008080", answer(client, Packets.subscribe(2, FOREIGN, OWN, "#", "$share/x")));
            assertEquals("90 00030000", answer(client, Packets.subscribe(3, OWN, OWN)));
            assertEquals("90 00048080", answer(client, Packets.subscribe(4, FOREIGN, "$share/x")));
            assertEquals(Handover.WRITTEN, broker.publish("grill", "{}"));
            assertEquals("30 " + OWN_HEX + "7b7d", hex(client.read()));
            assertEquals("b0 0005", answer(client, Packets.unsubscribe(5, "$share/x", OWN)));
            assertEquals("b0 0006", answer(client, Packets.unsubscribe(6, OWN)));
            assertEquals("b0 0007", answer(client, Packets.unsubscribe(7, FOREIGN)));
        }
    }

    @Test
    void mqtt5() throws Exception {
        try (RawClient client = new RawClient(broker.address())) {
            assertEquals(
                    "20 000010" + "220000" + "2400" + "2500" + "2700002000" + "2800" + "2a00",
                    answer(client, Packets.connect("grill").mqtt5().bytes()));
            assertEquals("d0 ", answer(client, Packets.PINGREQ));
            assertEquals("90 00010000", answer(client, Packets.subscribe5(1, NO_PROPERTIES, 2, OWN)));
            assertEquals(
                    "90 000200" + "87008787",
                    answer(client, Packets.subscribe5(2, NO_PROPERTIES, 0, FOREIGN, OWN, "#", "$share/x")));
            assertEquals(Handover.WRITTEN, broker.publish("grill", "{}"));
            assertEquals("30 " + OWN_HEX + "1a0101" + EXPIRY_60 + JSON + "7b7d", hex(client.read()));

            assertEquals("90 00030000", answer(client, Packets.subscribe5(3, SUBSCRIPTION_ID, 0, OWN)));
            assertEquals(Handover.WRITTEN, broker.publishOn(OWN, "grill", "{}", 7));
            assertEquals("30 " + OWN_HEX + "1c0101" + EXPIRY_7 + JSON + "0b2a7b7d", hex(client.read()));

            assertEquals("b0 0004001100", answer(client, Packets.unsubscribe5(4, FOREIGN, OWN)));
            assertEquals("b0 00050011", answer(client, Packets.unsubscribe5(5, OWN)));
            answer(client, Packets.subscribe5(7, NO_PROPERTIES, 0, OWN));
            assertEquals("b0 0008000000", answer(client, Packets.unsubscribe5(8, URGENT, OWN)));
            assertEquals("b0 0006001111", answer(client, Packets.unsubscribe5(6, FOREIGN, "$share/x")));
        }
    }

    private static String answer(RawClient client, byte[] packet) throws Exception {
        return hex(client.send(packet).read());
    }

    /** The first byte, and the bytes after the length. */
    private static String hex(RawClient.Packet packet) {
        StringBuilder all = new StringBuilder(HexFormat.of().toHexDigits((byte) packet.header())).append(' ');
        for (int i = 0; i < packet.length(); i++) {
            all.append(HexFormat.of().toHexDigits((byte) packet.code(i)));
        }
        return all.toString();
    }
}
