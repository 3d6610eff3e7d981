package io.bellwire.receiver;

import static io.bellwire.receiver.CallFixture.NOW;
import static io.bellwire.receiver.CallFixture.SECRET;
import static io.bellwire.receiver.CallFixture.batch;
import static io.bellwire.receiver.CallFixture.change;
import static io.bellwire.receiver.CallFixture.cursor;
import static io.bellwire.receiver.CallFixture.event;
import static io.bellwire.receiver.CallFixture.headers;
import static io.bellwire.receiver.CallFixture.thin;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bellwire.device.DeviceCursor;
import io.bellwire.device.net.BoundedHttpClient;
import io.bellwire.device.net.ClientTls;
import io.bellwire.tls.DevCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver behind real sockets, with the feed of a server that knows a few changes. */
class PartnerReceiverTest implements ReceiverObserver {
    private static final ReceiverSettings CALLS = ReceiverSettings.of(ReceiverKey.parse(SECRET));
    private static final ReceiverSettings READING =
            new ReceiverSettings(CALLS.keys(), true, "acme", ReceiverFaults.NONE);
    private static final InetSocketAddress FREE_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    /** Runs on from the moment of the calls. */
    private final ReceiverClocks clocks =
            ReceiverClocks.of(Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), NOW)), System::nanoTime);

    @TempDir
    Path folder;

    private final List<String> applied = new CopyOnWriteArrayList<>();
    private final List<String> resets = new CopyOnWriteArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @Override
    public void applied(CallEvent change) {
        applied.add(change.subject());
    }

    @Override
    public void reset(String reason) {
        resets.add(reason);
    }

    @Override
    public void replayStarted(String after) {}

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private PartnerReceiver start(ReceiverSettings settings, PartnerReceiver.Reading reading) throws IOException {
        ReceiverJournalFile journal = ReceiverJournalFile.open(folder.resolve("acme.jsonl"));
        PartnerReceiver receiver = new PartnerReceiver(
                settings,
                new PartnerReceiver.Listen(FREE_PORT, null),
                journal,
                reading,
                this,
                new SplittableRandom(7),
                clocks);
        open.add(receiver);
        open.add(journal);
        return receiver;
    }

    private HttpRequest call(URI url, String id, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString(body));
        headers(SECRET, id, NOW, body).forEach(request::header);
        return request.timeout(Duration.ofSeconds(30)).build();
    }

    private int post(PartnerReceiver receiver, String id, String body) throws Exception {
        return client.send(call(receiver.url(), id, body), HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    @Test
    void whatWasAnsweredIsKnownAfterAKill() throws Exception {
        PartnerReceiver first = start(CALLS, null);
        assertEquals(204, post(first, "k3v9x2m4qd-1", change(1).toString()));
        close();

        PartnerReceiver second = start(CALLS, null);
        assertEquals(204, post(second, "k3v9x2m4qd-1", change(1).toString()));
        assertEquals(204, post(second, "k3v9x2m4qd-1-2", batch(change(1), change(2))));

        assertEquals(List.of("order-1", "order-2"), applied);
        assertEquals(1, second.totals().calls(CallOutcome.REPEATED));
    }

    @Test
    void callsAtOnceAreAppliedOnceEach() throws Exception {
        PartnerReceiver receiver = start(CALLS, null);
        List<CompletableFuture<Integer>> answers = IntStream.range(0, 60)
                .mapToObj(i -> client.sendAsync(
                                call(
                                        receiver.url(),
                                        "k3v9x2m4qd-" + i % 20,
                                        change(i % 20).toString()),
                                HttpResponse.BodyHandlers.ofString())
                        .thenApply(HttpResponse::statusCode))
                .toList();

        for (CompletableFuture<Integer> answer : answers) {
            assertEquals(204, answer.get());
        }
        assertEquals(20, applied.size());
        assertEquals(20, receiver.totals().applied());
    }

    /** Else what is answered with 2xx would be lost with the process. */
    @Test
    void callThatCannotBeKeptIsAFailure() throws Exception {
        PartnerReceiver receiver = new PartnerReceiver(
                CALLS,
                new PartnerReceiver.Listen(FREE_PORT, null),
                new FullDisk(),
                null,
                ReceiverObserver.NONE,
                new SplittableRandom(7),
                clocks);
        open.add(receiver);

        assertEquals(500, post(receiver, "k3v9x2m4qd-1", change(1).toString()));
        assertEquals(500, post(receiver, "k3v9x2m4qd-1", change(1).toString()));
        assertEquals(2, receiver.totals().calls(CallOutcome.NOT_KEPT));
    }

    private static final class FullDisk implements ReceiverJournal {
        @Override
        public List<AppliedWork> load() {
            return List.of();
        }

        @Override
        public void append(AppliedWork work) throws IOException {
            throw new IOException("no space left");
        }
    }

    @Test
    void droppedConnectionHasNoAnswer() throws Exception {
        PartnerReceiver receiver = start(
                CALLS.with(new ReceiverFaults(Duration.ZERO, 0, 0, 0, 0, 1, 0, Integer.MAX_VALUE, Duration.ZERO, 0)),
                null);

        assertThrows(IOException.class, () -> post(receiver, "a", change(1).toString()));
        await().until(() -> receiver.totals().calls(CallOutcome.DROPPED) >= 1);
        assertEquals(List.of(), applied);
    }

    @Test
    void closingEndsAnAnswerThatIsDelayed() throws Exception {
        PartnerReceiver receiver = start(
                CALLS.with(
                        new ReceiverFaults(Duration.ofHours(1), 0, 0, 0, 0, 0, 0, Integer.MAX_VALUE, Duration.ZERO, 0)),
                null);
        CompletableFuture<?> answer =
                client.sendAsync(call(receiver.url(), "a", change(1).toString()), HttpResponse.BodyHandlers.ofString());
        await().until(() -> receiver.totals().calls(CallOutcome.APPLIED) == 1);

        receiver.close();

        await().until(answer::isCompletedExceptionally);
    }

    @Test
    void receiverWithACertificateIsCalledOverTls() throws Exception {
        DevCertificates files = DevCertificates.in(folder, "localhost", Clock.systemUTC(), new SecureRandom());
        PartnerReceiver receiver = new PartnerReceiver(
                CALLS,
                new PartnerReceiver.Listen(
                        new InetSocketAddress("localhost", 0),
                        ReceiverTls.of(
                                files.server().certificate(), files.server().key(), null)),
                new FullDisk(),
                null,
                this,
                new SplittableRandom(7),
                clocks);
        open.add(receiver);
        BoundedHttpClient trusting =
                new BoundedHttpClient(ForkJoinPool.commonPool(), ClientTls.of(files.authority(), null, null), 1, 1);

        assertEquals("https", receiver.url().getScheme());
        assertEquals(
                204,
                trusting.send(call(
                                receiver.url(),
                                "a",
                                event("io.bellwire.endpoint.test", "1").toString()))
                        .get()
                        .statusCode());
    }

    /** The server's part of the contract: pages of two changes, from any cursor; acknowledgements. */
    private final class FakeFeed {
        final List<String> acknowledged = new CopyOnWriteArrayList<>();
        final List<ObjectNode> changes = new CopyOnWriteArrayList<>();
        volatile boolean isDown;
        volatile boolean isReset;
        private final HttpServer server;

        FakeFeed(int changes) throws IOException {
            IntStream.rangeClosed(1, changes).forEach(i -> this.changes.add(change(i)));
            server = HttpServer.create(FREE_PORT, 0);
            server.createContext(CallFixture.FEED, this::read);
            server.createContext("/v1/partners/acme/acks", this::acknowledge);
            server.start();
            open.add(() -> server.stop(0));
        }

        PartnerReceiver.Reading reading() {
            URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            BoundedHttpClient http = new BoundedHttpClient(ForkJoinPool.commonPool(), 2, 2);
            return new PartnerReceiver.Reading(
                    new PartnerFeedClient(http, url, "acme", "t0ken"),
                    true,
                    Duration.ofMillis(20),
                    Duration.ofMinutes(10));
        }

        private void read(HttpExchange exchange) throws IOException {
            String cursor = exchange.getRequestURI().getQuery().replace("cursor=", "");
            if (!"Bearer t0ken".equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
                send(exchange, 401, "{}");
            } else if (isDown) {
                send(exchange, 503, "{}");
            } else if (isReset && cursor.equals(cursor(1))) {
                send(exchange, 410, "{\"reason\":\"before-retention\",\"earliest\":\"" + cursor(2) + "\"}");
            } else {
                int from = cursor.isEmpty()
                        ? 0
                        : (int) DeviceCursor.parse(cursor).orElseThrow().revision();
                int to = Math.min(from + 2, changes.size());
                exchange.getResponseHeaders().set("Bellwire-Cursor", to == 0 ? cursor(0) : cursor(to));
                exchange.getResponseHeaders().set("Bellwire-Up-To-Date", String.valueOf(to == changes.size()));
                exchange.getResponseHeaders().set("Content-Type", "application/cloudevents-batch+json");
                send(exchange, 200, batch(changes.subList(from, to).toArray(ObjectNode[]::new)));
            }
        }

        private void acknowledge(HttpExchange exchange) throws IOException {
            acknowledged.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            send(exchange, 200, "{}");
        }

        private void send(HttpExchange exchange, int status, String body) throws IOException {
            try (exchange) {
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length);
                exchange.getResponseBody().write(bytes);
            }
        }

        String last() {
            return acknowledged.isEmpty() ? "" : acknowledged.get(acknowledged.size() - 1);
        }
    }

    private static String processed(long revision) {
        return "{\"processed\":\"" + cursor(revision) + "\"}";
    }

    @Test
    void receiverReadsItsFeedAtItsStartAndAcknowledges() throws Exception {
        FakeFeed feed = new FakeFeed(5);

        PartnerReceiver receiver = start(READING, feed.reading());

        await().until(() -> feed.last().equals(processed(5)));
        assertEquals(List.of("order-1", "order-2", "order-3", "order-4", "order-5"), applied);
        assertEquals(5, receiver.totals().read());
        await().until(() -> receiver.totals().acknowledged().equals(cursor(5)));
    }

    @Test
    void changesWithoutDataAndMissingOnesAreReadFromTheFeed() throws Exception {
        FakeFeed feed = new FakeFeed(1);
        PartnerReceiver receiver = start(READING, feed.reading());
        await().until(() -> feed.last().equals(processed(1)));

        // a change without data
        feed.changes.add(change(2));
        assertEquals(204, post(receiver, "k3v9x2m4qd-2", thin(2).toString()));
        await().until(() -> feed.last().equals(processed(2)));
        // a signal
        feed.changes.add(change(3));
        post(receiver, "s", event("io.bellwire.feed.signal", cursor(3)).toString());
        await().until(() -> feed.last().equals(processed(3)));
        // a call that never arrived, before one that did
        feed.changes.add(change(4));
        feed.changes.add(change(5));
        post(receiver, "k3v9x2m4qd-5", change(5).toString());
        await().until(() -> feed.last().equals(processed(5)));
        // a call that brings all there is, and needs no read
        post(receiver, "k3v9x2m4qd-6", change(6).toString());
        await().until(() -> feed.last().equals(processed(6)));

        assertEquals(6, applied.size());
        assertEquals(4, receiver.totals().read());
    }

    /** A lie is a change that was said to be received and was not applied; the feed has it. */
    @Test
    void whatWasLiedAboutComesFromTheFeedInTheEnd() throws Exception {
        FakeFeed feed = new FakeFeed(0);
        ReceiverFaults lies =
                new ReceiverFaults(Duration.ZERO, 0, 0.5, 0, 0, 0, 0, Integer.MAX_VALUE, Duration.ZERO, 0);
        PartnerReceiver receiver = start(READING.with(lies), feed.reading());
        for (int i = 1; i <= 40; i++) {
            feed.changes.add(change(i));
            assertEquals(204, post(receiver, "k3v9x2m4qd-" + i, change(i).toString()));
        }
        post(receiver, "s1", event("io.bellwire.feed.signal", cursor(40)).toString());
        post(receiver, "k3v9x2m4qd-40", change(40).toString());

        await().until(() -> feed.last().equals(processed(40)));
        assertEquals(40, applied.size());
        assertEquals(40, applied.stream().distinct().count());
        assertTrue(receiver.totals().calls(CallOutcome.LIED) > 5);
    }

    @Test
    void serverThatIsDownIsAskedAgain() throws Exception {
        FakeFeed feed = new FakeFeed(2);
        feed.isDown = true;
        PartnerReceiver receiver = start(READING, feed.reading());
        assertEquals(204, post(receiver, "k3v9x2m4qd-1", change(1).toString()));

        feed.isDown = false;
        post(receiver, "k3v9x2m4qd-2", change(2).toString());

        await().until(() -> applied.size() == 2);
    }

    @Test
    void cursorThatCannotBeContinuedIsReplacedByTheEarliest() throws Exception {
        FakeFeed feed = new FakeFeed(1);
        PartnerReceiver receiver = start(READING, feed.reading());
        await().until(() -> feed.last().equals(processed(1)));

        feed.changes.addAll(List.of(change(2), change(3), change(4)));
        feed.isReset = true;
        post(receiver, "k3v9x2m4qd-4", change(4).toString());

        await().until(() -> feed.last().equals(processed(4)));
        assertEquals(List.of("before-retention"), resets);
        assertEquals(List.of("order-1", "order-4", "order-3"), applied);
    }
}
