package io.bellwire.device.net;

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
    private String type = "text/event-stream";

    private final RecordingSignalListener listener = new RecordingSignalListener();
    private final List<String> calls = listener.calls;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(pool);
        server.createContext("/", this::answer);
        server.start();
        signals = source(60_000);
    }

    private SseSignals source(long silenceMillis) {
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        return new SseSignals(uri, pool, timers, silenceMillis, HttpMeter.NONE);
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
        exchange.getResponseHeaders().add("Content-Type", type);
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
    void listenerGetsOnlySignals() throws Exception {
        SignalSubscription unused = signals.connect(GRILL, null, listener);
        await().until(() -> calls.contains("subscribed"));
        send(": \n\nevent: news\ndata: x\n\nevent: signal\ndata: rubbish\n\n" + SEVEN);

        await().until(() -> calls.size() == 2);
        assertEquals(List.of("subscribed", "signal 7"), calls);
        assertEquals(List.of("/v1/devices/grill/signals Bearer hush null"), requests);
    }

    @Test
    void cursorIsSentAsLastEventIdAndResumesTheStream() {
        SignalSubscription unused = signals.connect(GRILL, new DeviceCursor("k3v9x2m4qd", 7), listener);

        await().until(() -> calls.equals(List.of("resumed")));
        assertEquals(List.of("/v1/devices/grill/signals Bearer hush k3v9x2m4qd.7"), requests);
    }

    @Test
    void endOfTheStreamIsNotifiedOnceWithTheServersReason() throws Exception {
        SignalSubscription unused = signals.connect(GRILL, null, listener);
        send("event: bye\ndata: {\"reason\":\"replaced\"}\n\n" + SEVEN);
        await().until(() -> calls.size() == 2);
        open.get(0).close();

        assertEquals(List.of("subscribed", "disconnected the server says bye: {\"reason\":\"replaced\"}"), calls);
    }

    @Test
    void nextStreamAfterByeIsOpenedNoSoonerThanRetry() throws Exception {
        SignalSubscription unused = signals.connect(GRILL, null, listener);
        send("retry: 700\nevent: bye\ndata: {\"reason\":\"stopping\"}\n\n");
        await().until(() -> calls.size() == 2);
        long ended = System.nanoTime();
        SignalSubscription next = signals.connect(GRILL, null, new RecordingSignalListener());

        await().until(() -> requests.size() == 2);
        assertTrue(System.nanoTime() - ended >= 600_000_000L, "not before retry");
        next.close();
    }

    @Test
    void streamThatIsClosedBeforeItsRetryIsNotOpened() throws Exception {
        SignalSubscription unused = signals.connect(GRILL, null, listener);
        send("retry: 300\nevent: bye\ndata: {\"reason\":\"stopping\"}\n\n");
        await().until(() -> calls.size() == 2);
        signals.connect(GRILL, null, new RecordingSignalListener()).close();
        SignalSubscription next = signals.connect(GRILL, null, new RecordingSignalListener());

        await().until(() -> requests.size() == 2);
        await().during(java.time.Duration.ofMillis(300)).until(() -> requests.size() == 2);
        next.close();
    }

    @Test
    void lostConnectionIsNotified() {
        SignalSubscription unused = signals.connect(GRILL, null, listener);
        await().until(() -> calls.contains("subscribed"));
        server.stop(0);

        await().until(() -> calls.size() == 2);
        assertTrue(calls.get(1).startsWith("disconnected "), calls::toString);
    }

    @Test
    void silentStreamIsClosed() throws Exception {
        SignalSubscription unused = source(300).connect(GRILL, null, listener);
        send(SEVEN);

        await().until(() -> calls.size() == 3);
        assertEquals("disconnected nothing came for 300 ms", calls.get(2));
    }

    @Test
    void malformedStreamIsClosed() throws Exception {
        SignalSubscription unused = signals.connect(GRILL, null, listener);
        send("x".repeat(SseParser.BYTES_MAX + 1));

        await().until(() -> calls.size() == 2);
        assertTrue(calls.get(1).startsWith("disconnected no event stream"), calls::toString);
    }

    @Test
    void refusalIsNotifiedAfterRetryAfter() {
        status = 429;
        long before = System.nanoTime();
        SignalSubscription unused = signals.connect(GRILL, null, listener);

        await().until(() -> calls.equals(List.of("disconnected HTTP 429")));
        assertTrue(System.nanoTime() - before >= 1_000_000_000L, "not before Retry-After");
    }

    /** A network's login page answers any request with 200. */
    @Test
    void pageOfACaptivePortalIsNoConnection() {
        for (String other : List.of("text/html", "application/json", "text/event-streams")) {
            type = other;
            RecordingSignalListener portal = new RecordingSignalListener();
            SignalSubscription unused = signals.connect(GRILL, new DeviceCursor("k3v9x2m4qd", 7), portal);

            await().until(() -> portal.calls.equals(List.of("disconnected the answer is not an event stream")));
        }
        type = "Text/Event-Stream; charset=utf-8";
        SignalSubscription unused = signals.connect(GRILL, null, listener);
        await().until(() -> calls.equals(List.of("subscribed")));
    }

    @Test
    void nextStreamAfterALostOneIsOpenedAfterRetryToo() throws Exception {
        ManualTimers manual = new ManualTimers();
        URI uri = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        SseSignals source = new SseSignals(uri, pool, manual, 60_000, HttpMeter.NONE);
        SignalSubscription unused = source.connect(GRILL, null, listener);
        send("retry: 700\n\n" + SEVEN);
        await().until(() -> calls.size() == 2);
        open.get(0).close();
        await().until(() -> calls.size() == 3);

        RecordingSignalListener second = new RecordingSignalListener();
        SignalSubscription next = source.connect(GRILL, null, second);
        manual.advance(699);
        assertEquals(1, requests.size());
        manual.advance(1);
        await().until(() -> second.calls.equals(List.of("subscribed")));
        next.close();
    }

    @Test
    void missingServerIsNotifiedAsDisconnected() {
        server.stop(0);
        SignalSubscription unused = signals.connect(GRILL, null, listener);

        await().until(() -> calls.size() == 1);
        assertTrue(calls.get(0).startsWith("disconnected "), calls::toString);
    }

    @Test
    void closedSubscriptionEndsTheStreamWithoutFurtherCalls() throws Exception {
        SignalSubscription subscription = signals.connect(GRILL, null, listener);
        await().until(() -> calls.contains("subscribed"));
        subscription.close();

        await().until(this::isClosedByTheDevice);
        assertEquals(List.of("subscribed"), calls);
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
