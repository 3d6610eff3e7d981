package io.bellwire.device.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.bellwire.device.AckResult;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.DeviceId;
import io.bellwire.device.FeedChange;
import io.bellwire.device.FetchResult;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Responses of a server, and the results that the device gets for them. */
@Timeout(30)
class HttpFeedTest {
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final DeviceCursor SEVEN = new DeviceCursor("k3v9x2m4qd", 7, ".0k3f9x2");

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final List<String> requests = new ArrayList<>();
    private HttpServer server;
    private DeviceFeed feed;
    private int status = 200;
    private String body = "[]";
    private String[] headers = {};

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/", exchange -> {
            try (exchange) {
                requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                        + exchange.getRequestHeaders().getFirst("Authorization") + " "
                        + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                for (int i = 0; i < headers.length; i += 2) {
                    exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
                }
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        });
        server.setExecutor(pool);
        server.start();
        feed = new HttpFeed(
                new BoundedHttpClient(pool, 4, 4), uri(), new DeviceCredentials(new DeviceId("grill"), "hush"), 100);
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
        pool.shutdownNow();
    }

    private static <A> A get(CompletionStage<A> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** With the media type of each request that a Bellwire server has for it. */
    private void respondWith(int code, String text, String... newHeaders) {
        boolean isPage = Arrays.asList(newHeaders).contains("Bellwire-Up-To-Date");
        respondWithType(isPage ? BATCH : "application/json", code, text, newHeaders);
    }

    private void respondWithType(String type, int code, String text, String... newHeaders) {
        status = code;
        body = text;
        headers = Arrays.copyOf(newHeaders, newHeaders.length + 2);
        headers[newHeaders.length] = "Content-Type";
        headers[newHeaders.length + 1] = type;
    }

    private static void assertFailed(FetchResult result, String... what) {
        assertInstanceOf(FetchResult.Failed.class, result, String.join(" ", what));
    }

    @Test
    void pageIsReadWithItsCursorAndWhetherItIsTheLast() throws Exception {
        respondWith(
                200,
                "[{\"id\":\"k3v9x2m4qd.8\",\"revision\":8,\"type\":\"io.bellwire.order.created\",\"data\":{\"id\":\"order-1\",\"version\":1}},"
                        + "{\"id\":\"k3v9x2m4qd.9\",\"revision\":9,\"type\":\"com.example.cleaned\",\"data\":{\"x\":1}}]",
                "Bellwire-Cursor",
                "k3v9x2m4qd.9",
                "Bellwire-Up-To-Date",
                "false");

        FetchResult.Page page = assertInstanceOf(FetchResult.Page.class, get(feed.fetchPage(SEVEN, 0)));

        assertEquals("k3v9x2m4qd.9", page.cursor().toString());
        assertEquals(false, page.upToDate());
        assertEquals(
                List.of("order-1", "null"),
                page.changes().stream()
                        .map(FeedChange::orderId)
                        .map(String::valueOf)
                        .toList());
        assertEquals(
                List.of("GET /v1/devices/grill/feed?limit=100&cursor=k3v9x2m4qd.7.0k3f9x2 Bearer hush "), requests);
    }

    @Test
    void firstPageIsAskedForWithoutACursor() throws Exception {
        respondWith(200, "[]", "Bellwire-Cursor", "k3v9x2m4qd.0", "Bellwire-Up-To-Date", "true");

        assertEquals(
                new FetchResult.Page(List.of(), new DeviceCursor("k3v9x2m4qd", 0), true), get(feed.fetchPage(null, 0)));
        assertEquals(List.of("GET /v1/devices/grill/feed?limit=100 Bearer hush "), requests);
    }

    @Test
    void goneIsAResetWithItsReasonAndWhereTheFeedBegins() throws Exception {
        respondWith(410, "{\"type\":\"urn:bellwire:problem:reset\",\"reason\":\"epoch-changed\"}");

        assertEquals(new FetchResult.Reset("epoch-changed", null), get(feed.fetchPage(SEVEN, 0)));
        respondWith(410, "{\"reason\":\"before-retention\",\"earliest\":\"k3v9x2m4qd.3\"}");
        assertEquals(
                new FetchResult.Reset("before-retention", new DeviceCursor("k3v9x2m4qd", 3)),
                get(feed.fetchPage(SEVEN, 0)));
    }

    @Test
    void retryAfterIsReadInSecondsUpToAnHour() throws Exception {
        respondWith(503, "{}", "Retry-After", "3");
        assertEquals(
                3_000,
                assertInstanceOf(FetchResult.Failed.class, get(feed.fetchPage(SEVEN, 0)))
                        .retryAfterMillis());
        respondWith(503, "{}", "Retry-After", "999999");
        assertEquals(
                3_600_000,
                assertInstanceOf(FetchResult.Failed.class, get(feed.fetchPage(SEVEN, 0)))
                        .retryAfterMillis());
        respondWith(503, "{}", "Retry-After", "Fri, 20 Nov 2026 08:00:00 GMT");
        assertEquals(
                0,
                assertInstanceOf(FetchResult.Failed.class, get(feed.fetchPage(SEVEN, 0)))
                        .retryAfterMillis());
        respondWith(503, "{}", "Retry-After", "2");
        assertEquals(
                2_000,
                assertInstanceOf(AckResult.Failed.class, get(feed.acknowledge(SEVEN)))
                        .retryAfterMillis());
    }

    @Test
    void malformedResponsesAreFailuresAndNotChanges() throws Exception {
        String[] sound = {"Bellwire-Cursor", "k3v9x2m4qd.8", "Bellwire-Up-To-Date", "true"};
        for (String bad : new String[] {
            "",
            "{",
            "{}",
            "[{}]",
            "[{\"id\":\"k3v9x2m4qd.8\",\"revision\":9,\"type\":\"t\"}]",
            "[{\"id\":\"k3v9x2m4qd.8\",\"revision\":8,\"type\":\"io.bellwire.order.created\",\"data\":{}}]"
        }) {
            respondWith(200, bad, sound);
            assertInstanceOf(FetchResult.Failed.class, get(feed.fetchPage(SEVEN, 0)), bad);
        }
        respondWith(200, "[]", "Bellwire-Cursor", "k3v9x2m4qd.7");
        assertInstanceOf(
                FetchResult.Failed.class, get(feed.fetchPage(SEVEN, 0)), "does not say whether it is up to date");
        respondWith(200, "[]", "Bellwire-Up-To-Date", "true");
        assertInstanceOf(FetchResult.Failed.class, get(feed.fetchPage(SEVEN, 0)), "no cursor");
        respondWith(401, "{}");
        assertInstanceOf(FetchResult.Failed.class, get(feed.fetchPage(SEVEN, 0)));
        server.stop(0);
        assertInstanceOf(FetchResult.Failed.class, get(feed.fetchPage(SEVEN, 0)), "no server");
    }

    @Test
    void linkOfTheSnapshotIsFollowedOnlyOnTheSameServer() throws Exception {
        respondWith(
                200,
                "{\"orders\":[{\"id\":\"order-1\",\"version\":2}],\"cursor\":\"k3v9x2m4qd.8\",\"next\":\"/v1/devices/grill/orders?after=1\"}");
        FetchResult.Snapshot part = assertInstanceOf(FetchResult.Snapshot.class, get(feed.fetchSnapshot(null)));
        assertEquals("/v1/devices/grill/orders?after=1", part.next());
        assertEquals(2, part.orders().get(0).version());

        respondWith(200, "{\"orders\":[],\"cursor\":\"k3v9x2m4qd.8\"}");
        assertEquals(
                new FetchResult.Snapshot(List.of(), new DeviceCursor("k3v9x2m4qd", 8), null),
                get(feed.fetchSnapshot(part.next())));
        assertEquals("GET /v1/devices/grill/orders?after=1 Bearer hush ", requests.get(1));

        respondWith(200, "{\"orders\":[],\"cursor\":\"k3v9x2m4qd.8\",\"next\":\"http://elsewhere.example/v1/\"}");
        assertInstanceOf(
                FetchResult.Failed.class, get(feed.fetchSnapshot(null)), "the secret must not go to another server");
    }

    @Test
    void acknowledgementIsAcceptedOrRefused() throws Exception {
        respondWith(200, "{\"received\":\"k3v9x2m4qd.9\",\"processed\":\"k3v9x2m4qd.7.0k3f9x2\"}");
        assertEquals(new AckResult.Accepted(), get(feed.acknowledge(SEVEN)));
        assertEquals(
                List.of("POST /v1/devices/grill/acks Bearer hush {\"processed\":\"k3v9x2m4qd.7.0k3f9x2\"}"), requests);
        respondWith(409, "{}");
        assertEquals(new AckResult.Refused(), get(feed.acknowledge(SEVEN)));
        respondWith(410, "{}");
        assertEquals(new AckResult.Refused(), get(feed.acknowledge(SEVEN)));
    }

    /** A network's login page answers any request with 200, and some answer with JSON. */
    @Test
    void pageOfACaptivePortalIsAFailure() throws Exception {
        String[] sound = {"Bellwire-Cursor", "k3v9x2m4qd.7", "Bellwire-Up-To-Date", "true"};
        respondWith(200, "[]", sound);
        assertInstanceOf(FetchResult.Page.class, get(feed.fetchPage(SEVEN, 0)));
        for (String type : new String[] {"text/html", "application/json", "application/json; charset=utf-8", "x"}) {
            respondWithType(type, 200, "[]", sound);
            assertFailed(get(feed.fetchPage(SEVEN, 0)), type);
        }
        respondWithType(BATCH, 200, "[]");
        assertFailed(get(feed.fetchPage(SEVEN, 0)), "without the headers of a page");
        respondWithType(BATCH + ";charset=UTF-8", 200, "[]", sound);
        assertInstanceOf(FetchResult.Page.class, get(feed.fetchPage(SEVEN, 0)));

        respondWithType("text/html", 200, "{\"orders\":[],\"cursor\":\"k3v9x2m4qd.8\"}");
        assertFailed(get(feed.fetchSnapshot(null)));
        respondWithType("text/html", 200, "{\"processed\":\"k3v9x2m4qd.7\"}");
        assertInstanceOf(AckResult.Failed.class, get(feed.acknowledge(SEVEN)));
        for (String bad :
                new String[] {"{}", "<html>", "{\"processed\":\"k3v9x2m4qd.6\"}", "{\"processed\":\"x.7\"}"}) {
            respondWith(200, bad);
            assertInstanceOf(AckResult.Failed.class, get(feed.acknowledge(SEVEN)), bad);
        }
    }

    @Test
    void redirectIsAFailureAndNotFollowed() throws Exception {
        for (int code : new int[] {301, 302, 307, 308}) {
            respondWith(code, "", "Location", uri() + "/elsewhere");
            assertFailed(get(feed.fetchPage(SEVEN, 0)));
            assertFailed(get(feed.fetchSnapshot(null)));
            assertInstanceOf(AckResult.Failed.class, get(feed.acknowledge(SEVEN)));
        }
        assertTrue(requests.stream().noneMatch(request -> request.contains("elsewhere")), requests::toString);
    }

    @Test
    void malformedLinkOfTheSnapshotIsAFailure() throws Exception {
        for (String link : new String[] {"/v1/ x", "/v1/%zz", "/v1/[", "/v2/x", "//elsewhere/v1/", "/v1/\\u0000"}) {
            respondWith(200, "{\"orders\":[],\"cursor\":\"k3v9x2m4qd.8\",\"next\":\"" + link + "\"}");
            assertFailed(get(feed.fetchSnapshot(null)), link);
        }
        assertFailed(get(feed.fetchSnapshot("/v1/ x")), "a link that cannot be requested");
    }

    @Test
    void malformedResetIsAFailure() throws Exception {
        for (String bad : new String[] {
            "", "<html>", "{}", "{\"reason\":7}", "{\"reason\":\"epoch-changed\",\"earliest\":\"yesterday\"}"
        }) {
            respondWith(410, bad);
            assertFailed(get(feed.fetchPage(SEVEN, 0)), bad);
        }
    }

    @Test
    void meterThatThrowsChangesNothing() throws Exception {
        HttpMeter broken = new HttpMeter() {
            @Override
            public void sent(long bytes) {
                throw new IllegalStateException("sent");
            }

            @Override
            public void received(int code, long bytes) {
                throw new StackOverflowError("received");
            }
        };
        HttpFeed.Transport transport = new HttpFeed.Transport(new BoundedHttpClient(pool, 4, 4), uri());
        DeviceFeed metered =
                new HttpFeed(transport, transport, new DeviceCredentials(new DeviceId("grill"), "hush"), 100, broken);
        respondWith(200, "[]", "Bellwire-Cursor", "k3v9x2m4qd.7", "Bellwire-Up-To-Date", "true");

        assertInstanceOf(FetchResult.Page.class, get(metered.fetchPage(SEVEN, 0)));
    }

    @Test
    void clientQueuesRequestsOverItsBoundAndRefusesThoseOverItsQueue() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger maxUnderWay = new AtomicInteger();
        server.createContext("/slow", exchange -> {
            try (exchange) {
                maxUnderWay.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                release.await();
                underWay.decrementAndGet();
                exchange.sendResponseHeaders(204, -1);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        BoundedHttpClient client = new BoundedHttpClient(pool, 2, 3);
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            sent.add(client.send(
                    java.net.http.HttpRequest.newBuilder(uri().resolve("/slow")).build()));
        }

        assertTrue(sent.get(5).isCompletedExceptionally(), "two under way, three in the queue");
        release.countDown();
        for (CompletableFuture<?> one : sent.subList(0, 5)) {
            one.get(10, TimeUnit.SECONDS);
        }
        assertTrue(maxUnderWay.get() <= 2);
    }

    @Test
    void textOfCredentialsDoesNotContainTheSecret() {
        assertEquals("grill", new DeviceCredentials(new DeviceId("grill"), "hush").toString());
    }
}
