package io.bellwire.device.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.certify.MqttBytes;
import io.bellwire.certify.MqttPacket;
import io.bellwire.device.DeviceId;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection ends as subscribed or disconnected, whatever the server does, and leaves no running threads behind. */
@Timeout(60)
class PahoSignalsTest {
    private static final DeviceCredentials GRILL = new DeviceCredentials(new DeviceId("grill"), "hush");
    private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};
    /** Longer than the 300 ms that Paho takes to start its threads. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final Duration LONG = Duration.ofSeconds(50);

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final RecordingSignalListener listener = new RecordingSignalListener();
    private final List<String> calls = listener.calls;
    private final AtomicInteger closedByClient = new AtomicInteger();
    private final long threadsBefore = pahoThreads();
    private ServerSocket serverSocket;

    /** Serves one connection. */
    private interface Service {
        void serve(Socket socket, InputStream in) throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        serverSocket = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        serverSocket.close();
        pool.shutdownNow();
    }

    @Test
    void connectionThatIsResetAtOnceLeavesNoThreadBehind() {
        PahoSignals signals = signals(LONG, (socket, in) -> socket.setSoLinger(true, 0));

        for (int i = 0; i < 50; i++) {
            signals.connect(new DeviceCredentials(new DeviceId("grill-" + i), "hush"), null, listener);
        }

        await().until(() -> calls.size() == 50);
        assertTrue(calls.stream().allMatch(call -> call.startsWith("disconnected ")), calls::toString);
        await().until(() -> pahoThreads() <= threadsBefore);
    }

    @Test
    void serverThatDoesNotAnswerConnectIsGivenUp() {
        PahoSignals signals = signals(SHORT, (socket, in) -> awaitClose(in));

        signals.connect(GRILL, null, listener);

        await().until(() -> calls.size() == 1 && calls.get(0).startsWith("disconnected "));
        await().until(() -> closedByClient.get() == 1 && pahoThreads() <= threadsBefore);
    }

    @Test
    void serverThatDoesNotAnswerSubscribeIsGivenUp() {
        PahoSignals signals = signals(SHORT, (socket, in) -> {
            MqttPacket.read(new DataInputStream(in));
            socket.getOutputStream().write(CONNACK);
            awaitClose(in);
        });

        signals.connect(GRILL, null, listener);

        await().until(() -> calls.size() == 1 && calls.get(0).startsWith("disconnected "));
        await().until(() -> closedByClient.get() == 1 && pahoThreads() <= threadsBefore);
    }

    @Test
    void subscriptionThatIsClosedWhileConnectingLeavesNothingBehind() {
        AtomicInteger connects = new AtomicInteger();
        PahoSignals signals = signals(LONG, (socket, in) -> {
            MqttPacket.read(new DataInputStream(in));
            connects.incrementAndGet();
            awaitClose(in);
        });
        SignalSubscription subscription = signals.connect(GRILL, null, listener);
        await().until(() -> connects.get() == 1);

        subscription.close();

        await().until(() -> closedByClient.get() == 1 && pahoThreads() <= threadsBefore);
        assertEquals(List.of(), calls);
    }

    /** Paho starts its threads one after the other, and must not wait for one that has ended already. */
    @Test
    void connectionThatTimesOutAtAnyMomentLeavesNoThreadBehind() {
        pool.execute(() -> accept((socket, in) -> awaitClose(in)));
        int connections = 50;

        for (int i = 0; i < connections; i++) {
            // ten of them while Paho begins to connect
            signals(Duration.ofMillis(10L * Math.max(0, i - 10))).connect(GRILL, null, listener);
        }

        await().until(() -> calls.size() == connections);
        assertTrue(calls.stream().allMatch(call -> call.startsWith("disconnected ")), calls::toString);
        await().until(() -> pahoThreads() <= threadsBefore);
    }

    @Test
    void subscribedConnectionOutlivesTheTimeToConnect() {
        PahoSignals signals = signals(SHORT, PahoSignalsTest::grant);

        SignalSubscription subscription = signals.connect(GRILL, null, listener);

        await().until(() -> calls.equals(List.of("subscribed")));
        await().during(SHORT.plusMillis(500)).until(() -> calls.equals(List.of("subscribed")));
        subscription.close();
        await().until(() -> pahoThreads() <= threadsBefore);
    }

    private PahoSignals signals(Duration timeout, Service service) {
        pool.execute(() -> accept(service));
        return signals(timeout);
    }

    private PahoSignals signals(Duration timeout) {
        return new PahoSignals(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), serverSocket.getLocalPort()), timeout);
    }

    private void accept(Service service) {
        while (true) {
            try {
                Socket socket = serverSocket.accept();
                pool.execute(() -> serve(service, socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Service service, Socket socket) {
        try (socket) {
            service.serve(socket, socket.getInputStream());
        } catch (IOException gone) {
            // the same as closed
            return;
        }
    }

    private void awaitClose(InputStream in) {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException reset) {
            // the same as closed
            closedByClient.incrementAndGet();
            return;
        }
        closedByClient.incrementAndGet();
    }

    private static void grant(Socket socket, InputStream in) throws IOException {
        DataInputStream packets = new DataInputStream(in);
        MqttPacket.read(packets);
        socket.getOutputStream().write(CONNACK);
        byte[] subscribe = MqttPacket.read(packets).body();
        socket.getOutputStream()
                .write(new MqttBytes()
                        .octet(subscribe[0])
                        .octet(subscribe[1])
                        .octet(0)
                        .octet(0)
                        .packet(MqttPacket.SUBACK << 4));
        in.transferTo(OutputStream.nullOutputStream());
    }

    /** How many threads run code of Paho. */
    private static long pahoThreads() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Arrays.stream(stack)
                        .anyMatch(frame -> frame.getClassName().startsWith("org.eclipse.paho")))
                .count();
    }
}
