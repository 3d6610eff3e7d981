package io.bellwire.fleet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.certify.MqttBytes;
import io.bellwire.certify.MqttPacket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CuttingProxyTest {
    private ServerSocket broker;
    private CuttingProxy proxy;

    @BeforeEach
    void open() throws IOException {
        broker = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        proxy = new CuttingProxy(
                new InetSocketAddress(broker.getInetAddress(), broker.getLocalPort()),
                ConnectionNamer::mqtt,
                System::nanoTime);
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        broker.close();
    }

    /** CONNECT of MQTT 5, with three bytes of properties. */
    static byte[] connect(String clientId) {
        return new MqttBytes()
                .text("MQTT")
                .octet(5)
                .octet(2)
                .number(30)
                .raw(new byte[] {3, 0x21, 0, 10})
                .text(clientId)
                .packet(MqttPacket.CONNECT << 4);
    }

    private Socket connectAs(String clientId) throws IOException {
        Socket socket = new Socket(proxy.address().getAddress(), proxy.address().getPort());
        byte[] packet = connect(clientId);
        // in two pieces, as a network may deliver it
        socket.getOutputStream().write(packet, 0, 9);
        socket.getOutputStream().flush();
        socket.getOutputStream().write(packet, 9, packet.length - 9);
        return socket;
    }

    private boolean cut(String clientId, int discardMillis) throws Exception {
        CompletableFuture<Boolean> had = new CompletableFuture<>();
        proxy.cut(clientId, discardMillis, had::complete);
        return had.get(10, TimeUnit.SECONDS);
    }

    @Test
    void bytesPassBothWaysUnchanged() throws Exception {
        try (Socket grill = connectAs("grill");
                Socket upstream = broker.accept()) {
            assertArrayEquals(connect("grill"), upstream.getInputStream().readNBytes(connect("grill").length));
            byte[] much = new byte[100_000];
            much[99_999] = 7;
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> write(upstream, much));
            assertArrayEquals(much, grill.getInputStream().readNBytes(much.length));
            sending.get(10, TimeUnit.SECONDS);
        }
    }

    private static void write(Socket to, byte[] bytes) {
        try {
            to.getOutputStream().write(bytes);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }

    @Test
    void onlyTheNamedDevicesConnectionIsResetAtBothEnds() throws Exception {
        try (Socket grill = connectAs("grill");
                Socket grillUpstream = broker.accept();
                Socket fryer = connectAs("fryer");
                Socket fryerUpstream = broker.accept()) {
            grillUpstream.getInputStream().readNBytes(connect("grill").length);
            fryerUpstream.getInputStream().readNBytes(connect("fryer").length);

            assertTrue(cut("grill", 0));
            assertThrows(IOException.class, () -> grill.getInputStream().read(), "reset, not a polite end");
            assertThrows(IOException.class, () -> grillUpstream.getInputStream().read());
            fryerUpstream.getOutputStream().write(42);
            assertEquals(42, fryer.getInputStream().read());
            assertFalse(cut("grill", 0), "there is none any more");
        }
    }

    @Test
    void discardingConnectionDropsAllBytesBeforeItIsReset() throws Exception {
        try (Socket grill = connectAs("grill");
                Socket upstream = broker.accept()) {
            upstream.getInputStream().readNBytes(connect("grill").length);

            assertTrue(cut("grill", 200));
            upstream.getOutputStream().write(42);
            assertThrows(IOException.class, () -> grill.getInputStream().read());
        }
    }

    @Test
    void deviceIsCutOffWhenTheBrokerIsAway() throws Exception {
        broker.close();
        try (Socket grill = connectAs("grill")) {
            assertThrows(IOException.class, () -> {
                if (grill.getInputStream().read() < 0) {
                    throw new IOException("closed");
                }
            });
        } catch (IOException refusedAlready) {
            assertTrue(broker.isClosed());
        }
    }

    @Test
    void clientIdIsFoundOnlyInAWholeConnect() {
        byte[] packet = connect("grill");
        for (int length = 0; length < packet.length; length++) {
            assertEquals(
                    Optional.empty(),
                    ConnectPacket.clientId(ByteBuffer.wrap(packet, 0, length).slice()));
        }
        assertEquals(Optional.of("grill"), ConnectPacket.clientId(ByteBuffer.wrap(packet)));
        assertEquals(Optional.empty(), ConnectPacket.clientId(ByteBuffer.wrap(new byte[] {0x30, 2, 0, 0})));
    }
}
