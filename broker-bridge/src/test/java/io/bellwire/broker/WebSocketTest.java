package io.bellwire.broker;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parts that only WebSocket has: opening, frames, close. */
class WebSocketTest {
    private static final String MQTT = "Sec-WebSocket-Protocol: mqtt\r\n";
    private static final int TOO_BIG = 1009;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int NOT_THIS_TYPE = 1003;

    private TestBroker broker = new TestBroker().overWebSocket();
    private Socket socket;

    @AfterEach
    void stop() throws IOException {
        if (socket != null) {
            socket.close();
        }
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqtt", "mqttv3.1", "chat, mqtt", "mqttv3.1,mqtt"})
    void webSocketForMqttIsOpened(String offered) throws Exception {
        String answer = exchange(RawWebSocket.openingRequest("/mqtt", "Sec-WebSocket-Protocol: " + offered + "\r\n"));
        assertTrue(answer.startsWith("HTTP/1.1 101 "), answer);
        assertTrue(answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "the key's answer");
        String chosen = offered.startsWith("mqttv3.1") ? "mqttv3.1" : "mqtt";
        assertTrue(answer.toLowerCase(java.util.Locale.ROOT).contains("sec-websocket-protocol: " + chosen + "\r\n"));
    }

    @ParameterizedTest
    @CsvSource({
        "/, 404",
        "/mqtt/, 404",
        "/mqttx, 404",
        "/v1/devices, 404",
        "/mqtt?a=b, 101",
    })
    void otherPathsAreNotFound(String path, int status) throws Exception {
        assertStatus(status, exchange(RawWebSocket.openingRequest(path, MQTT)));
    }

    @Test
    void requestThatOpensNoWebSocketIsToldToUpgrade() throws Exception {
        String plain = exchange("GET /mqtt HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertStatus(426, plain);
        assertTrue(plain.contains("upgrade: websocket") && plain.contains("sec-websocket-version: 13"), plain);
        assertStatus(426, exchange(RawWebSocket.openingRequest("/mqtt", MQTT).replace("Version: 13", "Version: 8")));
        assertStatus(426, exchange(RawWebSocket.openingRequest("/mqtt", MQTT).replace("GET", "POST")));
        assertEquals(3, broker.refused(ConnectionRefusal.HANDSHAKE));
    }

    @Test
    void openingThatIsIncompleteOrForSomethingElseIsRefused() throws Exception {
        assertStatus(400, exchange(RawWebSocket.openingRequest("/mqtt", "")));
        assertStatus(400, exchange(RawWebSocket.openingRequest("/mqtt", "Sec-WebSocket-Protocol: chat\r\n")));
        assertStatus(
                400, exchange(RawWebSocket.openingRequest("/mqtt", MQTT).replaceAll("Sec-WebSocket-Key.*\r\n", "")));
        assertStatus(400, exchange(RawWebSocket.openingRequest("/mqtt", MQTT + "Content-Length: 5\r\n") + "hello"));
        assertStatus(400, exchange("what is this\r\n\r\n"));
        assertStatus(400, exchange(RawWebSocket.openingRequest("/mqtt", MQTT + "X: " + "x".repeat(9000) + "\r\n")));
        assertEquals(6, broker.refused(ConnectionRefusal.HANDSHAKE));
        assertEquals(0, broker.refused(ConnectionRefusal.CONNECT_TIMEOUT));
    }

    @Test
    void onlyPagesOfTheGivenOriginsMayConnect() throws Exception {
        broker.close();
        broker = new TestBroker(TestBroker.options()
                        .wsOrigins(Set.of("https://kiosk.example"))
                        .build())
                .overWebSocket();
        assertStatus(101, exchange(RawWebSocket.openingRequest("/mqtt", MQTT + "Origin: https://kiosk.example\r\n")));
        assertStatus(403, exchange(RawWebSocket.openingRequest("/mqtt", MQTT + "Origin: https://evil.example\r\n")));
        assertStatus(403, exchange(RawWebSocket.openingRequest("/mqtt", MQTT + "Origin: null\r\n")));
        assertStatus(101, exchange(RawWebSocket.openingRequest("/mqtt", MQTT)));
        assertEquals(2, broker.refused(ConnectionRefusal.ORIGIN));
    }

    @Test
    void anyPageMayConnectWhereNoOriginsAreGiven() throws Exception {
        assertStatus(101, exchange(RawWebSocket.openingRequest("/mqtt", MQTT + "Origin: https://anybody.example\r\n")));
    }

    @Test
    void packetMaySpanFramesAndAFrameMayHaveSeveralPackets() throws Exception {
        RawWebSocket frames = open();
        byte[] all = concat(
                Packets.connect("grill").bytes(),
                Packets.subscribe(1, TestBroker.topicOf("grill")),
                Packets.PINGREQ,
                Packets.PINGREQ);
        int third = all.length / 3;
        frames.send(RawWebSocket.BINARY, Arrays.copyOf(all, third));
        frames.send(RawWebSocket.CONTINUATION, new byte[0]);
        frames.send(RawWebSocket.FINAL | RawWebSocket.PING, new byte[] {7});
        frames.send(RawWebSocket.FINAL | RawWebSocket.CONTINUATION, Arrays.copyOfRange(all, third, 2 * third));
        frames.send(RawWebSocket.FINAL | RawWebSocket.BINARY, Arrays.copyOfRange(all, 2 * third, all.length));
        RawWebSocket.Frame pong = frames.read();
        assertEquals(RawWebSocket.PONG, pong.type());
        assertArrayEquals(new byte[] {7}, pong.payload());
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        while (received.size() < 4 + 5 + 2 + 2) {
            RawWebSocket.Frame next = frames.read();
            assertEquals(RawWebSocket.BINARY, next.type());
            received.writeBytes(next.payload());
        }
        assertArrayEquals(
                new byte[] {0x20, 2, 0, 0, (byte) 0x90, 3, 0, 1, 0, (byte) 0xD0, 0, (byte) 0xD0, 0},
                received.toByteArray());
    }

    @Test
    void textFrameEndsTheConnectionWith1003() throws Exception {
        RawWebSocket frames = connected();
        frames.send(RawWebSocket.FINAL | RawWebSocket.TEXT, "hello".getBytes(StandardCharsets.UTF_8));
        assertEquals(NOT_THIS_TYPE, readToEnd(frames));
        assertEquals(1, broker.refused(ConnectionRefusal.MALFORMED));
    }

    @Test
    void frameThatIsTooLongEndsTheConnectionWith1009BeforeItIsRead() throws Exception {
        RawWebSocket frames = connected();
        byte[] announced =
                Arrays.copyOf(RawWebSocket.frame(RawWebSocket.FINAL | RawWebSocket.BINARY, new byte[9000]), 8);
        frames.sendRaw(announced);
        assertEquals(TOO_BIG, readToEnd(frames));
        assertEquals(1, broker.refused(ConnectionRefusal.TOO_LARGE));
    }

    @Test
    void packetThatIsTooLongEndsTheConnectionHoweverItIsCutIntoFrames() throws Exception {
        RawWebSocket frames = connected();
        byte[] packet = Packets.subscribe(1, "x".repeat(9000));
        frames.send(RawWebSocket.BINARY, Arrays.copyOf(packet, 5));
        readToEnd(frames);
        assertEquals(1, broker.refused(ConnectionRefusal.TOO_LARGE));
    }

    @Test
    void framesAgainstTheProtocolEndTheConnectionWith1002() throws Exception {
        byte[][] broken = {
            {(byte) 0x82, 2, (byte) 0xC0, 0}, // not masked
            RawWebSocket.frame(RawWebSocket.FINAL | RawWebSocket.CONTINUATION, Packets.PINGREQ), // of nothing
            RawWebSocket.frame(RawWebSocket.FINAL | 0x40 | RawWebSocket.BINARY, Packets.PINGREQ), // an extension
            RawWebSocket.frame(RawWebSocket.FINAL | 3, Packets.PINGREQ), // no such type
            RawWebSocket.frame(RawWebSocket.PING, new byte[1]), // a control frame in fragments
            RawWebSocket.frame(RawWebSocket.FINAL | RawWebSocket.PING, new byte[200]) // a long control frame
        };
        for (byte[] frame : broken) {
            RawWebSocket frames = connected();
            frames.sendRaw(frame);
            assertEquals(PROTOCOL_ERROR, readToEnd(frames), Arrays.toString(frame));
            socket.close();
        }
        assertEquals(broken.length, broker.refused(ConnectionRefusal.MALFORMED));
    }

    @Test
    void closeFrameIsAnsweredAndEndsTheSession() throws Exception {
        RawWebSocket frames = connected();
        assertEquals(1, broker.broker().connections());
        frames.send(RawWebSocket.FINAL | RawWebSocket.CLOSE, new byte[] {0x03, (byte) 0xE9});
        assertEquals(1001, readToEnd(frames));
        await().until(() -> broker.broker().connections() == 0);
    }

    @Test
    void clientThatFloodsPingsAndDoesNotReadGetsNoMorePongs() throws Exception {
        RawWebSocket frames = connected();
        byte[] ping = RawWebSocket.frame(RawWebSocket.FINAL | RawWebSocket.PING, new byte[125]);
        byte[] flood = new byte[ping.length * 1000];
        for (int i = 0; i < 1000; i++) {
            System.arraycopy(ping, 0, flood, i * ping.length, ping.length);
        }
        Thread sender = new Thread(() -> {
            try {
                for (int i = 0; i < 200; i++) {
                    frames.sendRaw(flood);
                }
            } catch (IOException closed) {
                // at the end of the test
            }
        });
        sender.start();
        try (RawClient other = RawClient.device(broker.address(), "fryer")) {
            other.send(Packets.PINGREQ);
            assertTrue(other.read().is(RawClient.PINGRESP));
        }
        socket.close();
        sender.join();
    }

    @Test
    void connectTimeoutIncludesTheOpeningOfTheWebSocket() throws Exception {
        broker.close();
        broker = new TestBroker(TestBroker.options()
                        .connectTimeout(Duration.ofMillis(1_500))
                        .build())
                .overWebSocket();
        try (Socket silent = socket();
                Socket slow = socket();
                Socket opened = socket()) {
            slow.getOutputStream().write("GET /mqtt HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            RawWebSocket.open(opened).send(RawWebSocket.FINAL | RawWebSocket.PING, new byte[0]);
            assertTrue(isClosed(silent));
            assertTrue(isClosed(slow));
            assertTrue(isClosed(opened));
        }
        assertEquals(3, broker.refused(ConnectionRefusal.CONNECT_TIMEOUT));
    }

    @Test
    void framesBeforeTheWebSocketIsOpenEndTheConnection() throws Exception {
        RawWebSocket frames = RawWebSocket.unopened(socket());
        byte[] connect = RawWebSocket.frame(
                RawWebSocket.FINAL | RawWebSocket.BINARY,
                Packets.connect("grill").bytes());
        frames.sendRaw(concat(RawWebSocket.openingRequest("/mqtt", MQTT).getBytes(StandardCharsets.US_ASCII), connect));
        frames.exchange("");
        readToEnd(frames);
        assertEquals(0, broker.broker().connections());
    }

    @Test
    void connectionsOfBothKindsAreCountedTogetherAndTakeOverEachOther() throws Exception {
        RawWebSocket frames = connected();
        // the event follows the CONNACK, unless another connection has taken over by then
        await().until(() -> broker.kinds.contains("grill by websocket"));
        try (RawClient plain = RawClient.device(broker.address(), "grill")) {
            assertNotNull(frames.read(), "a close frame for the first");
            plain.send(Packets.PINGREQ);
            assertTrue(plain.read().is(RawClient.PINGRESP));
        }
        assertEquals(1, broker.refused(ConnectionRefusal.TAKEN_OVER));
        assertEquals(List.of("grill by websocket", "grill by mqtt"), broker.kinds);
    }

    @Test
    void webSocketCanBeDisabled() {
        broker.close();
        broker = new TestBroker(
                TestBroker.options().wsPort(BrokerOptions.NO_PORT).build());
        assertFalse(broker.broker().webSocketAddress().isPresent());
    }

    private RawWebSocket open() throws IOException {
        socket = socket();
        return RawWebSocket.open(socket);
    }

    private RawWebSocket connected() throws IOException {
        RawWebSocket frames = open();
        frames.send(
                RawWebSocket.FINAL | RawWebSocket.BINARY,
                Packets.connect("grill").bytes());
        assertArrayEquals(new byte[] {0x20, 2, 0, 0}, frames.read().payload());
        return frames;
    }

    private Socket socket() throws IOException {
        Socket opened = new Socket(
                broker.endpoint().address().getAddress(),
                broker.endpoint().address().getPort());
        opened.setSoTimeout(10_000);
        return opened;
    }

    private String exchange(String request) throws IOException {
        try (Socket once = socket()) {
            return RawWebSocket.unopened(once).exchange(request);
        }
    }

    /** Reads to the end, and returns the status of the close frame. */
    private static int readToEnd(RawWebSocket frames) throws IOException {
        try {
            while (frames.read() != null) {
                // ignore the last packets
            }
        } catch (SocketException reset) {
            // a reset is an end too
        }
        return frames.closeStatus();
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                // ignore the last packets
            }
        } catch (SocketException reset) {
            return true;
        }
        return true;
    }

    private static void assertStatus(int status, String answer) {
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
