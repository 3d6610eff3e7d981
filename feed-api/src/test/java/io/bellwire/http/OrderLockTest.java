package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feedapi.FeedApiOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lock of an order: until its lease ends, only the holder of the token may change the order. */
class OrderLockTest {
    private static final String TOKEN = "X-Lock-Token";

    @TempDir
    Path folder;

    private static final TestClock CLOCK = new TestClock("2026-11-20T08:00:00Z");
    private static ApiFixture shared;
    private ApiFixture server;
    private ApiFixture.Device grill;
    private String order;

    @BeforeAll
    static void start() {
        shared = ApiFixture.of(FeedApiOptions.DEFAULT, CLOCK);
    }

    @AfterAll
    static void stop() {
        shared.close();
    }

    @BeforeEach
    void makeOrderOnTheSharedServer() {
        server = shared;
        makeOrder();
    }

    private void makeOrder() {
        grill = server.register("grill");
        order = server.operator().order(grill.order()).expect(201).header("location");
    }

    private CheckedResponse lock(String json, String... headers) {
        return server.operator().postJson(order + "/lock", json, headers);
    }

    private String lock() {
        return server.operator().post(order + "/lock").expect(201).text("lock_token");
    }

    private CheckedResponse change(String... headers) {
        return server.operator().patch(order, "{\"volume\":\"" + CLOCK.instant() + "\"}", headers);
    }

    private static void expectLocked(CheckedResponse answer, int remainingMillis) {
        answer.expectProblem(409, "locked", remainingMillis + " ms");
        assertTrue(answer.json().path("remaining_ms").isInt());
        assertEquals(remainingMillis, answer.json().path("remaining_ms").asInt());
        assertEquals(Integer.toString((remainingMillis + 999) / 1_000), answer.header("retry-after"));
    }

    @Test
    void lockIsALeaseWithASecretToken() {
        CheckedResponse taken = server.operator().post(order + "/lock").expect(201);

        assertEquals(43, taken.text("lock_token").length());
        assertEquals(CLOCK.instant().plusSeconds(30), Instant.parse(taken.text("expires_at")));
        assertEquals(2, taken.json().size());
        assertEquals("no-store", taken.header("cache-control"));
        assertEquals(1, grill.client().get(grill.feed()).revisions().size(), "a lock is no change");
        server.operator().get(order).expect(200);
    }

    @Test
    void othersAreRefusedWithTheTimeToWait() {
        lock("{\"seconds\":20}").expect(201);
        expectLocked(change("If-Match", "*"), 20_000);
        CLOCK.advance(Duration.ofMillis(2_500));

        expectLocked(change("If-Match", "\"1\""), 17_500);
        expectLocked(grill.client().step(order, "accepted"), 17_500);
        expectLocked(lock("{}"), 17_500);
        expectLocked(change(TOKEN, "a".repeat(43)), 17_500);
        expectLocked(server.operator().delete(order + "/lock", TOKEN, "wrong"), 17_500);
        CheckedResponse bulk = server.operator()
                .postJson(
                        "/v1/orders/bulk-status-change",
                        "{\"status_changes\":[{\"order_id\":\"" + order.substring("/v1/orders/".length())
                                + "\",\"new_status\":\"accepted\"}]}")
                .expect(200);
        assertEquals("urn:bellwire:problem:locked", bulk.text("results.0.problem.type"));
        assertEquals("\"1\"", server.operator().get(order).header("etag"));
    }

    @Test
    void staleTagIsReportedBeforeTheLock() {
        lock();

        change("If-Match", "\"7\"").expect(412);
    }

    @Test
    void holderWritesWithOnlyItsTokenAndTheWriteReleasesTheLock() {
        String token = lock();

        change(TOKEN, token).expect(200);

        change(TOKEN, token).expectProblem(409, "lock-lost", "over");
        CLOCK.advance(Duration.ofSeconds(1));
        change("If-Match", "\"2\"").expect(200);
        assertNotEquals(token, lock());
    }

    @Test
    void holderMayBringATagTooAndBothCount() {
        String token = lock();

        change(TOKEN, token, "If-Match", "\"7\"").expect(412);
        change(TOKEN, token, "If-Match", "\"1\"").expect(200);
    }

    @Test
    void writeThatIsRefusedKeepsTheLock() {
        String token = lock();

        server.operator()
                .patch(order, "{\"status\":\"ready\"}", TOKEN, token)
                .expectProblem(409, "forbidden-step", "new");

        expectLocked(change("If-Match", "*"), 30_000);
        change(TOKEN, token).expect(200);
    }

