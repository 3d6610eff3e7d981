package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.bellwire.feedapi.FeedApiOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A request that is repeated with its key takes effect once and is answered twice, whatever happens in between. */
class IdempotencyTest {
    private static final String KEY = "Idempotency-Key";
    private static final TestClock CLOCK = new TestClock("2026-11-20T08:00:00Z");
    private static ApiFixture shared;

    @TempDir
    Path folder;

    private ApiFixture server;
    private ApiFixture.Device grill;
    private String order;

    /** Every request that writes, and another body for the same path. */
    enum Writing {
        CREATE("POST", "/v1/orders", "application/json", "{'device_id':'GRILL'}", "{'device_id':'GRILL','volume':1}"),
        PATCH("PATCH", "ORDER", "application/merge-patch+json", "{'volume':1}", "{'volume':2}"),
        BULK(
                "POST",
                "/v1/orders/bulk-status-change",
                "application/json",
                "{'status_changes':[{'order_id':'ID','new_status':'accepted'}]}",
                "{'status_changes':[]}"),
        ACKNOWLEDGE(
                "POST",
                "/v1/devices/GRILL/acks",
                "application/json",
                "{'processed':'FIRST'}",
                "{'processed':'BEGINNING'}"),
        LOCK("POST", "ORDER/lock", "application/json", "{'seconds':60}", "{'seconds':61}"),
        EVENT(
                "POST",
                "/v1/events",
                "application/cloudevents+json",
                "{'specversion':'1.0','id':'GRILL.1','source':'/shop','type':'t','deviceid':'GRILL'}",
                "{'specversion':'1.0','id':'GRILL.2','source':'/shop','type':'t','deviceid':'GRILL'}");

        private final String method;
        private final String path;
        private final String contentType;
        private final String body;
        private final String otherBody;

        Writing(String method, String path, String contentType, String body, String otherBody) {
            this.method = method;
            this.path = path;
            this.contentType = contentType;
            this.body = body;
            this.otherBody = otherBody;
        }
    }

    @BeforeAll
    static void start() {
        shared = ApiFixture.of(FeedApiOptions.DEFAULT, CLOCK);
    }

    @AfterAll
    static void stop() {
        shared.close();
    }

    @BeforeEach
    void oneOrder() {
        server = shared;
        makeOrder();
    }

    private void makeOrder() {
        grill = server.register("grill");
        order = server.operator().order(grill.order()).expect(201).header("location");
    }

    private String filled(String text) {
        return text.replace('\'', '"')
                .replace("GRILL", grill.id())
                .replace("ORDER", order)
                .replace("ID", order.substring("/v1/orders/".length()))
                .replace("FIRST", server.cursorAt(grill, 1))
                .replace("BEGINNING", server.cursorAt(grill, 0));
    }

    private CompletableFuture<CheckedResponse> callLater(Writing writing, String body, String key) {
        return server.operator()
                .sendLater(
                        writing.method,
                        filled(writing.path),
                        filled(body),
                        "Content-Type",
                        writing.contentType,
                        "If-Match",
                        "\"1\"",
                        KEY,
                        key);
    }

    private CheckedResponse call(Writing writing, String body, String key) {
        return callLater(writing, body, key).join();
    }

    private static void expectSame(CheckedResponse first, CheckedResponse again) {
        assertEquals(first.status(), again.status());
        assertEquals(first.text(), again.text());
        for (String header : List.of("etag", "location", "content-type", "cache-control")) {
            assertEquals(first.optionalHeader(header), again.optionalHeader(header), header);
        }
    }

    private int changes() {
        return server.operator().get(grill.feed()).revisions().size();
    }

    @ParameterizedTest
    @EnumSource
    void repeatedCallIsGivenTheFirstAnswerAndDoesNothing(Writing writing) {
        String key = "k-" + grill.id();
        CheckedResponse first = call(writing, writing.body, key);
        assertEquals(2, first.status() / 100, first.text());
        int changes = changes();
        CLOCK.advance(Duration.ofSeconds(1));

        expectSame(first, call(writing, writing.body, key));

        assertEquals(changes, changes());
    }

