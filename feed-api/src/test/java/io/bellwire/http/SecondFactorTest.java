package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.factor.Authenticator;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.PostgresFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Second factors over HTTP, by a clock that the test sets, with the log in segments and on PostgreSQL. */
@ParameterizedClass
@ValueSource(strings = {"segments", "postgres"})
class SecondFactorTest {
    private static final String CODE = "Bellwire-Code";
    private static final String ADMINISTER = "{\"role\":\"administer\"}";
    private static final Duration STEP = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final Optional<FeedApiOptions.Postgres> postgres;
    private final TestClock clock = new TestClock("2026-11-22T12:00:00Z");
    private ApiFixture server;

    SecondFactorTest(String store) {
        postgres = store.equals("postgres")
                ? Optional.of(new FeedApiOptions.Postgres(
                        PostgresFixture.freshDatabase().url(), "postgres", ""))
                : Optional.empty();
    }

    private void start(ProtectedOperation... operations) {
        server = ApiFixture.of(
                FeedApiOptions.DEFAULT.toBuilder()
                        .dataFolder(folder)
                        .postgres(postgres)
                        .secrets(new SecretRules(Duration.ZERO, Set.of(operations)))
                        .build(),
                clock);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ApiClient operator(String name) {
        return server.as(send(server.operator(), "PUT", "/v1/operators/" + name, ADMINISTER)
                .expect(201)
                .text("token"));
    }

    private static CheckedResponse send(ApiClient client, String method, String path, String json, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(List.of(headers));
        return client.send(method, path, BodyPublishers.ofString(json), all.toArray(String[]::new));
    }

    private Authenticator enrol(ApiClient client, String account, String... headers) {
        JsonNode made =
                client.post(account + "/second-factor", headers).expect(201).json();
        assertTrue(made.path("uri")
                .asText()
                .contains("secret=" + made.path("secret").asText()));
        return new Authenticator(made.path("secret").asText());
    }

    private static CheckedResponse confirm(ApiClient client, String account, String code) {
        return client.postJson(account + "/second-factor/confirm", "{\"code\":\"" + code + "\"}");
    }

    /** Enrols and confirms, and waits until the next code can be used. */
    private Authenticator confirmed(ApiClient client, String account, String... headers) {
        Authenticator app = enrol(client, account, headers);
        confirm(client, account, code(app)).expect(200);
        clock.advance(STEP);
        return app;
    }

    private String code(Authenticator app) {
        return app.codeAt(clock.instant());
    }

    private static String status(ApiClient client, String account) {
        JsonNode json = client.get(account + "/second-factor").expect(200).json();
        return json.path("enrolled").asText() + " " + json.path("confirmed").asText() + " "
                + json.path("created_at").asText("never");
    }

    @Test
    void partnerEnrolsItselfAndTheSecretIsShownOnce() {
        start();
        ApiFixture.Partner bakery = server.registerPartner("bakery");
        assertEquals("false false never", status(bakery.client(), bakery.path()));

        Authenticator app = enrol(bakery.client(), bakery.path());

        assertEquals("true false 2026-11-22T12:00:00.000Z", status(bakery.client(), bakery.path()));
        confirm(bakery.client(), bakery.path(), app.wrongCodeAt(clock.instant()))
                .expectProblem(403, "second-factor-wrong", "not valid now");
        confirm(bakery.client(), bakery.path(), code(app)).expect(200);
        assertEquals("true true 2026-11-22T12:00:00.000Z", status(server.operator(), bakery.path()));
        confirm(bakery.client(), bakery.path(), code(app)).expectProblem(409, "conflict", "waits for its confirmation");
        assertFalse(bakery.client()
                .get(bakery.path() + "/second-factor")
                .expect(200)
                .json()
                .has("secret"));
    }

    @Test
    void whoHasOnlyTheTokenCannotReplaceOrRemoveAConfirmedFactor() {
        start();
        ApiFixture.Partner bakery = server.registerPartner("bakery");
        Authenticator app = confirmed(bakery.client(), bakery.path());
        String factor = bakery.path() + "/second-factor";

        bakery.client().post(factor).expectProblem(403, "second-factor-required", CODE);
        bakery.client().delete(factor).expectProblem(403, "second-factor-required", CODE);
        bakery.client()
                .delete(factor, CODE, app.wrongCodeAt(clock.instant()))
                .expectProblem(403, "second-factor-wrong", "not valid");

        String code = code(app);
        Authenticator next = enrol(bakery.client(), bakery.path(), CODE, code);
        bakery.client().delete(factor, CODE, code).expectProblem(403, "second-factor-wrong", "used before");
        confirm(bakery.client(), bakery.path(), code(next)).expect(200);
        clock.advance(STEP);
        bakery.client().delete(factor, CODE, code(app)).expectProblem(403, "second-factor-wrong", "not valid");
        bakery.client().delete(factor, CODE, code(next)).expect(204);
        bakery.client().delete(factor).expect(204);
        assertEquals("false false never", status(bakery.client(), bakery.path()));
    }

    @Test
    void codeIsNotGoodTwiceAfterARestart() {
        start();
        ApiFixture.Partner bakery = server.registerPartner("bakery");
        Authenticator app = confirmed(bakery.client(), bakery.path());
        String code = code(app);
        Authenticator unused = enrol(bakery.client(), bakery.path(), CODE, code);

        server.close();
        start();

        ApiClient again = server.as(bakery.client().token());
        again.delete(bakery.path() + "/second-factor", CODE, code)
                .expectProblem(403, "second-factor-wrong", "used before");
        clock.advance(STEP);
        again.delete(bakery.path() + "/second-factor", CODE, code(app)).expect(204);
    }

    @Test
    void afterFiveWrongCodesTheNextOneHasToWait() {
        start();
        ApiFixture.Partner bakery = server.registerPartner("bakery");
        Authenticator app = confirmed(bakery.client(), bakery.path());
        String factor = bakery.path() + "/second-factor";
        for (int i = 0; i < 5; i++) {
            bakery.client()
                    .delete(factor, CODE, app.wrongCodeAt(clock.instant()))
                    .expect(403);
        }

        CheckedResponse refused = bakery.client()
                .delete(factor, CODE, code(app))
                .expectProblem(429, "rate-limited", "too many wrong codes");

        assertEquals("30", refused.header("retry-after"));
        bakery.client().delete(factor).expectProblem(403, "second-factor-required", CODE);
        clock.advance(Duration.ofSeconds(30));
        bakery.client().delete(factor, CODE, code(app)).expect(204);
    }

    @Test
    void operatorChangesTheFactorsOfOthersWithItsOwn() {
        start();
        ApiFixture.Partner bakery = server.registerPartner("bakery");
        Authenticator lost = confirmed(bakery.client(), bakery.path());
        server.operator().delete(bakery.path() + "/second-factor").expect(204);
        Authenticator first = confirmed(server.operator(), "/v1/operators/operator");

        server.operator()
                .post(bakery.path() + "/second-factor")
                .expectProblem(403, "second-factor-required", "operators/operator");
        server.operator()
                .post(bakery.path() + "/second-factor", CODE, code(lost))
                .expectProblem(403, "second-factor-wrong", "operators/operator");
        Authenticator app = enrol(server.operator(), bakery.path(), CODE, code(first));
        confirm(bakery.client(), bakery.path(), code(app)).expect(200);
        server.operator().get("/v1/partners/none/second-factor").expectProblem(404, "not-found", "no partner none");
        server.operator().post("/v1/operators/none/second-factor").expect(404);
        bakery.client().get("/v1/operators/operator/second-factor").expect(403);
        server.registerPartner("kiosk")
                .client()
                .get(bakery.path() + "/second-factor")
                .expect(403);
    }

    @Test
    void operationsOfOperatorsNeedACodeIfTheServerSaysSo() {
        start();
        ApiClient alice = operator("alice");
        ApiFixture.Device grill = server.register("grill");
        server.close();
        start(ProtectedOperation.SECRETS);
        alice = server.as(alice.token());
        String secret = grill.path() + "/secret";

        alice.post(secret).expectProblem(403, "second-factor-required", "operators/alice, which has none");
        Authenticator app = confirmed(alice, "/v1/operators/alice");
        alice.post(secret).expectProblem(403, "second-factor-required", CODE);
        server.as(grill.client().token()).get(grill.feed()).expect(200);
        String code = code(app);
        alice.post(secret, CODE, code).expect(200);
        alice.post(secret, CODE, code).expectProblem(403, "second-factor-wrong", "used before");
        alice.put("/v1/devices/fryer").expect(201);
        alice.put("/v1/devices/fryer").expect(200);
        alice.delete("/v1/devices/fryer").expect(204);
        alice.put("/v1/devices/fryer").expectProblem(403, "second-factor-required", CODE);
        send(alice, "PUT", "/v1/operators/mallory", ADMINISTER).expectProblem(403, "second-factor-required", CODE);
        send(alice, "PUT", "/v1/operators/alice", ADMINISTER).expect(200);
        alice.post("/v1/operators/alice/token").expect(403);
        send(alice, "PATCH", "/v1/operators/alice", ADMINISTER).expect(403);
        clock.advance(STEP);
        send(alice, "PUT", "/v1/operators/bob", ADMINISTER, CODE, code(app)).expect(201);
        server.operator()
                .delete("/v1/operators/alice/second-factor")
                .expectProblem(403, "second-factor-required", "operators/operator, which has none");
    }

    @Test
    void deletionNeedsACodeIfTheServerSaysSo() {
        start(ProtectedOperation.DELETION);
        ApiClient alice = operator("alice");
        ApiClient bob = operator("bob");
        ApiFixture.Device grill = server.register("grill");
        ApiFixture.Partner bakery = server.registerPartner("bakery");
        Authenticator app = confirmed(alice, "/v1/operators/alice");

        for (String path : List.of(grill.path(), bakery.path(), "/v1/operators/bob")) {
            alice.delete(path).expectProblem(403, "second-factor-required", CODE);
            alice.post(path.contains("operators") ? path + "/token" : path + "/secret")
                    .expect(200);
            alice.delete(path, CODE, code(app)).expect(204);
            clock.advance(STEP);
        }
        bob.get(bakery.path()).expect(401);
    }

    @Test
    void idOfTheFirstTokenIsTakenByNoOtherOperator() {
        start();
        send(server.operator(), "PUT", "/v1/operators/operator", ADMINISTER)
                .expectProblem(409, "conflict", "first token");
    }

    @Test
    void secretsAndCodesAreInNoRecordOfTheAudit() {
        start();
        ApiFixture.Partner bakery = server.registerPartner("bakery");
        JsonNode made = bakery.client()
                .post(bakery.path() + "/second-factor")
                .expect(201)
                .json();
        Authenticator app = new Authenticator(made.path("secret").asText());
        String first = code(app);
        confirm(bakery.client(), bakery.path(), first).expect(200);
        clock.advance(STEP);
        String second = code(app);
        bakery.client().delete(bakery.path() + "/second-factor", CODE, second).expect(204);

        String audit = server.operator().get("/v1/audit/feed").expect(200).text();

        for (String route : List.of("/second-factor\"", "/second-factor/confirm\"")) {
            assertTrue(audit.contains("\"route\":\"/v1/partners/{id}" + route), audit);
        }
        assertTrue(audit.contains("\"method\":\"DELETE\",\"route\":\"/v1/partners/{id}/second-factor\""), audit);
        for (String secret : List.of(made.path("secret").asText(), "\"" + first, "\"" + second)) {
            assertFalse(audit.contains(secret), audit);
        }
    }
}
