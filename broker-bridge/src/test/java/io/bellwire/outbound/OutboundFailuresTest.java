package io.bellwire.outbound;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.outbound.OutboundResult.Failed;
import io.bellwire.outbound.OutboundResult.Reason;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no answer: each way in which a server can fail to give one, and the reason that the caller is given. */
@Timeout(120)
class OutboundFailuresTest {
    private static final Duration SHORT = Duration.ofMillis(400);

    /** The call fails for this reason, and its connection is closed. */
    private static void assertFails(Reason expected, Duration deadline, RawServer.Answer answer) throws Exception {
        try (RawServer receiver = new RawServer(answer);
                OutboundFixture fixture = new OutboundFixture()) {
            Failed failure = fixture.failure(receiver.url("loopback.example"), deadline);
            assertEquals(expected, failure.reason(), failure.detail());
            await().until(() -> fixture.client.connections() == 0 && receiver.open() == 0);
        }
    }

    private static void assertFails(Reason expected, RawServer.Answer answer) throws Exception {
        assertFails(expected, Duration.ofSeconds(30), answer);
    }

    private static RawServer.Answer endless(String start, String repeated) {
        byte[] piece = repeated.repeat(100).getBytes(UTF_8);
        return (request, client) -> {
            client.getOutputStream().write(start.getBytes(UTF_8));
            while (!client.isClosed()) {
                client.getOutputStream().write(piece);
            }
        };
    }

    private static RawServer.Answer closing(String text) {
        return (request, client) -> {
            client.getOutputStream().write(text.getBytes(UTF_8));
            client.close();
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/1.1 abc OK\r\n\r\n",
                "HTTP/1.1 99999 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
                "\u0016\u0003\u0001\u0002"
            })
    void answerThatIsMalformed(String text) throws Exception {
        assertFails(Reason.MALFORMED_ANSWER, RawServer.Answer.of(text + "\r\n\r\n"));
    }

    @Test
    void statusThatDoesNotExist() throws Exception {
        try (RawServer receiver = new RawServer(RawServer.Answer.of("HTTP/1.1 600 What\r\nContent-Length: 0\r\n\r\n"));
                OutboundFixture fixture = new OutboundFixture()) {
            Failed failure = fixture.failure(receiver.url("loopback.example"));
            assertEquals(Reason.MALFORMED_ANSWER, failure.reason());
            assertEquals("the answer has the status 600", failure.detail());
        }
    }

