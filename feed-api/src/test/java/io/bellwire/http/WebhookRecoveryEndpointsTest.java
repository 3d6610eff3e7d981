package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.factor.Authenticator;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.Epoch;
import io.bellwire.log.FeedId;
import io.bellwire.log.PostgresFixture;
import io.bellwire.log.Revision;
import io.bellwire.webhook.CallAttempt;
import io.bellwire.webhook.CallError;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointRecovery;
import io.bellwire.webhook.EndpointReplay;
import io.bellwire.webhook.RecoveryRefusedException;
import io.bellwire.webhook.RecoveryRefusedException.Reason;
import io.bellwire.webhook.ReplayRange;
import io.bellwire.webhook.ReplayState;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a partner and an operator see of calls and replays; who makes the calls is a stub. */
@ParameterizedClass
@ValueSource(strings = {"segments", "postgres"})
class WebhookRecoveryEndpointsTest {
    @TempDir
    Path folder;

    private final Optional<FeedApiOptions.Postgres> postgres;
    private final TestClock clock = new TestClock("2026-11-22T12:00:00Z");
    private final StubRecovery recovery = new StubRecovery();
    private ApiFixture server;
    private ApiFixture.Partner bakery;
    private String main;

    WebhookRecoveryEndpointsTest(String store) {
        postgres = store.equals("postgres")
                ? Optional.of(new FeedApiOptions.Postgres(
                        PostgresFixture.freshDatabase().url(), "postgres", ""))
                : Optional.empty();
    }

    /** Says what it was asked, and answers what the test wants. */
    private static final class StubRecovery implements EndpointRecovery {
        private final List<String> asked = new ArrayList<>();
        private List<CallAttempt> attempts = List.of();
        private Optional<Reason> refusal = Optional.empty();
        private Optional<EndpointReplay> replay = Optional.empty();

        private <T> CompletionStage<T> answer(String what, T answer) {
            asked.add(what);
            return refusal.<CompletionStage<T>>map(
                            reason -> CompletableFuture.failedFuture(new RecoveryRefusedException(reason, "not now")))
                    .orElseGet(() -> CompletableFuture.completedFuture(answer));
        }

        @Override
        public List<CallAttempt> attempts(EndpointId id, int limit, long before) {
            asked.add("attempts " + id + " " + limit + " " + before);
            return attempts.stream().limit(limit).toList();
        }

        @Override
        public CompletionStage<Boolean> callAgain(EndpointId id, String webhookId) {
            return answer("again " + id + " " + webhookId, true);
        }

        @Override
        public CompletionStage<CallAttempt> test(EndpointId id) {
            return answer("test " + id, attempt(1, "200", "hello", 0));
        }

        @Override
        public CompletionStage<EndpointReplay> startReplay(EndpointId id, ReplayRange range) {
            return answer(
                    "replay " + id + " " + range.from() + " "
                            + range.to().map(Revision::toString).orElse("-") + " "
                            + range.perSecond().orElse(0),
                    running(range.from()));
        }

        @Override
        public CompletionStage<EndpointReplay> stopReplay(EndpointId id) {
            return answer("stop " + id, running(Revision.NONE));
        }

        @Override
        public Optional<EndpointReplay> replay(EndpointId id) {
            return replay;
        }
    }

    private static EndpointReplay running(Revision from) {
        return new EndpointReplay(
                ReplayState.RUNNING,
                new Epoch("abcdefghij"),
                from,
                new Revision(9),
                from,
                10,
                0,
                OptionalLong.empty(),
                0,
                0,
                0,
                Optional.empty());
    }

    private static CallAttempt attempt(long number, String what, String detail, long revision) {
        return new CallAttempt(
                number,
                "abcdefghij-" + revision,
                1_790_000_000_000L,
                revision == 0 ? "test" : "full",
                revision,
                revision,
                what,
                detail,
                12,
                what.equals("200"));
    }

