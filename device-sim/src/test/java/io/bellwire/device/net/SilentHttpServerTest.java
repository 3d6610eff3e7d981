package io.bellwire.device.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.FetchResult;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An HTTP server that accepts connections and sends nothing. */
@Timeout(60)
class SilentHttpServerTest {
    private static final DeviceCredentials GRILL = new DeviceCredentials(new DeviceId("grill"), "hush");
    private static final DeviceCursor SEVEN = new DeviceCursor("k3v9x2m4qd", 7);
    private static final long WAIT_MILLIS = 60_000;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final ManualTimers timers = new ManualTimers();
    private SilentServer server;
    private URI uri;

    @BeforeEach
    void start() throws IOException {
        server = new SilentServer();
        uri = URI.create("http://127.0.0.1:" + server.address().getPort());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        pool.shutdownNow();
    }

    private HttpFeed feed(Duration timeout) {
        HttpFeed.Transport transport = new HttpFeed.Transport(new BoundedHttpClient(pool, 4, 4), uri);
        return new HttpFeed(transport, transport, GRILL, 100, HttpMeter.NONE, timeout);
    }

    @Test
    void requestThatIsNotAnsweredFailsAndItsConnectionIsClosed() {
        HttpFeed feed = feed(Duration.ofMillis(300));

        assertInstanceOf(
                FetchResult.Failed.class,
                feed.fetchPage(SEVEN, 0).toCompletableFuture().join());
        assertInstanceOf(
                FetchResult.Failed.class,
                feed.fetchSnapshot(null).toCompletableFuture().join());
        assertInstanceOf(
                AckResult.Failed.class,
                feed.acknowledge(SEVEN).toCompletableFuture().join());

        await().until(() -> server.closedByClient() == 3);
        assertEquals(3, server.accepted());
    }

    @Test
    void timeoutOfALongPollIncludesTheTimeThatTheServerMayWait() {
        HttpFeed feed = feed(Duration.ofMillis(300));
        CompletableFuture<FetchResult> poll = feed.fetchPage(SEVEN, WAIT_MILLIS).toCompletableFuture();

        assertInstanceOf(
                FetchResult.Failed.class,
                feed.fetchPage(SEVEN, 0).toCompletableFuture().join());

        assertFalse(poll.isDone());
        feed.cancelFetch();
    }

    @Test
    void streamThatIsNotAnsweredIsClosedAfterTenSeconds() {
        RecordingSignalListener listener = new RecordingSignalListener();
        SseSignals signals = new SseSignals(uri, pool, timers, SseSignals.SILENCE_MILLIS, HttpMeter.NONE);
        SignalSubscription unused = signals.connect(GRILL, null, listener);
        await().until(() -> server.accepted() == 1);
        timers.advance(9_999);
        assertEquals(List.of(), listener.calls);

        timers.advance(1);

        await().until(() -> listener.calls.equals(List.of("disconnected nothing came for 10000 ms")));
        await().until(() -> server.closedByClient() == 1);
    }
}