    @ParameterizedTest
    @EnumSource
    void sameKeyWithAnotherBodyIsRefused(Writing writing) {
        String key = "k-" + grill.id();
        call(writing, writing.body, key);
        int changes = changes();

        call(writing, writing.otherBody, key).expectProblem(422, "idempotency-mismatch", KEY);

        assertEquals(changes, changes());
    }

    @ParameterizedTest
    @EnumSource
    void callThatComesManyTimesAtOnceIsDoneOnce(Writing writing) {
        String key = "k-" + grill.id();
        int before = changes();
        List<CompletableFuture<CheckedResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(callLater(writing, writing.body, key));
        }

        Set<String> texts = new HashSet<>();
        answers.forEach(answer -> {
            assertEquals(2, answer.join().status() / 100, answer.join().text());
            texts.add(answer.join().text());
        });

        assertEquals(1, texts.size(), texts.toString());
        boolean tellsNobody = writing == Writing.LOCK || writing == Writing.ACKNOWLEDGE;
        assertEquals(before + (tellsNobody ? 0 : 1), changes());
    }

    @ParameterizedTest
    @EnumSource
    void keySurvivesARestart(Writing writing) {
        FeedApiOptions inFolder = FeedApiOptions.DEFAULT.withDataFolder(folder.resolve("data"));
        server = ApiFixture.of(inFolder, CLOCK);
        makeOrder();
        CheckedResponse first = call(writing, writing.body, "breakfast");

        server.close();
        server = ApiFixture.of(inFolder, CLOCK);

        expectSame(first, call(writing, writing.body, "breakfast"));
        call(writing, writing.otherBody, "breakfast").expect(422);
        server.close();
    }

    @Test
    void keyExpiresAfterItsTime() {
        server = ApiFixture.of(FeedApiOptions.DEFAULT, CLOCK);
        makeOrder();
        String first = server.operator()
                .order(grill.order(), KEY, "breakfast")
                .expect(201)
                .text("id");
        CLOCK.advance(FeedApiOptions.DEFAULT.responsesKept());
        server.expireOldEvents().join();
        assertEquals(
                first,
                server.operator()
                        .order(grill.order(), KEY, "breakfast")
                        .expect(201)
                        .text("id"));
        CLOCK.advance(Duration.ofMillis(1));
        server.expireOldEvents().join();

        assertNotEquals(
                first,
                server.operator()
                        .order(grill.order(), KEY, "breakfast")
                        .expect(201)
                        .text("id"));
        server.close();
    }

    @Test
    void keyIsLookedUpBeforeTheVersion() {
        CheckedResponse first = server.operator()
                .patch(order, "{\"volume\":1}", "If-Match", "\"1\"", KEY, "a")
                .expect(200);
        server.operator().patch(order, "{\"volume\":2}", "If-Match", "\"2\"").expect(200);

        expectSame(first, server.operator().patch(order, "{\"volume\":1}", "If-Match", "\"1\"", KEY, "a"));
        expectSame(first, server.operator().patch(order, "{\"volume\":1}", "If-Match", "\"3\"", KEY, "a"));

        assertEquals(2, server.operator().get(order).json().path("volume").asInt());
    }

    @Test
    void keyIsLookedUpBeforeTheLockThatTheFirstCallReleased() {
        String token = server.operator().post(order + "/lock").expect(201).text("lock_token");
        CheckedResponse first = server.operator()
                .patch(order, "{\"volume\":1}", "X-Lock-Token", token, KEY, "a")
                .expect(200);

        expectSame(first, server.operator().patch(order, "{\"volume\":1}", "X-Lock-Token", token, KEY, "a"));
        server.operator()
                .patch(order, "{\"volume\":1}", "X-Lock-Token", token, KEY, "b")
                .expect(409);
    }

    @Test
    void renewalOfALockIsAnotherRequestThanTakingIt() {
        String token =
                server.operator().post(order + "/lock", KEY, "a").expect(201).text("lock_token");

        server.operator().post(order + "/lock", KEY, "a", "X-Lock-Token", token).expect(422);
        server.operator().post(order + "/lock", KEY, "b", "X-Lock-Token", token).expect(201);
        server.operator()
                .delete(order + "/lock", KEY, "c", "X-Lock-Token", token)
                .expect(204);
        server.operator()
                .delete(order + "/lock", KEY, "c", "X-Lock-Token", token)
                .expect(204);
    }

    @Test
    void refusalIsNotStored() {
        server.operator()
                .patch(order, "{\"volume\":1}", "If-Match", "\"7\"", KEY, "a")
                .expect(412);

        server.operator()
                .patch(order, "{\"volume\":1}", "If-Match", "\"1\"", KEY, "a")
                .expect(200);
    }

    @Test
    void keyBelongsToItsCallerAndItsOrder() {
        server.operator()
                .patch(order, "{\"status\":\"accepted\"}", "If-Match", "*", KEY, "a")
                .expect(200);
        String other = server.operator().order(grill.order()).expect(201).header("location");

        server.operator()
                .patch(other, "{\"status\":\"rejected\",\"reason\":\"x\"}", "If-Match", "*", KEY, "a")
                .expect(200);
        grill.client()
                .patch(order, "{\"status\":\"in_progress\"}", "If-Match", "*", KEY, "a")
                .expect(200);
    }

    @Test
    void orderIsAnsweredAgainAlthoughItsDeviceIsDisabledByNow() {
        CheckedResponse first = server.operator()
                .order(grill.order(), KEY, "late-" + grill.id())
                .expect(201);
        server.operator().delete(grill.path()).expect(204);

        expectSame(first, server.operator().order(grill.order(), KEY, "late-" + grill.id()));
        server.operator()
                .order(grill.order(), KEY, "later-" + grill.id())
                .expectProblem(400, "invalid-request", "disabled");
    }

    @Test
    void acknowledgementIsAnsweredAgainAlthoughItsLogIsAnotherByNow() {
        FeedApiOptions options = FeedApiOptions.DEFAULT.withDataFolder(folder);
        CheckedResponse first;
        String cursor;
        try (ApiFixture old = ApiFixture.of(options)) {
            ApiFixture.Device kiosk = old.register("kiosk");
            old.orders(kiosk, 1);
            cursor = old.operator().get(kiosk.feed()).expect(200).cursor();
            grill = kiosk;
            first = old.operator().postJson(kiosk.path() + "/acks", "{\"processed\":\"" + cursor + "\"}", KEY, "a");
        }
        try (ApiFixture restored = ApiFixture.of(options.withNewEpoch())) {
            String body = "{\"processed\":\"" + cursor + "\"}";
            expectSame(first.expect(200), restored.operator().postJson(grill.path() + "/acks", body, KEY, "a"));
            restored.operator()
                    .postJson(grill.path() + "/acks", body, KEY, "b")
                    .expectProblem(410, "reset", "another log");
            restored.operator().postJson(grill.path() + "/acks", body).expectProblem(410, "reset", "another log");
        }
    }

    @Test
    void binaryEventIsItsHeadersToo() {
        for (String id : List.of("a", "b")) {
            CheckedResponse answer = server.operator()
                    .postJson(
                            "/v1/events",
                            "{}",
                            "ce-specversion",
                            "1.0",
                            "ce-id",
                            id,
                            "ce-source",
                            "/" + grill.id(),
                            "ce-type",
                            "t",
                            "ce-deviceid",
                            grill.id(),
                            KEY,
                            "event-" + grill.id());
            answer.expect(id.equals("a") ? 200 : 422);
        }
    }
}
