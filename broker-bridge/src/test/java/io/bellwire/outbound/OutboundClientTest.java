package io.bellwire.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.outbound.OutboundResult.Answered;
import io.bellwire.outbound.OutboundResult.Failed;
import io.bellwire.outbound.OutboundResult.Reason;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is sent, what is read of the answer, and that a call has one result. Servers are real, on free ports. */
@Timeout(120)
class OutboundClientTest {
    @Test
    void requestIsSentAsItIsAndItsAnswerReturned() throws Exception {
        try (RawServer receiver = new RawServer(RawServer.Answer.of(
                        "HTTP/1.1 429 Slow down\r\nRetry-After: 7\r\nContent-Length: 5\r\n\r\nlater"));
                OutboundFixture fixture = new OutboundFixture()) {
            URI url = URI.create("http://loopback.example:" + receiver.port() + "/a/../b%20c?x=1&y=%2F");
            OutboundCall call = new OutboundCall(
                    url,
                    Map.of("Content-Type", "application/cloudevents+json", "webhook-id", "e-1", "X-Key", "a b"),
                    "{\"n\":1}".getBytes(UTF_8),
                    Duration.ofSeconds(30));

            Answered answer = (Answered) OutboundFixture.await(fixture.start(call));

            assertEquals(429, answer.status());
            assertEquals(Optional.of(Duration.ofSeconds(7)), answer.retryAfter());
            assertEquals("later", new String(answer.body(), UTF_8));
            assertFalse(answer.isTruncated());
            List<String> lines = receiver.requests().get(0).lines().toList();
            assertEquals("POST /a/../b%20c?x=1&y=%2F HTTP/1.1", lines.get(0));
            assertEquals(
                    List.of(
                            "Content-Length: 7",
                            "Content-Type: application/cloudevents+json",
                            "Host: loopback.example:" + receiver.port(),
                            "X-Key: a b",
                            "webhook-id: e-1"),
                    lines.subList(1, lines.indexOf("")).stream().sorted().toList());
            assertEquals("{\"n\":1}", lines.get(lines.size() - 1));
        }
    }

    @Test
    void redirectIsAnAnswerAndNotFollowed() throws Exception {
        try (RawServer metadata = new RawServer(RawServer.Answer.ok("secret"));
                RawServer receiver = new RawServer(RawServer.Answer.of("HTTP/1.1 307 See there\r\nLocation: "
                        + "http://loopback.example:" + metadata.port() + "/\r\nContent-Length: 0\r\n\r\n"));
                OutboundFixture fixture = new OutboundFixture()) {

            assertEquals(307, fixture.answer(receiver.url("loopback.example")).status());

            assertEquals(0, metadata.accepted());
        }
    }

    @Test
    void loginsCookiesAndEncodingsAreLeftAlone() throws Exception {
        try (RawServer receiver = new RawServer(RawServer.Answer.of(
                        "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"x\"\r\nSet-Cookie: a=b\r\n"
                                + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nraw"));
                OutboundFixture fixture = new OutboundFixture()) {
            fixture.answer(receiver.url("loopback.example"));

            Answered second = fixture.answer(receiver.url("loopback.example"));

            assertEquals(401, second.status());
            assertEquals("raw", new String(second.body(), UTF_8));
            assertEquals(2, receiver.requests().size());
            assertTrue(receiver.requests().stream()
                    .noneMatch(request -> request.contains("Cookie") || request.contains("Accept-Encoding")));
        }
    }

    @Test
    void connectionsAreUsedAgain() throws Exception {
        try (RawServer receiver = new RawServer(RawServer.Answer.ok("ok"));
                OutboundFixture fixture = new OutboundFixture()) {
            for (int i = 0; i < 5; i++) {
                fixture.answer(receiver.url("loopback.example"));
            }

            assertEquals(1, receiver.accepted());
            assertEquals(1, fixture.client.connections());
        }
    }

    @Test
    void answerIsReadUpToSixteenKibibytes() throws Exception {
        for (int length : new int[] {16_383, 16_384, 16_385, 1_000_000}) {
            String declared = "HTTP/1.1 200 OK\r\nContent-Length: " + length + "\r\n\r\n" + "x".repeat(length);
            String undeclared = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + "x".repeat(length);
            for (String text : List.of(declared, undeclared)) {
                try (RawServer receiver = new RawServer((request, client) -> {
                            client.getOutputStream().write(text.getBytes(UTF_8));
                            if (text.equals(undeclared)) {
                                client.shutdownOutput();
                            }
                        });
                        OutboundFixture fixture = new OutboundFixture()) {
                    Answered answer = fixture.answer(receiver.url("loopback.example"));

                    assertEquals(200, answer.status());
                    assertEquals(Math.min(length, 16_384), answer.body().length);
                    assertEquals(length > 16_384, answer.isTruncated());
                    if (answer.isTruncated()) {
                        await().until(() -> fixture.client.connections() == 0);
                    }
                }
            }
        }
    }

    @Test
    void endlessAnswerIsReadOnlyToTheLimit() throws Exception {
        byte[] piece = "1000\r\n".concat("x".repeat(4_096)).concat("\r\n").getBytes(UTF_8);
        try (RawServer receiver = new RawServer((request, client) -> {
                    client.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(UTF_8));
                    while (!client.isClosed()) {
                        client.getOutputStream().write(piece);
                    }
                });
                OutboundFixture fixture = new OutboundFixture()) {
            Answered answer = fixture.answer(receiver.url("loopback.example"));

            assertTrue(answer.isTruncated());
            await().until(() -> receiver.open() == 0);
        }
    }

    @Test
    void answerThatComesBeforeTheRequestIsReadCounts() throws Exception {
        byte[] body = new byte[8_000_000];
        try (ServerSocket early = new ServerSocket(0);
                OutboundFixture fixture = new OutboundFixture()) {
            Thread server = new Thread(() -> {
                try (Socket client = early.accept()) {
                    client.getInputStream().read();
                    client.getOutputStream()
                            .write("HTTP/1.1 413 Too large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                                    .getBytes(UTF_8));
                    client.shutdownOutput();
                    client.getInputStream().readAllBytes(); // else its end would take back the answer
                } catch (IOException gone) {
                    early.isClosed();
                }
            });
            server.start();
            OutboundCall call = new OutboundCall(
                    URI.create("http://loopback.example:" + early.getLocalPort() + "/"),
                    Map.of(),
                    body,
                    Duration.ofSeconds(30));

            assertEquals(413, ((Answered) OutboundFixture.await(fixture.start(call))).status());
            server.join();
        }
    }

    @Test
    void callsUnderWayHaveAResultWhenTheClientIsClosed() throws Exception {
        CountDownLatch arrived = new CountDownLatch(3);
        CountDownLatch lookedUp = new CountDownLatch(1);
        try (RawServer receiver = new RawServer((request, client) -> arrived.countDown());
                OutboundFixture fixture = new OutboundFixture()) {
            fixture.name("slow.example", name -> {
                lookedUp.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException closed) {
                    Thread.currentThread().interrupt();
                }
                return OutboundFixture.addresses("127.0.0.1");
            });
            List<CompletableFuture<OutboundResult>> results = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                results.add(fixture.start(receiver.url("loopback.example")));
            }
            results.add(fixture.start(receiver.url("slow.example")));
            arrived.await();
            lookedUp.await();

            fixture.client.close();
            results.add(fixture.start(receiver.url("loopback.example")));

            for (CompletableFuture<OutboundResult> result : results) {
                assertTrue(result.isDone());
                assertEquals(Reason.CLOSED, ((Failed) result.join()).reason());
            }
            assertEquals(0, fixture.client.inFlight());
        }
    }

