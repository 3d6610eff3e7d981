package io.bellwire.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.device.DeviceId;
import io.bellwire.device.ReceivedSignal;
import java.io.EOFException;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A dial ends with "listening" or "cut", whatever the server does, and leaves nothing behind that runs. */
@Timeout(60)
class PahoSignalsTest {
    private static final DeviceCredentials GRILL = new DeviceCredentials(new DeviceId("grill"), "hush");
    private static final byte[] CONNACK = {0x20, 3, 0, 0, 0};
    /** Longer than the three tenths of a second that Paho takes to start its threads. */
    private static final Duration SHORT = Duration.ofSeconds(1);

    private static final Duration LONG = Duration.ofSeconds(50);

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final AtomicInteger closedByClient = new AtomicInteger();
    private final long before = clientsAtWork();
    private ServerSocket door;

    private final SignalSource.Ear ear = new SignalSource.Ear() {
        @Override
        public void listening() {
            told.add("listening");
        }

        @Override
        public void heard(ReceivedSignal signal) {
            told.add("heard " + signal.revision());
        }

        @Override
        public void cut(String why) {
            told.add("cut");
        }
    };

    /** What the server does with one connection. */
    private interface Service {
        void serve(Socket socket, InputStream in) throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        door = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        door.close();
        pool.shutdownNow();
    }

    @Test
    void connectionThatIsResetAtOnceIsCutAndLeavesNoThreadBehind() {
        PahoSignals signals = signals(LONG, (socket, in) -> socket.setSoLinger(true, 0));

        for (int i = 0; i < 50; i++) {
            signals.dial(new DeviceCredentials(new DeviceId("grill-" + i), "hush"), null, ear);
        }

        await().until(() -> told.size() == 50);
        assertTrue(told.stream().allMatch("cut"::equals), told::toString);
        await().until(() -> clientsAtWork() <= before);
    }

    @Test
    void serverThatDoesNotAnswerConnectIsGivenUp() {
        PahoSignals signals = signals(SHORT, (socket, in) -> awaitClose(in));

        signals.dial(GRILL, null, ear);

        await().until(() -> told.equals(List.of("cut")));
        await().until(() -> closedByClient.get() == 1 && clientsAtWork() <= before);
    }

    @Test
    void serverThatDoesNotAnswerSubscribeIsGivenUp() {
        PahoSignals signals = signals(SHORT, (socket, in) -> {
            packet(in);
            socket.getOutputStream().write(CONNACK);
            awaitClose(in);
        });

        signals.dial(GRILL, null, ear);

        await().until(() -> told.equals(List.of("cut")));
        await().until(() -> closedByClient.get() == 1 && clientsAtWork() <= before);
    }

    @Test
    void whoHangsUpWhileConnectingIsGone() {
        AtomicInteger connects = new AtomicInteger();
        PahoSignals signals = signals(LONG, (socket, in) -> {
            packet(in);
            connects.incrementAndGet();
            awaitClose(in);
        });
        SignalSource.Call call = signals.dial(GRILL, null, ear);
        await().until(() -> connects.get() == 1);

        call.hangUp();

        await().until(() -> closedByClient.get() == 1 && clientsAtWork() <= before);
        assertEquals(List.of(), told);
    }

    /** Paho starts one thread after the other, and must not wait for one that has ended meanwhile. */
    @Test
    void dialThatIsGivenUpAtAnyMomentLeavesNoThreadBehind() {
        pool.execute(() -> accept((socket, in) -> awaitClose(in)));
        int dials = 50;

        for (int i = 0; i < dials; i++) {
            // ten of them while they are being made
            signals(Duration.ofMillis(10L * Math.max(0, i - 10))).dial(GRILL, null, ear);
        }

        await().until(() -> told.size() == dials);
        assertTrue(told.stream().allMatch("cut"::equals), told::toString);
        await().until(() -> clientsAtWork() <= before);
    }

    @Test
    void connectionThatStandsOutlivesTheTimeForTheDial() {
        PahoSignals signals = signals(SHORT, PahoSignalsTest::grant);

        SignalSource.Call call = signals.dial(GRILL, null, ear);

        await().until(() -> told.equals(List.of("listening")));
        await().during(SHORT.plusMillis(500)).until(() -> told.equals(List.of("listening")));
        call.hangUp();
        await().until(() -> clientsAtWork() <= before);
    }

    private PahoSignals signals(Duration patience, Service service) {
        pool.execute(() -> accept(service));
        return signals(patience);
    }

    private PahoSignals signals(Duration patience) {
        return new PahoSignals(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.getLocalPort()), patience);
    }

    private void accept(Service service) {
        while (true) {
            try {
                Socket socket = door.accept();
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
            // as good as closed
            return;
        }
    }

    private void awaitClose(InputStream in) {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException reset) {
            // closed all the same
            closedByClient.incrementAndGet();
            return;
        }
        closedByClient.incrementAndGet();
    }

    private static void grant(Socket socket, InputStream in) throws IOException {
        packet(in);
        socket.getOutputStream().write(CONNACK);
        byte[] subscribe = packet(in);
        socket.getOutputStream().write(new byte[] {(byte) 0x90, 4, subscribe[2], subscribe[3], 0, 0});
        in.transferTo(OutputStream.nullOutputStream());
    }

    /** One packet, shorter than 130 bytes. */
    private static byte[] packet(InputStream in) throws IOException {
        int type = in.read();
        int length = in.read();
        if (length < 0) {
            throw new EOFException("closed");
        }
        byte[] packet = Arrays.copyOf(new byte[] {(byte) type, (byte) length}, 2 + length);
        System.arraycopy(in.readNBytes(length), 0, packet, 2, length);
        return packet;
    }

    /** Threads that run something of the library's. */
    private static long clientsAtWork() {
        return Thread.getAllStackTraces().values().stream()
                .filter(stack -> Arrays.stream(stack)
                        .anyMatch(frame -> frame.getClassName().startsWith("org.eclipse.paho")))
                .count();
    }
}
