package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.admission.TrustedProxies;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The address of a device behind a proxy, which is this machine. One address may have one connection. */
class ProxiedDevicesTest {
    private static final TrustedProxies THIS_MACHINE = TrustedProxies.of(List.of("127.0.0.0/8"));
    /** Version 2, PROXY, TCP over IPv4, 12 bytes: 203.0.113.9:4711 to 192.0.2.1:443. */
    private static final byte[] V2 =
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a" + "2111000c" + "cb007109c0000201126701bb");

    private TestBroker broker = start(THIS_MACHINE);

    private static TestBroker start(TrustedProxies proxies) {
        return new TestBroker(TestBroker.options().maxConnectionsPerAddress(1).build(), proxies);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private static byte[] v1(String client) {
        return ("PROXY TCP4 " + client + " 192.0.2.1 4711 1883\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] connect(String device) {
        return Packets.connect(device).bytes();
    }

    /** Sends these bytes on a new connection, and returns it with the code of its CONNACK. */
    private int codeOf(RawClient client, byte[]... bytes) throws IOException {
        return client.send(bytes).read().code(1);
    }

    @Test
    void clientOfTheHeaderIsCountedAndNotTheProxy() throws IOException {
        try (RawClient grill = new RawClient(broker.endpoint());
                RawClient fryer = new RawClient(broker.endpoint());
                RawClient oven = new RawClient(broker.endpoint());
                RawClient local = new RawClient(broker.endpoint());
                RawClient other = new RawClient(broker.endpoint())) {
            assertEquals(0, codeOf(grill, v1("203.0.113.9"), connect("grill")));
            assertEquals(0, codeOf(fryer, v1("203.0.113.10"), connect("fryer")));
            assertEquals(3, codeOf(oven, V2, connect("oven")), "the address of grill");
            assertEquals(1, broker.refused(ConnectionRefusal.ADDRESS_FULL));
            assertEquals(0, codeOf(local, connect("local")), "a proxy need not send a header");
            assertEquals(0, codeOf(other, connect("other")), "the proxy itself has no such limit");
        }
    }

    @Test
    void headerMayComeInPieces() throws IOException {
        try (RawClient grill = new RawClient(broker.endpoint())) {
            byte[] header = v1("203.0.113.9");
            for (byte one : header) {
                grill.send(new byte[] {one});
            }
            assertEquals(0, codeOf(grill, connect("grill")));
        }
    }

    @Test
    void malformedHeaderEndsTheConnection() throws IOException {
        for (byte[] wrong : List.of(
                "PROXY TCP4 203.0.113.9 nonsense\r\n".getBytes(StandardCharsets.US_ASCII),
                ("PROXY TCP4 " + "2".repeat(300)).getBytes(StandardCharsets.US_ASCII))) {
            try (RawClient client = new RawClient(broker.endpoint())) {
                assertTrue(client.send(wrong, connect("grill")).isClosedByBroker());
            }
        }
        await().until(() -> broker.refused(ConnectionRefusal.PROXY_HEADER) == 2);
    }

    @Test
    void headerOfAnybodyElseIsNoMqtt() throws IOException {
        broker.close();
        broker = start(TrustedProxies.of(List.of("127.0.0.2")));
        try (RawClient client = new RawClient(broker.endpoint())) {
            assertThrows(EOFException.class, () -> client.send(v1("203.0.113.9"), connect("grill"))
                    .read());
        }
    }

    private String upgrade(Socket socket, String headers) throws IOException {
        return RawWebSocket.unopened(socket)
                .exchange(RawWebSocket.openingRequest("/mqtt", "Sec-WebSocket-Protocol: mqtt\r\n" + headers));
    }

    private Socket webSocket() throws IOException {
        var address = broker.overWebSocket().endpoint().address();
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    @Test
    void proxyNamesTheClientOfAWebSocketInAHeader() throws IOException {
        try (Socket grill = webSocket();
                Socket fryer = webSocket();
                Socket oven = webSocket();
                Socket forged = webSocket()) {
            assertTrue(
                    upgrade(grill, "X-Forwarded-For: 1.2.3.4, 203.0.113.9\r\n").startsWith("HTTP/1.1 101"));
            assertTrue(upgrade(fryer, "Forwarded: for=203.0.113.10\r\n").startsWith("HTTP/1.1 101"));
            assertTrue(upgrade(oven, "X-Forwarded-For: 203.0.113.9\r\n").startsWith("HTTP/1.1 429"));
            assertTrue(upgrade(forged, "Forwarded: for=1.2.3.4\r\nX-Forwarded-For: 203.0.113.11\r\n")
                    .startsWith("HTTP/1.1 400"));
            assertEquals(1, broker.refused(ConnectionRefusal.ADDRESS_FULL));
        }
        // the places are free again
        await().until(() -> {
            try (Socket again = webSocket()) {
                return upgrade(again, "X-Forwarded-For: 203.0.113.9\r\n").startsWith("HTTP/1.1 101");
            }
        });
        assertFalse(broker.broker().problem().isPresent());
    }
}