    @Test
    void resultIsPassedOnByAThreadOfTheClientEvenIfTheCallIsRefused() throws Exception {
        try (OutboundFixture fixture = new OutboundFixture()) {
            for (String url : List.of("ftp://loopback.example/", "http://10.0.0.1/", "http://nowhere.example/")) {
                AtomicReference<Thread> thread = new AtomicReference<>();
                CompletableFuture<Object> ended = new CompletableFuture<>();
                fixture.client.call(OutboundFixture.call(URI.create(url), Duration.ofSeconds(30)), result -> {
                    thread.set(Thread.currentThread());
                    ended.complete(result);
                });
                ended.join();

                assertTrue(thread.get().getName().startsWith("outbound"), thread.get()::getName);
            }
        }
    }

    @Test
    void receiverOfAResultThatThrowsHarmsNoOtherCall() throws Exception {
        try (RawServer receiver = new RawServer(RawServer.Answer.ok("ok"));
                OutboundFixture fixture = new OutboundFixture()) {
            for (int i = 0; i < 10; i++) {
                fixture.client.call(
                        OutboundFixture.call(receiver.url("loopback.example"), Duration.ofSeconds(30)), result -> {
                            throw new IllegalStateException("a bug");
                        });
            }

            assertEquals(200, fixture.answer(receiver.url("loopback.example")).status());
            await().until(() -> fixture.client.inFlight() == 0);
        }
    }

    @Test
    void headersThatOnlyTheClientMaySetAreRefused() {
        URI url = URI.create("https://partner.example/");
        for (Map<String, String> headers : List.of(
                Map.of("Host", "x"),
                Map.of("content-length", "1"),
                Map.of("Transfer-Encoding", "chunked"),
                Map.of("Connection", "close"),
                Map.of("A b", "c"),
                Map.of("A", "b\r\nC: d"),
                Map.of("A", "ä"))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new OutboundCall(url, headers, new byte[0], Duration.ofSeconds(1)));
        }
    }

    @Test
    void callsAndConnectionsAreCounted() throws Exception {
        try (RawServer receiver = new RawServer(RawServer.Answer.ok("ok"));
                OutboundFixture fixture = new OutboundFixture()) {
            fixture.answer(receiver.url("loopback.example"));
            fixture.failure(receiver.url("10.0.0.1"));

            assertEquals(
                    1,
                    fixture.meters
                            .get("bellwire.outbound.calls")
                            .tag("result", "2xx")
                            .timer()
                            .count());
            assertEquals(
                    1,
                    fixture.meters
                            .get("bellwire.outbound.calls")
                            .tag("result", "forbidden-url")
                            .timer()
                            .count());
            assertEquals(
                    1,
                    fixture.meters.get("bellwire.outbound.connections").gauge().value());
            assertEquals(
                    0, fixture.meters.get("bellwire.outbound.in.flight").gauge().value());
        }
    }
}