    @Test
    void writeThatChangesNothingReleasesTheLockToo() {
        String token = lock();

        server.operator().patch(order, "{}", TOKEN, token).expect(200);

        change("If-Match", "\"1\"").expect(200);
    }

    @Test
    void holderRenewsTheLeaseAndKeepsItsToken() {
        String token = lock();
        CLOCK.advance(Duration.ofSeconds(29));

        CheckedResponse renewed = lock("{\"seconds\":300}", TOKEN, token).expect(201);

        assertEquals(token, renewed.text("lock_token"));
        assertEquals(CLOCK.instant().plusSeconds(300), Instant.parse(renewed.text("expires_at")));
        CLOCK.advance(Duration.ofSeconds(299));
        expectLocked(change("If-Match", "*"), 1_000);
    }

    @Test
    void holderReleasesTheLock() {
        String token = lock();

        server.operator().delete(order + "/lock", TOKEN, token).expect(204);

        server.operator().delete(order + "/lock", TOKEN, token).expectProblem(409, "lock-lost", "over");
        change("If-Match", "*").expect(200);
        server.operator().delete(order + "/lock").expectProblem(400, "invalid-request", TOKEN);
    }

    @Test
    void lockEndsByItself() {
        String token = lock();
        CLOCK.advance(Duration.ofMillis(29_999));
        expectLocked(change("If-Match", "*"), 1);
        CLOCK.advance(Duration.ofMillis(1));

        change(TOKEN, token).expectProblem(409, "lock-lost", "over");
        lock("{}", TOKEN, token).expectProblem(409, "lock-lost", "over");
        server.operator().delete(order + "/lock", TOKEN, token).expect(409);
        change("If-Match", "\"1\"").expect(200);
    }

    @Test
    void lockOfAnotherIsNotLostByTheOneWhoseLeaseEnded() {
        String late = lock();
        CLOCK.advance(Duration.ofSeconds(31));
        String next = lock();

        expectLocked(change(TOKEN, late), 30_000);
        change(TOKEN, next).expect(200);
    }

    @Test
    void lockSurvivesARestart() {
        FeedApiOptions inFolder = FeedApiOptions.DEFAULT.withDataFolder(folder.resolve("data"));
        server = ApiFixture.of(inFolder, CLOCK);
        makeOrder();
        String token = lock();

        server.close();
        server = ApiFixture.of(inFolder, CLOCK);

        expectLocked(change("If-Match", "*"), 30_000);
        change(TOKEN, token).expect(200);
        change("If-Match", "\"2\"").expect(200);
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "301", "1.5", "null", "true", "\"30\"", "99999999999"})
    void leaseThatIsTooLongOrNoNumberIsRefused(String seconds) {
        lock("{\"seconds\":" + seconds + "}").expectProblem(400, "invalid-request", "1 to 300");
        change("If-Match", "*").expect(200);
    }

    @Test
    void malformedLockIsRefused() {
        lock("{\"minutes\":1}").expectProblem(400, "invalid-request", "minutes");
        lock("{").expectProblem(400, "invalid-request", "JSON");
        lock("{}", TOKEN, "x".repeat(65)).expectProblem(400, "invalid-request", TOKEN);
    }

    @Test
    void nobodyLocksWhatIsAnothers() {
        ApiFixture.Device fryer = server.register("fryer");
        ApiFixture.Partner acme = server.registerPartner("acme");

        fryer.client().post(order + "/lock").expectProblem(404, "not-found", "no order");
        acme.client().post(order + "/lock").expectProblem(404, "not-found", "no order");
        fryer.client().delete(order + "/lock", TOKEN, "x").expect(404);
        server.operator()
                .post("/v1/orders/01930000-0000-7000-8000-000000000000/lock")
                .expect(404);
        String token = grill.client().post(order + "/lock").expect(201).text("lock_token");
        grill.client().patch(order, "{\"status\":\"accepted\"}", TOKEN, token).expect(200);
    }

    /** The remaining time of the lease is then unknown. */
    @Test
    void leaseEndsWithARestartAfterTheClockWasSetBack() {
        FeedApiOptions inFolder = FeedApiOptions.DEFAULT.withDataFolder(folder.resolve("data"));
        server = ApiFixture.of(inFolder, CLOCK);
        makeOrder();
        String token = lock();
        server.close();

        CLOCK.jump(Duration.ofDays(-30));
        server = ApiFixture.of(inFolder, CLOCK);

        change(TOKEN, token).expectProblem(409, "lock-lost", "over");
        change("If-Match", "*").expect(200);
        server.close();
        CLOCK.jump(Duration.ofDays(30));
    }
}