    @BeforeEach
    void start() {
        server = ApiFixture.of(
                FeedApiOptions.DEFAULT.toBuilder()
                        .dataFolder(folder)
                        .postgres(postgres)
                        .build(),
                clock);
        server.api().webhooks().checkUrlsWith(url -> Optional.empty());
        bakery = server.registerPartner("bakery");
        main = bakery.path() + "/endpoints/main";
        Authenticator app = new Authenticator(bakery.client()
                .post(bakery.path() + "/second-factor")
                .expect(201)
                .text("secret"));
        bakery.client()
                .postJson(
                        bakery.path() + "/second-factor/confirm", "{\"code\":\"" + app.codeAt(clock.instant()) + "\"}")
                .expect(200);
        clock.advance(Duration.ofSeconds(30));
        bakery.client()
                .send(
                        "PUT",
                        main,
                        BodyPublishers.ofString("{\"url\":\"https://bakery.example/hook\"}"),
                        "Content-Type",
                        "application/json",
                        "Bellwire-Code",
                        app.codeAt(clock.instant()))
                .expect(201);
        server.api().webhooks().recoverWith(recovery);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String asked(String what, String rest) {
        return what + " " + new EndpointId(FeedId.ofPartner(bakery.id()), "main") + rest;
    }

    private CheckedResponse replay(String json) {
        return bakery.client().postJson(main + "/replay", json);
    }

    /** A change of the partner's feed; returns its cursor. */
    private String order() {
        server.order(server.register("grill"), bakery);
        return bakery.client().get(bakery.feed()).expect(200).cursor();
    }

    private static int revision(String cursor) {
        return Integer.parseInt(cursor.split("\\.", -1)[1]);
    }

    @Test
    void attemptsAreShownToThePartnerAndToOperators() {
        recovery.attempts =
                List.of(attempt(7, "timeout", "no answer", 5), attempt(6, "500", "oops", 4), attempt(3, "200", "", 4));
        JsonNode page = bakery.client()
                .get(main + "/deliveries?limit=2&before=9")
                .expect(200)
                .json();

        assertEquals(asked("attempts", " 2 9"), recovery.asked.get(0));
        assertEquals(2, page.path("deliveries").size());
        JsonNode timeout = page.path("deliveries").path(0);
        assertEquals("timeout", timeout.path("error").asText());
        assertFalse(timeout.has("status"));
        assertEquals(500, page.path("deliveries").path(1).path("status").asInt());
        assertEquals("failed", page.path("deliveries").path(1).path("result").asText());
        assertEquals(6, page.path("before").asInt());
        JsonNode all = server.operator().get(main + "/deliveries").expect(200).json();
        assertEquals(3, all.path("deliveries").size());
        assertEquals("received", all.path("deliveries").path(2).path("result").asText());
        assertFalse(all.has("before"));
    }

    @Test
    void deliveryIsSentAgainAndTestsAreAnswered() {
        bakery.client().post(main + "/deliveries/abcdefghij-5/again").expect(202);
        JsonNode tested = bakery.client().post(main + "/test").expect(200).json();

        assertEquals(List.of(asked("again", " abcdefghij-5"), asked("test", "")), recovery.asked);
        assertEquals(200, tested.path("status").asInt());
        assertEquals("hello", tested.path("detail").asText());
        assertFalse(tested.has("number"));
        assertTrue(server.operator().get("/v1/audit/feed").expect(200).text().contains("/test"));
    }

    @Test
    void replayBeginsAtACursorAndEndsAtOne() {
        String first = order();
        String second = order();
        int revision = revision(first);
        CheckedResponse started = replay(
                        "{\"from_cursor\":\"" + first + "\",\"to_cursor\":\"" + second + "\",\"rate_per_s\":5}")
                .expect(202);

        assertEquals(asked("replay", " " + revision + " " + (revision + 1) + " 5"), recovery.asked.get(0));
        assertEquals(main + "/replay", started.header("location"));
        assertEquals(revision, started.json().path("after_revision").asInt());
        assertFalse(started.json().has("starts_at_earliest"));
    }

    @Test
    void replayBeginsWithTheFirstChangeOfATime() {
        int before = revision(order());
        clock.advance(Duration.ofHours(1));
        Instant time = clock.instant();
        for (int i = 0; i < 5; i++) {
            order();
            clock.advance(Duration.ofSeconds(10));
        }

        replay("{\"from_time\":\"" + time + "\"}").expect(202);
        replay("{\"from_time\":\"" + time.plusSeconds(10) + "\"}").expect(202);
        replay("{\"from_time\":\"" + time.plusMillis(10_001) + "\"}").expect(202);
        replay("{\"from_time\":\"" + time.minusSeconds(86_400 * 365) + "\"}").expect(202);
        replay("{\"from_time\":\"" + time.plusSeconds(86_400) + "\"}").expect(202);
        replay("{\"from_time\":\"2026-11-22T14:00:00+01:00\"}").expect(202);
        assertEquals(
                List.of(
                        asked("replay", " " + before + " - 0"),
                        asked("replay", " " + (before + 1) + " - 0"),
                        asked("replay", " " + (before + 2) + " - 0"),
                        asked("replay", " 0 - 0"),
                        asked("replay", " " + (before + 5) + " - 0"),
                        asked("replay", " " + before + " - 0")),
                recovery.asked);
    }

    @Test
    void replayOfATimeBeforeWhatIsKeptBeginsWithWhatIsKept() {
        Instant time = clock.instant();
        order();
        clock.advance(Duration.ofDays(40));
        order();
        long unused = server.expireOldEvents().join();
        CheckedResponse read = bakery.client().get(bakery.feed());
        long earliest = read.status() == 410 ? revision(read.text("earliest")) : 0;

        JsonNode started =
                replay("{\"from_time\":\"" + time + "\"}").expect(202).json();

        assertEquals(earliest, started.path("after_revision").asLong());
        assertEquals(earliest > 0, started.has("starts_at_earliest"));
        assertTrue(earliest > 0 || postgres.isEmpty(), "segments may be kept for longer");
    }

    @Test
    void replayThatMakesNoSenseIsRefused() {
        String cursor = order();
        String foreign = server.operator().get("/v1/orders/feed").expect(200).cursor();
        replay("{}").expectProblem(400, "invalid-request", "from_cursor");
        replay("{\"from_cursor\":\"" + cursor + "\",\"from_time\":\"2026-11-22T12:00:00Z\"}")
                .expectProblem(400, "invalid-request", "one of");
        replay("{\"from_cursor\":7}").expectProblem(400, "invalid-request", "string");
        replay("{\"from_cursor\":\"x\"}").expectProblem(400, "invalid-request", "from_cursor");
        replay("{\"from_time\":\"yesterday\"}").expectProblem(400, "invalid-request", "RFC 3339");
        replay("{\"from_time\":\"+999999999-01-01T00:00:00Z\"}").expectProblem(400, "invalid-request", "RFC 3339");
        replay("{\"from_cursor\":\"" + cursor + "\",\"rate_per_s\":0}")
                .expectProblem(400, "invalid-request", "rate_per_s");
        replay("{\"from_cursor\":\"" + cursor + "\",\"other\":0}").expectProblem(400, "invalid-request", "other");
        replay("{\"from_cursor\":\"" + foreign + "\"}").expectProblem(410, "reset", "another feed");
        assertEquals(List.of(), recovery.asked);
    }

    @Test
    void replayIsShownAndStopped() {
        bakery.client().get(main + "/replay").expectProblem(404, "not-found", "no replay");
        recovery.replay = Optional.of(new EndpointReplay(
                ReplayState.FAILED,
                new Epoch("abcdefghij"),
                new Revision(3),
                new Revision(9),
                new Revision(5),
                10,
                0,
                OptionalLong.of(1),
                12,
                10,
                1,
                Optional.of(new CallError(1, "500", "oops"))));
        JsonNode shown = bakery.client().get(main + "/replay").expect(200).json();
        assertEquals("failed", shown.path("state").asText());
        assertEquals(5, shown.path("received").asInt());
        assertEquals("oops", shown.path("last_error").path("detail").asText());

        bakery.client().delete(main + "/replay").expect(200);
        assertEquals(List.of(asked("stop", "")), recovery.asked);
    }

    @Test
    void whatCannotBeDoneIsAProblem() {
        recovery.refusal = Optional.of(Reason.CONFLICT);
        bakery.client().post(main + "/test").expectProblem(409, "conflict", "not now");
        recovery.refusal = Optional.of(Reason.TOO_OFTEN);
        assertEquals(
                "1",
                bakery.client()
                        .post(main + "/test")
                        .expectProblem(429, "rate-limited", "not now")
                        .header("retry-after"));
        recovery.refusal = Optional.of(Reason.EXPIRED);
        bakery.client().post(main + "/deliveries/a-1/again").expectProblem(410, "expired", "not now");
        recovery.refusal = Optional.of(Reason.NOT_FOUND);
        bakery.client().delete(main + "/replay").expectProblem(404, "not-found", "not now");
        recovery.refusal = Optional.of(Reason.UNAVAILABLE);
        bakery.client().post(main + "/deliveries/a-1/again").expectProblem(503, "unavailable", "not now");
        recovery.refusal = Optional.of(Reason.INVALID);
        replay("{\"from_time\":\"2026-11-22T12:00:00Z\"}").expectProblem(400, "invalid-request", "not now");
    }

    @Test
    void othersSeeAndDoNothing() {
        ApiFixture.Partner rival = server.registerPartner("rival");
        rival.client().get(main + "/deliveries").expect(403);
        rival.client().post(main + "/test").expect(403);
        rival.client()
                .postJson(main + "/replay", "{\"from_time\":\"2026-11-22T12:00:00Z\"}")
                .expect(403);
        server.stranger().get(main + "/replay").expect(401);
        bakery.client().get(bakery.path() + "/endpoints/other/deliveries").expect(404);
        bakery.client().post(bakery.path() + "/endpoints/other/test").expect(404);
        assertEquals(List.of(), recovery.asked);
    }

    @Test
    void savedReplayIsThereAfterARestartUnlessItIsOver() {
        EndpointId id = new EndpointId(FeedId.ofPartner(bakery.id()), "main");
        server.api()
                .webhooks()
                .saveReplay(id, running(new Revision(3)), Optional.empty())
                .toCompletableFuture()
                .join();
        reopen();
        EndpointReplay saved = server.api().webhooks().takeSavedReplay(id).orElseThrow();
        assertEquals(9, saved.to().value());
        assertEquals(ReplayState.WAITING, saved.state());
        assertEquals(OptionalInt.of(10), OptionalInt.of(saved.perSecond()));
        assertEquals(Optional.empty(), server.api().webhooks().takeSavedReplay(id));

        server.api()
                .webhooks()
                .saveReplay(id, ended(saved), Optional.empty())
                .toCompletableFuture()
                .join();
        reopen();
        assertEquals(Optional.empty(), server.api().webhooks().takeSavedReplay(id));
    }

    private static EndpointReplay ended(EndpointReplay replay) {
        return new EndpointReplay(
                ReplayState.DONE,
                replay.epoch(),
                replay.from(),
                replay.to(),
                replay.to(),
                1,
                0,
                OptionalLong.of(5),
                1,
                0,
                0,
                Optional.empty());
    }

    private void reopen() {
        server.close();
        server = ApiFixture.of(
                FeedApiOptions.DEFAULT.toBuilder()
                        .dataFolder(folder)
                        .postgres(postgres)
                        .build(),
                clock);
    }
}
