package io.bellwire.receiver;

import static io.bellwire.receiver.CallFixture.NOW;
import static io.bellwire.receiver.CallFixture.SECRET;
import static io.bellwire.receiver.CallFixture.batch;
import static io.bellwire.receiver.CallFixture.change;
import static io.bellwire.receiver.CallFixture.cursor;
import static io.bellwire.receiver.CallFixture.headers;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bellwire.device.net.BoundedHttpClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a receiver asks for a replay, what it asks for, and what it does when it cannot have one. */
class ReplayCatchUpTest {
    private static final Duration SPACING = Duration.ofSeconds(10);
    private static final String NONE = "";

    @TempDir
    Path folder;

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> started = new CopyOnWriteArrayList<>();
    /** What the endpoint has received. */
    private volatile long received = 7;

    private volatile int answer = 202;
    private volatile int missed;
    private volatile long lies;
    private volatile String state = "running";
    private HttpServer server;
    private PartnerFeedClient feed;
    private ReplayCatchUp replays;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/v1/partners/acme/endpoints/main",
                exchange -> send(exchange, 200, "{\"health\":{\"received\":" + received + "}}"));
        server.createContext("/v1/partners/acme/endpoints/main/replay", this::replay);
        server.createContext(CallFixture.FEED, this::read);
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        feed = new PartnerFeedClient(new BoundedHttpClient(ForkJoinPool.commonPool(), 2, 2), url, "acme", "t0ken");
        replays = new ReplayCatchUp(client(), SPACING, started::add, () -> lies);
    }

    private ReplayClient client() {
        return new ReplayClient(feed, "main", OptionalInt.of(500));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void replay(HttpExchange exchange) throws IOException {
        if (exchange.getRequestMethod().equals("GET")) {
            int status = state.isEmpty() ? 404 : state.equals("away") ? 503 : 200;
            send(exchange, status, "{\"state\":\"" + state + "\",\"to_revision\":7,\"missed\":" + missed + "}");
        } else {
            asked.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            send(exchange, answer, "{}");
        }
    }

    /** A feed whose earliest change is the third, and which has four. */
    private void read(HttpExchange exchange) throws IOException {
        boolean isGone = exchange.getRequestURI().getQuery().equals("cursor=" + cursor(1));
        if (isGone) {
            send(exchange, 410, "{\"reason\":\"before-retention\",\"earliest\":\"" + cursor(2) + "\"}");
            return;
        }
        exchange.getResponseHeaders().set("Bellwire-Cursor", cursor(4));
        exchange.getResponseHeaders().set("Content-Type", "application/cloudevents-batch+json");
        send(exchange, 200, batch(change(3), change(4)));
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private ReplayCatchUp.Status run(String position, int second) throws Exception {
        return replays.run(position, false, NOW.plusSeconds(second));
    }

    private static String after(long revision) {
        return "{\"from_cursor\":\"" + cursor(revision) + "\",\"rate_per_s\":500}";
    }

    @Test
    void nothingIsAskedForWhenNothingIsMissing() throws Exception {
        assertEquals(ReplayCatchUp.Status.COMPLETE, run(cursor(7), 0));

        assertEquals(List.of(), asked);
    }

    @Test
    void whatTheEndpointHasReceivedAndTheReceiverHasNotIsReplayed() throws Exception {
        // asked for once, and waited for
        assertEquals(ReplayCatchUp.Status.UNDER_WAY, run(cursor(4), 0));
        assertEquals(ReplayCatchUp.Status.UNDER_WAY, run(cursor(4), 1));
        state = "waiting";
        assertEquals(ReplayCatchUp.Status.UNDER_WAY, run(cursor(6), 2));

        // over, with everything
        state = "done";
        assertEquals(ReplayCatchUp.Status.UNDER_WAY, run(cursor(7), 3));
        assertEquals(ReplayCatchUp.Status.COMPLETE, run(cursor(7), 13));

        assertEquals(List.of(after(4)), asked);
        assertEquals(List.of(cursor(4)), started);
        assertEquals(1, replays.started());
    }

    @Test
    void replayThatEndsWithoutHavingBroughtEverythingIsCounted() throws Exception {
        run(cursor(4), 0);
        run(cursor(5), 1);
        assertEquals(0, replays.incomplete());

        state = "done";
        run(cursor(6), 2);
        run(cursor(6), 3);
        run(cursor(6), 4);

        assertEquals(1, replays.incomplete());
    }

    @Test
    void replayIsNotToBlameForLiesFailuresAndRetention() throws Exception {
        // a lie while it ran
        run(cursor(4), 0);
        lies = 1;
        state = "done";
        run(cursor(6), 1);
        run(cursor(6), 2);
        // what retention has removed
        missed = 1;
        run(cursor(6), 20);
        run(cursor(6), 21);
        run(cursor(6), 22);
        // a replay that has failed
        missed = 0;
        state = "failed";
        run(cursor(6), 40);
        run(cursor(6), 41);
        run(cursor(6), 42);
        assertEquals(3, replays.started());
        // one that was asked for before this process was started, which may have lied then
        answer = 409;
        state = "running";
        run(cursor(6), 60);
        state = "done";
        run(cursor(6), 61);
        run(cursor(6), 62);

        assertEquals(0, replays.incomplete());
    }

    @Test
    void whatAReplayHasNotBroughtIsAskedForAgainAfterAWhile() throws Exception {
        run(cursor(4), 0);
        state = "failed";
        run(cursor(6), 1);
        run(cursor(6), 10);
        assertEquals(1, asked.size());

        run(cursor(6), 11);

        assertEquals(List.of(after(4), after(6)), asked);
    }

    @Test
    void replayGoesOnWhenTheServerIsBack() throws Exception {
        run(cursor(4), 0);
        state = "away";
        assertThrows(IOException.class, () -> run(cursor(4), 1));
        state = "running";
        assertEquals(ReplayCatchUp.Status.UNDER_WAY, run(cursor(4), 30));
        assertEquals(1, asked.size());

        // one that ended just before is not known to the new process of the server
        state = "";
        run(cursor(6), 31);
        run(cursor(6), 41);

        assertEquals(List.of(after(4), after(6)), asked);
    }

    @Test
    void receiverThatHasLostEverythingIsCalledFromTheBeginning() throws Exception {
        run(NONE, 0);

        assertEquals(List.of("{\"from_time\":\"1970-01-01T00:00:00Z\",\"rate_per_s\":500}"), asked);
    }

    /** The endpoint may be of another life of the feed, with lower revisions: only the server can tell. */
    @Test
    void gapIsReasonEnough() throws Exception {
        assertEquals(ReplayCatchUp.Status.UNDER_WAY, replays.run(cursor(9), true, NOW));

        assertEquals(List.of(after(9)), asked);
    }

    @Test
    void anotherReplayIsWaitedFor() throws Exception {
        answer = 409;
        assertEquals(ReplayCatchUp.Status.UNDER_WAY, run(cursor(4), 0));
        run(cursor(4), 60);
        assertEquals(1, asked.size());

        state = "stopped";
        answer = 202;
        run(cursor(4), 61);
        run(cursor(4), 71);

        assertEquals(List.of(after(4), after(4)), asked);
        assertEquals(1, replays.started());
    }

    @Test
    void endpointThatIsDisabledIsAskedForAgainLater() throws Exception {
        answer = 409;
        state = "";
        run(cursor(4), 0);
        run(cursor(4), 9);
        assertEquals(1, asked.size());

        run(cursor(4), 10);

        assertEquals(2, asked.size());
    }

    @Test
    void failureOfTheServerIsNoReasonToReadTheFeed() {
        answer = 503;

        assertThrows(IOException.class, () -> run(cursor(4), 0));
        answer = 404;
        assertThrows(IOException.class, () -> run(cursor(4), 0));
    }

    @Test
    void cursorWhoseChangesAreNotKeptCannotBeReplayed() throws Exception {
        answer = 410;

        assertEquals(ReplayCatchUp.Status.IMPOSSIBLE, run(cursor(1), 0));
        assertEquals(0, replays.started());
    }

    private PartnerReceiver receiver() throws IOException {
        return new PartnerReceiver(
                new ReceiverSettings(List.of(ReceiverKey.parse(SECRET)), true, "acme", ReceiverFaults.NONE),
                new PartnerReceiver.Listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), null),
                ReceiverJournalFile.open(folder.resolve("acme.jsonl")),
                new PartnerReceiver.Reading(
                        feed, false, Duration.ofMillis(20), Duration.ofMinutes(10), client(), Duration.ZERO),
                ReceiverObserver.NONE,
                new SplittableRandom(7),
                ReceiverClocks.of(
                        Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), NOW)), System::nanoTime));
    }

    private static void post(PartnerReceiver receiver, long revision, boolean isReplay) throws Exception {
        post(receiver, change(revision).toString(), revision, isReplay);
    }

    private static void post(PartnerReceiver receiver, String body, long revision, boolean isReplay) throws Exception {
        HttpRequest.Builder call = HttpRequest.newBuilder(receiver.url())
                .header("Bellwire-Replay", String.valueOf(isReplay))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        Map<String, String> signed = headers(SECRET, "k3v9x2m4qd-" + revision, NOW, body);
        signed.forEach(call::header);
        assertEquals(
                204,
                HttpClient.newHttpClient()
                        .send(call.build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode());
    }

    @Test
    void receiverAsksForWhatIsMissingAndDoesNotReadItsFeed() throws Exception {
        received = 1;
        try (PartnerReceiver receiver = receiver()) {
            // what it has lost, from the beginning
            await().until(() -> asked.size() == 1);
            post(receiver, 1, true);
            state = "done";
            // what it was not called for, or has lied about
            received = 3;
            post(receiver, 3, false);
            await().until(() -> asked.size() > 1);
            post(receiver, 2, true);
            await().until(() -> receiver.totals().applied() == 3);

            assertEquals(after(1), asked.get(1));
            assertEquals(2, receiver.totals().replayed());
            assertTrue(receiver.totals().replays() > 1);
            assertEquals(0, receiver.totals().read());
        }
    }

    /** Its payload may be thinner than wanted: a replay would bring the same. */
    @Test
    void changeWithoutDataIsReadFromTheFeed() throws Exception {
        received = 0;
        try (PartnerReceiver receiver = receiver()) {
            post(receiver, CallFixture.thin(3).toString(), 3, false);

            await().until(() -> receiver.totals().read() == 2);

            assertEquals(List.of(), asked);
        }
    }

    @Test
    void receiverReadsItsFeedWhenAReplayIsImpossible() throws Exception {
        received = 0;
        answer = 410;
        try (PartnerReceiver receiver = receiver()) {
            post(receiver, 1, false);
            received = 4;
            post(receiver, 4, false);

            await().until(() -> receiver.totals().read() == 1);

            assertEquals(List.of(after(1)), asked);
            assertEquals(0, receiver.totals().replays());
        }
    }
}
