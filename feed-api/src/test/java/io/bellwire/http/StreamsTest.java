package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feed.SignalStream;
import io.bellwire.feed.SignalStream.Offered;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.Cursor;
import io.bellwire.log.FeedId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamsTest {
    private ApiFixture server;
    private RecordedStreams streams;
    private ApiFixture.Device grill;

    @BeforeEach
    void start() {
        start(StreamOptions.DEFAULT);
    }

    private void start(StreamOptions options) {
        server = ApiFixture.of(FeedApiOptions.DEFAULT.withStreams(options));
        streams = RecordedStreams.of(server);
        grill = server.register("grill");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Replaces the server by one with other limits. */
    private void restart(StreamOptions options) {
        server.close();
        start(options);
    }

    private double ended(String reason) {
        return server.meters()
                .get("bellwire.streams.ended")
                .tag("reason", reason)
                .counter()
                .count();
    }

    private static void assertBye(String reason, SignalReader reader) throws IOException {
        SignalReader.Event bye = reader.next();
        while (bye != null && bye.name().equals("signal")) {
            bye = reader.next();
        }
        assertEquals(new SignalReader.Event("bye", "", "{\"reason\":\"" + reason + "\"}"), bye);
        assertNull(reader.next(), "nothing comes after the last event");
    }

    @Test
    void deviceGetsItsSignalsAsTheyAreSent() throws IOException {
        try (SignalReader reader = SignalReader.of(server, grill, "Accept: text/event-stream")) {
            SignalStream stream = streams.opened(1);

            assertEquals(200, reader.status());
            assertEquals("text/event-stream", reader.header("content-type"));
            assertEquals("no-store", reader.header("cache-control"));
            assertEquals("no", reader.header("x-accel-buffering"));
            assertEquals("retry: 2000\n", reader.block());
            assertEquals(new FeedId("devices/" + grill.id()), stream.feed());
            for (long revision = 1; revision <= 3; revision++) {
                assertEquals(Offered.TAKEN, RecordedStreams.publish(stream, revision));
                assertEquals(
                        new SignalReader.Event(
                                "signal",
                                "k3v9x2m4qd." + revision + ".000000z",
                                "{\"epoch\":\"k3v9x2m4qd\",\"revision\":" + revision + ",\"pending\":0}"),
                        reader.next());
            }
            assertEquals(1, server.api().streams().open());
        }
    }

    @Test
    void partnerHasAStreamToo() throws IOException {
        ApiFixture.Partner cafe = server.registerPartner("cafe");
        try (SignalReader reader = new SignalReader(
                server.base(), cafe.path() + "/signals", cafe.client().token())) {
            RecordedStreams.publish(streams.opened(1), 7);

            assertEquals("k3v9x2m4qd.7.000000z", reader.next().id());
            assertEquals(new FeedId("partners/" + cafe.id()), streams.opened(1).feed());
        }
    }

    @Test
    void sameCursorAgainIsAReminder() throws IOException {
        try (SignalReader reader = SignalReader.of(server, grill)) {
            List<String> names = new ArrayList<>();
            for (long revision : new long[] {7, 7, 8, 8, 7}) {
                RecordedStreams.publish(streams.opened(1), revision);
                names.add(reader.next().name());
            }
            assertEquals(List.of("signal", "reminder", "signal", "reminder", "signal"), names);
        }
    }

    @Test
    void payloadWithLineEndsArrivesComplete() throws IOException {
        try (SignalReader reader = SignalReader.of(server, grill)) {
            byte[] payload = "{\"epoch\":\"k3v9x2m4qd\",\r\n\"revision\":1,\n\"pending\":0\r}"
                    .getBytes(StandardCharsets.US_ASCII);
            streams.opened(1).offer(payload, RecordedStreams.cursor(1), true);

            assertEquals(
                    "{\"epoch\":\"k3v9x2m4qd\",\n\"revision\":1,\n\"pending\":0\n}",
                    reader.next().data());
        }
    }

    @Test
    void lastEventIdIsReadFromTheHeaderOrElseFromTheParameter() throws IOException {
        server.orders(grill, 4);
        String third = server.cursorAt(grill, 3);
        String fourth = server.cursorAt(grill, 4);
        String id = grill.path() + "/signals?last_event_id=";
        List<String[]> cases = List.of(
                new String[] {grill.path() + "/signals", "X-Nothing: 1", ""},
                new String[] {grill.path() + "/signals", "Last-Event-ID: " + fourth, fourth},
                new String[] {id + third, "X-Nothing: 1", third},
                new String[] {id + third, "Last-Event-ID: " + fourth, fourth},
                new String[] {id + third, "Last-Event-ID:", third},
                new String[] {id, "X-Nothing: 1", ""},
                // the URL that a browser keeps is older than its header
                new String[] {id + third, "Last-Event-ID: of another server", ""},
                new String[] {id + "k3v9x2m4qd.3.000000z", "X-Nothing: 1", ""},
                new String[] {id + third, "Last-Event-ID: " + Cursors.ofAnotherLog(fourth), ""});
        int number = 0;
        for (String[] one : cases) {
            try (SignalReader reader =
                    new SignalReader(server.base(), one[0], grill.client().token(), one[1])) {
                assertEquals(200, reader.status());
                assertEquals(
                        Optional.of(one[2]).filter(text -> !text.isEmpty()),
                        streams.opened(++number).lastEventId().map(Cursor::toString),
                        one[0] + " " + one[1]);
            }
        }
        grill.client()
                .get(id + "x")
                .expectProblem(400, "invalid-request", "last_event_id is not a cursor of this server");
        grill.client().get(grill.path() + "/signals?cursor=").expectProblem(400, "invalid-request", "cursor");
    }

    @Test
    void newestStreamOfACallerReplacesTheOlderOne() throws IOException {
        try (SignalReader older = SignalReader.of(server, grill);
                SignalReader operators = new SignalReader(
                        server.base(),
                        grill.path() + "/signals",
                        server.operator().token())) {
            streams.opened(2);
            try (SignalReader newer = SignalReader.of(server, grill)) {
                SignalStream stream = streams.opened(3);

                assertBye("replaced", older);
                streams.awaitClosed(1);
                assertEquals(List.of(streams.opened.get(0)), streams.closed);
                assertEquals(Offered.CLOSED, RecordedStreams.publish(streams.opened.get(0), 1));
                assertEquals(Offered.TAKEN, RecordedStreams.publish(stream, 1));
                assertEquals(Offered.TAKEN, RecordedStreams.publish(streams.opened.get(1), 1));
                assertEquals("k3v9x2m4qd.1.000000z", newer.next().id());
                assertEquals("k3v9x2m4qd.1.000000z", operators.next().id());
                assertEquals(2, server.api().streams().open());
                assertEquals(1, ended("replaced"));
            }
        }
    }

    @Test
    void disabledDevicesStreamsEndAtOnce() throws IOException {
        try (SignalReader own = SignalReader.of(server, grill);
                SignalReader operators = new SignalReader(
                        server.base(),
                        grill.path() + "/signals",
                        server.operator().token())) {
            streams.opened(2);
            server.operator().delete(grill.path()).expect(204);

            assertBye("disabled", own);
            assertBye("disabled", operators);
            streams.awaitClosed(2);
            try (SignalReader again = new SignalReader(
                    server.base(), grill.path() + "/signals", server.operator().token())) {
                assertBye("disabled", again);
            }
        }
    }

    @Test
    void streamWhoseSecretIsRotatedBetweenItsCheckAndItsOpeningEnds() throws IOException {
        try (RawConnection connection = new RawConnection(server.base())) {
            connection.send("GET " + grill.path() + "/signals HTTP/1.1\r\nHost: bellwire\r\nAuthorization: Bearer "
                    + grill.client().token() + "\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
            // the caller is authenticated, and the body of its request is not complete yet
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            server.meters().get("bellwire.rate.callers").gauge().value() == 1);
            server.operator().post(grill.path() + "/secret").expect(200);
            assertEquals(0, streams.opened.size());

            String answer = connection.send("0\r\n\r\n").readToEnd();

            assertTrue(answer.contains("event: bye\ndata: {\"reason\":\"disabled\"}\n\n"), answer);
            streams.awaitClosed(1);
            assertEquals(0, server.api().streams().open());
        }
    }

    @Test
    void stoppingServerSendsByeWithDifferentReconnectTimes() throws IOException {
        try (SignalReader reader = SignalReader.of(server, grill)) {
            streams.opened(1);
            assertEquals("retry: 2000\n", reader.block());

            server.close();

            String bye = reader.block();
            assertTrue(bye.matches("retry: [2-9]\\d{3}\nevent: bye\ndata: \\{\"reason\":\"stopping\"}\n"), bye);
            assertNull(reader.next());
            streams.awaitClosed(1);
        }
    }

    @Test
    void silentStreamHasHeartbeats() throws IOException {
        restart(new StreamOptions(10, 10, Duration.ofMillis(100), Duration.ofSeconds(10)));
        try (SignalReader reader = SignalReader.of(server, grill)) {
            assertEquals("retry: 2000\n", reader.block());
            for (int i = 0; i < 5; i++) {
                assertEquals(": \n", reader.block());
            }
            RecordedStreams.publish(streams.opened(1), 1);
            assertEquals("k3v9x2m4qd.1.000000z", reader.next().id());
        }
    }

    @Test
    void readerThatHasGoneIsNoticedByItsHeartbeats() throws IOException {
        restart(new StreamOptions(10, 10, Duration.ofMillis(100), Duration.ofSeconds(10)));
        try (SignalReader reader = SignalReader.of(server, grill)) {
            streams.opened(1);
            assertNotNull(reader.block());
        }
        streams.awaitClosed(1);

        assertEquals(streams.opened, streams.closed);
        assertEquals(0, server.api().streams().open());
        assertEquals(1, ended("gone"));
    }

    @Test
    void streamsOverTheLimitsEndAtOnceWithByeAndOthersStay() throws IOException {
        restart(new StreamOptions(2, 1, Duration.ofSeconds(15), Duration.ofSeconds(10)));
        ApiFixture.Device fryer = server.register("fryer");
        String operator = server.operator().token();
        try (SignalReader first = SignalReader.of(server, grill);
                SignalReader second = new SignalReader(server.base(), grill.path() + "/signals", operator)) {
            streams.opened(2);
            try (SignalReader overAll = SignalReader.of(server, fryer)) {
                assertEquals(200, overAll.status());
                assertBye("too-many", overAll);
            }
            try (SignalReader again = SignalReader.of(server, grill)) {
                assertEquals("retry: 2000\n", again.block());
                assertBye("replaced", first); // a replacement does not count as an additional stream
                streams.opened(3);
                try (SignalReader overCaller = new SignalReader(server.base(), fryer.path() + "/signals", operator)) {
                    assertBye("too-many", overCaller);
                }
                assertEquals(2, server.api().streams().open());
                assertEquals(3, streams.opened.size(), "nobody is told of a stream that was refused");
                assertEquals(2, ended("too-many"));
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> RecordedStreams.publish(streams.opened(2), 1) == Offered.TAKEN);
            assertEquals("signal", second.next().name());
        }
    }

    @Test
    void streamThatEndsMakesRoomForAnother() throws IOException {
        restart(new StreamOptions(1, 1, Duration.ofSeconds(15), Duration.ofSeconds(10)));
        for (int i = 1; i <= 3; i++) {
            ApiFixture.Device device = server.register("fryer");
            try (SignalReader reader = SignalReader.of(server, device)) {
                streams.opened(i);
                server.operator().delete(device.path()).expect(204);
                assertBye("disabled", reader);
            }
        }
    }
}
