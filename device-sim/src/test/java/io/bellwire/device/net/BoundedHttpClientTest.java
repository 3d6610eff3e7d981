package io.bellwire.device.net;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that begins each answer and does not end it, until it is told to: the places of the client are scarce. */
@Timeout(60)
class BoundedHttpClientTest {
    private static final int MANY = 5_000;
    private static final int PLACES = 2;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile String answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[";
    private ServerSocket server;

    @BeforeEach
    void start() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        pool.execute(this::accept);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        pool.shutdownNow();
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                pool.execute(() -> serve(socket));
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            byte[] request = new byte[4_096];
            while (socket.getInputStream().read(request) >= 0) {
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException reset) {
            return;
        }
    }

    private HttpRequest request() {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getLocalPort() + "/"))
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    private void assertServes(BoundedHttpClient client) throws Exception {
        answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]";
        List<CompletableFuture<HttpResponse<byte[]>>> sent = new ArrayList<>();
        for (int i = 0; i < 3 * PLACES; i++) {
            sent.add(client.send(request()));
        }
        for (CompletableFuture<HttpResponse<byte[]>> one : sent) {
            assertEquals(200, one.get(10, TimeUnit.SECONDS).statusCode());
        }
    }

    @Test
    void thousandsOfRequestsThatAreCancelledAtOnceLeaveAllPlacesFree() throws Exception {
        BoundedHttpClient client = new BoundedHttpClient(pool, PLACES, MANY);
        for (int round = 0; round < 2; round++) {
            List<CompletableFuture<?>> sent = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                sent.add(client.send(request()));
            }
            await().until(() -> accepted.get() >= PLACES);

            for (int i = MANY - 1; i >= 0; i--) {
                sent.get(i).cancel(true);
            }
        }
        assertServes(client);
    }

    @Test
    void thousandsOfRequestsThatFailAtOnceDoNotOverflowTheStack() throws Exception {
        BoundedHttpClient client = new BoundedHttpClient(pool, PLACES, MANY);
        List<CompletableFuture<?>> places = List.of(client.send(request()), client.send(request()));
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            sent.add(client.send(new FailingRequest()));
        }

        places.forEach(place -> place.cancel(true));

        await().until(() -> sent.stream().allMatch(CompletableFuture::isDone));
        for (CompletableFuture<?> one : sent) {
            assertInstanceOf(
                    IllegalStateException.class,
                    one.handle((answer, failure) -> failure).join());
        }
        assertServes(client);
    }

    @Test
    void cancelledRequestLeavesTheQueue() throws Exception {
        BoundedHttpClient client = new BoundedHttpClient(pool, PLACES, 1);
        for (int i = 0; i < PLACES; i++) {
            CompletableFuture<?> unused = client.send(request());
        }
        CompletableFuture<?> waits = client.send(request());
        assertTrue(client.send(request()).isCompletedExceptionally(), "the queue is full");

        waits.cancel(true);

        assertEquals(false, client.send(request()).isDone());
    }

    @Test
    void answerThatStopsHalfwayIsEndedAndItsPlaceIsFree() throws Exception {
        BoundedHttpClient client = new BoundedHttpClient(pool, PLACES, 10, Duration.ofMillis(100));
        HttpRequest hasty = HttpRequest.newBuilder(request().uri())
                .timeout(Duration.ofMillis(400))
                .build();
        List<CompletableFuture<?>> stalled = List.of(client.send(hasty), client.send(hasty));

        await().until(() -> stalled.stream().allMatch(CompletableFuture::isCompletedExceptionally));
        assertServes(client);
    }

    /** The JDK's client throws when it is given this request. */
    private static final class FailingRequest extends HttpRequest {
        @Override
        public String method() {
            throw new IllegalStateException("no method");
        }

        @Override
        public URI uri() {
            throw new IllegalStateException("no URI");
        }

        @Override
        public Optional<BodyPublisher> bodyPublisher() {
            return Optional.empty();
        }

        @Override
        public Optional<Duration> timeout() {
            return Optional.empty();
        }

        @Override
        public boolean expectContinue() {
            return false;
        }

        @Override
        public Optional<HttpClient.Version> version() {
            return Optional.empty();
        }

        @Override
        public HttpHeaders headers() {
            return HttpHeaders.of(Map.of(), (name, value) -> true);
        }
    }
}
