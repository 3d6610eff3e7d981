package io.bellwire.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SseSignalsTest {
    private static final DeviceCredentials GRILL = new DeviceCredentials(new DeviceId("grill"), "hush");
    private static final String SEVEN =
            "event: signal\nid: k3v9x2m4qd.7\ndata: {\"epoch\":\"k3v9x2m4qd\",\"revision\":7}\n\n";

    private final ExecutorService pool = Executors.newFixedThreadPool(4);
    private final ScheduledTimers timers = new ScheduledTimers(System::nanoTime);
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<HttpExchange> open = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private SseSignals signals;
    private int status = 200;

    private final RecordingSignalListener ear = new RecordingSignalListener();
    private final List<String> told = ear.told;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(pool);
        server.createContext("/", this::answer);
        server.start();
        signals = source(60_000);
    }

    private SseSignals source(long silenceMillis) {
        URI where = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new SseSignals(where, pool, timers, silenceMillis, HttpMeter.NONE);
    }

    @AfterEach
    void stop() {
        server.stop(0);
        timers.close();
        pool.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.add(
                exchange.getRequestURI() + " " + exchange.getRequestHeaders().getFirst("Authorization") + " "
                        + exchange.getRequestHeaders().getFirst("Last-Event-ID"));
        if (status != 200) {
            exchange.getResponseHeaders().add("Retry-After", "1");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
            return;
        }
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write("retry: 2000\n\n".getBytes(StandardCharsets.UTF_8));
        exchange.getResponseBody().flush();
        open.add(exchange);
    }

    private void send(String text) throws IOException {
        await().until(() -> !open.isEmpty());
        open.get(0).getResponseBody().write(text.getBytes(StandardCharsets.UTF_8));
        open.get(0).getResponseBody().flush();
    }

    @Test
    void deviceListensAndHearsWhatIsASignal() throws Exception {
        SignalSource.Call unused = signals.dial(GRILL, null, ear);
        await().until(() -> told.contains("listening"));
        send(": \n\nevent: news\ndata: x\n\nevent: signal\ndata: rubbish\n\n" + SEVEN);

        await().until(() -> told.size() == 2);
        assertEquals(List.of("listening", "heard 7"), told);
        assertEquals(List.of("/v1/devices/grill/signals Bearer hush null"), requests);
    }

    @Test
    void whoSaysWhereItIsResumes() {
        SignalSource.Call unused = signals.dial(GRILL, new DeviceCursor("k3v9x2m4qd", 7), ear);

        await().until(() -> told.equals(List.of("resumed")));
        assertEquals(List.of("/v1/devices/grill/signals Bearer hush k3v9x2m4qd.7"), requests);
    }

    @Test
    void deviceIsCutOnceWhenTheServerEndsTheStreamAndTellsWhy() throws Exception {
        SignalSource.Call unused = signals.dial(GRILL, null, ear);
        send("event: bye\ndata: {\"reason\":\"replaced\"}\n\n" + SEVEN);
        await().until(() -> told.size() == 2);
        open.get(0).close();

        assertEquals(List.of("listening", "cut the server says bye: {\"reason\":\"replaced\"}"), told);
    }

    @Test
    void deviceIsCutWhenTheConnectionIsLost() {
        SignalSource.Call unused = signals.dial(GRILL, null, ear);
        await().until(() -> told.contains("listening"));
        server.stop(0);

        await().until(() -> told.size() == 2);
        assertTrue(told.get(1).startsWith("cut "), told::toString);
    }

    @Test
    void streamThatFallsSilentIsTakenForDead() throws Exception {
        SignalSource.Call unused = source(300).dial(GRILL, null, ear);
        send(SEVEN);

        await().until(() -> told.size() == 3);
        assertEquals("cut nothing came for 300 ms", told.get(2));
    }

    @Test
    void streamThatIsNoneIsCut() throws Exception {
        SignalSource.Call unused = signals.dial(GRILL, null, ear);
        send("x".repeat(SseParser.BYTES_MAX + 1));

        await().until(() -> told.size() == 2);
        assertTrue(told.get(1).startsWith("cut no event stream"), told::toString);
    }

    @Test
    void refusalIsToldWhenTheServerWantsTheDeviceBack() {
        status = 429;
        long before = System.nanoTime();
        SignalSource.Call unused = signals.dial(GRILL, null, ear);

        await().until(() -> told.equals(List.of("cut HTTP 429")));
        assertTrue(System.nanoTime() - before >= 1_000_000_000L, "not before Retry-After");
    }

    @Test
    void nobodyThereIsACut() {
        server.stop(0);
        SignalSource.Call unused = signals.dial(GRILL, null, ear);

        await().until(() -> told.size() == 1);
        assertTrue(told.get(0).startsWith("cut "), told::toString);
    }

    @Test
    void whoHangsUpHearsNothingAndEndsTheStream() throws Exception {
        SignalSource.Call call = signals.dial(GRILL, null, ear);
        await().until(() -> told.contains("listening"));
        call.hangUp();

        await().until(this::isClosedByTheDevice);
        assertEquals(List.of("listening"), told);
    }

    private boolean isClosedByTheDevice() {
        try {
            send(SEVEN);
            return false;
        } catch (IOException gone) {
            return true;
        }
    }
}
