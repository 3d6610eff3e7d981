package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConnectionNamerTest {
    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(10_000);
        for (byte[] part : parts) {
            all.put(part);
        }
        byte[] bytes = new byte[all.flip().remaining()];
        all.get(bytes);
        return bytes;
    }

    /** A masked frame, as clients send it. */
    private static byte[] frame(int opcode, byte... payload) {
        byte[] mask = {1, 2, 3, 4};
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 8).put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % 4]));
        }
        byte[] bytes = new byte[frame.flip().remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static void inPieces(ConnectionNamer namer, byte[] bytes, int piece) {
        for (int from = 0; from < bytes.length; from += piece) {
            namer.inspect(ByteBuffer.wrap(bytes, from, Math.min(piece, bytes.length - from)));
        }
    }

    @Test
    void webSocketIsNamedByTheConnectInItsFramesHoweverTheyAreCut() {
        byte[] connect = CuttingProxyTest.connect("grill");
        byte[] longConnect = CuttingProxyTest.connect("g".repeat(60) + "-1");
        byte[] upgrade = ascii("GET /mqtt HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n");
        byte[] halves = join(
                frame(2, java.util.Arrays.copyOfRange(connect, 0, 5)),
                frame(9),
                frame(2, java.util.Arrays.copyOfRange(connect, 5, connect.length)));
        for (int piece = 1; piece < 200; piece++) {
            ConnectionNamer one = ConnectionNamer.webSocket();
            inPieces(one, join(upgrade, frame(2, connect)), piece);
            assertEquals("grill", one.name());

            ConnectionNamer split = ConnectionNamer.webSocket();
            inPieces(split, join(upgrade, halves), piece);
            assertEquals("grill", split.name());

            ConnectionNamer other = ConnectionNamer.webSocket();
            inPieces(other, join(upgrade, frame(2, longConnect)), piece);
            assertEquals("g".repeat(60) + "-1", other.name());
        }
    }

    @Test
    void webSocketThatNeverSaysWhoItIsHasNoName() {
        ConnectionNamer namer = ConnectionNamer.webSocket();
        namer.inspect(ByteBuffer.wrap(new byte[20_000]));

        assertNull(namer.name());
    }

    @Test
    void sharedConnectionIsNamedByItsLastRequest() {
        for (int piece = 1; piece < 120; piece++) {
            ConnectionNamer namer = ConnectionNamer.http();
            inPieces(namer, ascii("GET /v1/devices/grill/signals HTTP/1.1\r\nHost: h\r\n\r\n"), piece);
            assertEquals("grill", namer.name());
            inPieces(namer, ascii("GET /v1/devices/fryer/feed?wait_ms=9 HTTP/1.1\r\n\r\n"), piece);
            assertEquals("fryer", namer.name());
            inPieces(namer, ascii("GET /healthz HTTP/1.1\r\n\r\n"), piece);
            assertNull(namer.name());
        }
    }
}