    @Test
    void answerWithHugeHeaders() throws Exception {
        assertFails(
                Reason.MALFORMED_ANSWER,
                RawServer.Answer.of("HTTP/1.1 200 OK\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"));
        assertFails(
                Reason.MALFORMED_ANSWER,
                RawServer.Answer.of("HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(5_000) + "\r\n"));
    }

    @Test
    void endlessInterimAnswers() throws Exception {
        assertFails(Reason.MALFORMED_ANSWER, endless("", "HTTP/1.1 102 Processing\r\n\r\n"));
    }

    /** What is sent without end, as fast as it is read, ends soon after the deadline at the latest. */
    @ParameterizedTest
    @CsvSource({
        "'', '\\r\\n'",
        "'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n', 'z'",
        "'HTTP/1.1 ', '0'",
        "'HTTP/1.1 200 ', 'x'",
        "'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1;', 'x'",
        "'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n', '0'",
        "'HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n', 'A: b\\r\\n'"
    })
    void endlessParts(String start, String repeated) throws Exception {
        try (RawServer receiver = new RawServer(endless(crlf(start), crlf(repeated)));
                OutboundFixture fixture = new OutboundFixture()) {
            Failed failure = fixture.failure(receiver.url("loopback.example"), SHORT);
            assertTrue(
                    Set.of(Reason.TIMEOUT, Reason.MALFORMED_ANSWER, Reason.CLOSED)
                            .contains(failure.reason()),
                    failure::toString);
            await().until(() -> fixture.client.connections() == 0 && receiver.open() == 0);
        }
    }

    private static String crlf(String text) {
        return text.replace("\\r\\n", "\r\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 102, 103, 199})
    void fewInterimAnswersAreSkipped(int status) throws Exception {
        String interim = "HTTP/1.1 " + status + " Wait\r\nLink: </x>\r\n\r\n";
        try (RawServer receiver = new RawServer(RawServer.Answer.of(
                        interim.repeat(InterimAnswers.SKIPPED_MAX) + "HTTP/1.1 204 No Content\r\n\r\n"));
                OutboundFixture fixture = new OutboundFixture()) {
            assertEquals(204, fixture.answer(receiver.url("loopback.example")).status());
            assertEquals(204, fixture.answer(receiver.url("loopback.example")).status());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"
            })
    void connectionThatEndsBeforeTheAnswer(String text) throws Exception {
        assertFails(Reason.CLOSED, closing(text));
    }

    @Test
    void answerThatNeverComes() throws Exception {
        try (RawServer receiver = new RawServer((request, client) -> {});
                OutboundFixture fixture = new OutboundFixture()) {
            Failed failure = fixture.failure(receiver.url("loopback.example"), SHORT);

            assertEquals(Reason.TIMEOUT, failure.reason());
            assertEquals("no answer within the deadline", failure.detail());
            assertTrue(failure.elapsed().compareTo(SHORT) >= 0);
            await().until(() -> receiver.open() == 0);
        }
    }

    /** Bytes arrive all the time: a limit on silence alone would wait for ever. */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"})
    void answerThatTricklesEndsAtTheDeadline(String start) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer receiver = new RawServer((request, client) -> {
                    client.getOutputStream().write(start.getBytes(UTF_8));
                    while (!never.await(20, TimeUnit.MILLISECONDS)) {
                        client.getOutputStream().write('x');
                    }
                });
                OutboundFixture fixture = new OutboundFixture()) {
            assertEquals(
                    Reason.TIMEOUT,
                    fixture.failure(receiver.url("loopback.example"), SHORT).reason());
            await().until(() -> receiver.open() == 0);
        }
    }

    @Test
    void nothingListens() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (OutboundFixture fixture = new OutboundFixture()) {
            assertEquals(
                    Reason.CONNECT,
                    fixture.failure(URI.create("http://loopback.example:" + port + "/"))
                            .reason());
        }
    }

    @Test
    void nameWithoutAddress() throws Exception {
        try (OutboundFixture fixture = new OutboundFixture()) {
            assertEquals(
                    Reason.NO_ADDRESS,
                    fixture.failure(URI.create("http://nowhere.example/")).reason());
        }
    }

    /** A listener whose queue is full: the operating system drops what a client sends to connect. */
    @Test
    void connectionThatIsNeitherAcceptedNorRefused() throws Exception {
        List<SocketChannel> queued = new ArrayList<>();
        try (ServerSocket full = new ServerSocket(0, 1, OutboundFixture.address("127.0.0.1"));
                OutboundFixture byDeadline = new OutboundFixture();
                OutboundFixture byTimeout = new OutboundFixture(OutboundFixture.OPTIONS.toBuilder()
                        .connectTimeout(SHORT)
                        .build())) {
            for (int i = 0; i < 16; i++) {
                SocketChannel client = SocketChannel.open();
                queued.add(client);
                client.configureBlocking(false);
                client.connect(full.getLocalSocketAddress());
            }
            URI url = URI.create("http://loopback.example:" + full.getLocalPort() + "/");

            Failed late = byDeadline.failure(url, SHORT);
            assertEquals(Reason.TIMEOUT, late.reason());
            assertEquals("no connection within the deadline", late.detail());
            assertEquals(Reason.CONNECT, byTimeout.failure(url).reason());
        } finally {
            for (SocketChannel client : queued) {
                client.close();
            }
        }
    }

    @Test
    void otherAddressIsTriedIfOneCannotBeConnected() throws Exception {
        try (RawServer receiver =
                new RawServer(closing("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")); ) {
            try (OutboundFixture fixture = new OutboundFixture()) {
                fixture.name("two.example", "127.0.0.3", "127.0.0.1");
                for (int i = 0; i < 4; i++) {
                    assertEquals(
                            200, fixture.answer(receiver.url("two.example")).status());
                }
            }
        }
    }

    /** The option is for silence between calls: it must not end a call whose deadline is later. */
    @Test
    void idleTimeoutDoesNotEndACall() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        try (RawServer receiver = new RawServer((request, client) -> {
                    answered.await();
                    RawServer.Answer.ok("ok").to(request, client);
                });
                OutboundFixture fixture = new OutboundFixture(OutboundFixture.OPTIONS.toBuilder()
                        .idleTimeout(Duration.ofMillis(100))
                        .build())) {
            CompletableFuture<OutboundResult> slow = fixture.start(receiver.url("loopback.example"));
            OutboundResult shorter =
                    OutboundFixture.await(fixture.start(OutboundFixture.call(receiver.url("loopback.example"), SHORT)));
            assertEquals(Reason.TIMEOUT, ((Failed) shorter).reason());

            answered.countDown();

            assertEquals(200, ((OutboundResult.Answered) OutboundFixture.await(slow)).status());
        }
    }
}
