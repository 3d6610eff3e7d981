package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feedapi.FeedApiOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Preconditions of changes: no caller overwrites a version of an order that it has not read. */
class OrderPreconditionTest {
    private static final TestClock CLOCK = new TestClock("2026-12-01T08:00:00.900Z");
    private static ApiFixture server;
    private ApiFixture.Device grill;
    private String order;
    private String lastModified;

    @BeforeAll
    static void start() {
        server = ApiFixture.of(FeedApiOptions.DEFAULT, CLOCK);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void makeOrder() {
        grill = server.register("grill");
        order = server.operator().order(grill.order()).expect(201).header("location");
        lastModified = server.operator().get(order).header("last-modified");
    }

    private CheckedResponse patch(int volume, String... headers) {
        return server.operator().patch(order, "{\"volume\":" + volume + "}", headers);
    }

    @Test
    void changeWithoutAPreconditionIsRefused() {
        patch(1).expectProblem(428, "precondition-required", "If-Match");
        grill.client().patch(order, "{\"status\":\"accepted\"}").expect(428);
        assertEquals("\"1\"", server.operator().get(order).header("etag"));
    }

    @Test
    void staleTagIsRefusedAndTheNewOneNamed() {
        patch(1, "If-Match", "\"1\"").expect(200);

        patch(2, "If-Match", "\"1\"").expectProblem(412, "precondition-failed", "ETag is \"2\"");

        assertEquals(1, server.operator().get(order).json().path("volume").asInt());
        patch(2, "If-Match", "\"2\"").expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "W/\"1\"", "*", "\"9\", \"1\"", "\"9\",W/\"1\""})
    void tagThatMatchesIsTakenInAllItsForms(String tag) {
        assertEquals("\"2\"", patch(1, "If-Match", tag).expect(200).header("etag"));
    }

    @Test
    void tagsOnSeveralHeaderLinesAreOneList() {
        patch(1, "If-Match", "\"8\"", "If-Match", "\"9\"").expect(412);
        patch(1, "If-Match", "\"9\"", "If-Match", "\"8\", \"1\"").expect(200);
        server.operator()
                .get(order, "If-None-Match", "\"9\"", "If-None-Match", "\"2\"")
                .expect(304);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2\"", "\"\"", "W/\"2\"", "\"2\", \"3\""})
    void tagThatDoesNotMatchIsRefused(String tag) {
        patch(1, "If-Match", tag).expectProblem(412, "precondition-failed", "\"1\"");
    }

    @Test
    void timeIsTheCoarserPreconditionToTheSecond() {
        patch(1, "If-Unmodified-Since", lastModified).expect(200);
        patch(2, "If-Unmodified-Since", lastModified).expect(200); // in the same second

        CLOCK.advance(Duration.ofSeconds(1));
        patch(3, "If-Unmodified-Since", lastModified).expect(200);
        patch(4, "If-Unmodified-Since", lastModified).expectProblem(412, "precondition-failed", "was changed at");

        String newer = server.operator().get(order).header("last-modified");
        patch(4, "If-Unmodified-Since", newer).expect(200);
    }

    @Test
    void onlyTheTagDecidesWhenBothAreGiven() {
        CLOCK.advance(Duration.ofSeconds(5));
        patch(1, "If-Match", "*").expect(200);

        patch(2, "If-Match", "\"2\"", "If-Unmodified-Since", lastModified).expect(200);
        patch(3, "If-Match", "\"2\"", "If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT")
                .expect(412);
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-12-01T08:00:00Z", "1700000000"})
    void timeThatIsNoHttpDateIsIgnored(String time) {
        patch(1, "If-Unmodified-Since", time).expectProblem(428, "precondition-required", "If-Unmodified-Since");
        patch(1, "If-Match", "\"1\"", "If-Unmodified-Since", time).expect(200);
    }

    @Test
    void obsoleteFormsOfHttpDatesAreUnderstood() {
        for (String longAgo : List.of("Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994")) {
            patch(1, "If-Unmodified-Since", longAgo).expectProblem(412, "precondition-failed", "was changed at");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"1", "1\"", "\"1\" \"2\"", "\"1\", 2", "*, \"1\"", "W/1", "w/\"1\"", ""})
    void tagWithoutQuotesIsRefused(String tag) {
        patch(1, "If-Match", tag).expectProblem(400, "invalid-request", "If-Match");
    }

    @Test
    void lastModifiedIsAnHttpDate() {
        assertTrue(lastModified.matches("(Mon|Tue|Wed|Thu|Fri|Sat|Sun), 01 Dec 2026 08:00:\\d\\d GMT"), lastModified);
        CLOCK.advance(Duration.ofSeconds(60));
        CheckedResponse changed = patch(1, "If-Match", "*").expect(200);
        assertTrue(changed.text("updated_at").startsWith("2026-12-01T08:0"));
        assertTrue(changed.text("updated_at").compareTo(changed.text("created_at")) > 0);
    }

    @Test
    void ofManyWritersAtOnceExactlyOneWinsEachVersion() {
        int writers = 8;
        int rounds = 15;
        for (int round = 1; round <= rounds; round++) {
            List<CompletableFuture<CheckedResponse>> answers = new ArrayList<>();
            for (int writer = 0; writer < writers; writer++) {
                answers.add(server.operator()
                        .patchLater(
                                order,
                                "{\"data\":{\"round\":" + round + ",\"writer\":" + writer + "}}",
                                "If-Match",
                                "\"" + round + "\""));
            }
            int won = 0;
            for (CompletableFuture<CheckedResponse> answer : answers) {
                if (answer.join().status() == 200) {
                    won++;
                    assertEquals("\"" + (round + 1) + "\"", answer.join().header("etag"));
                } else {
                    answer.join().expectProblem(412, "precondition-failed", "ETag is");
                }
            }
            assertEquals(1, won, "round " + round);
        }
        List<Long> versions = new ArrayList<>();
        grill.client().get(grill.feed()).expect(200).json().forEach(change -> {
            assertEquals(
                    change.path("revision").asLong(),
                    change.path("data").path("version").asLong());
            versions.add(change.path("data").path("version").asLong());
        });
        assertEquals(rounds + 1, versions.size());
    }

    @Test
    void writersThatReadAndTryAgainLoseNoUpdate() {
        int writers = 6;
        int each = 5;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
            done.add(CompletableFuture.runAsync(
                    () -> {
                        for (int added = 0; added < each; ) {
                            CheckedResponse read = server.operator().get(order).expect(200);
                            int volume = read.json().path("volume").asInt(0);
                            if (patch(volume + 1, "If-Match", read.header("etag"))
                                            .status()
                                    == 200) {
                                added++;
                            }
                        }
                    },
                    threads));
        }
        threads.shutdown();
        done.forEach(CompletableFuture::join);

        CheckedResponse last = server.operator().get(order).expect(200);
        assertEquals(writers * each, last.json().path("volume").asInt());
        assertEquals(writers * each + 1, last.json().path("version").asInt());
        List<Long> revisions = grill.client().get(grill.feed()).revisions();
        assertEquals(writers * each + 1, revisions.size());
    }
}
