package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.factor.Authenticator;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.FeedId;
import io.bellwire.log.PostgresFixture;
import io.bellwire.webhook.DisabledReason;
import io.bellwire.webhook.EndpointEvent;
import io.bellwire.webhook.EndpointId;
import io.bellwire.webhook.EndpointListener;
import io.bellwire.webhook.EndpointNotice;
import io.bellwire.webhook.EndpointPosition;
import io.bellwire.webhook.WebhookEndpoint;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Endpoints of partners over HTTP, with the log in segments and on PostgreSQL, by a clock that the test sets. Nothing
 * calls them here: the test itself confirms URLs, as who calls them would.
 */
@ParameterizedClass
@ValueSource(strings = {"segments", "postgres"})
class WebhookEndpointsTest {
    private static final String CODE = "Bellwire-Code";
    private static final String URL = "https://bakery.example/hook";
    private static final String SETTINGS = "{\"url\":\"" + URL + "\"}";
    private static final Duration STEP = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final boolean isPostgres;
    private final Optional<FeedApiOptions.Postgres> postgres;
    private final TestClock clock = new TestClock("2026-11-22T12:00:00Z");
    private ApiFixture server;
    private ApiFixture.Partner bakery;
    private Authenticator app;
    private String main;
    private Set<ProtectedOperation> protectedOperations = Set.of();

    WebhookEndpointsTest(String store) {
        isPostgres = store.equals("postgres");
        postgres = isPostgres
                ? Optional.of(new FeedApiOptions.Postgres(
                        PostgresFixture.freshDatabase().url(), "postgres", ""))
                : Optional.empty();
    }

    @BeforeEach
    void start() {
        startServer();
        bakery = server.registerPartner("bakery");
        main = bakery.path() + "/endpoints/main";
        app = confirmedFactor(bakery.client(), bakery.path());
    }

    private void startServer() {
        server = ApiFixture.of(
                FeedApiOptions.DEFAULT.toBuilder()
                        .dataFolder(folder)
                        .postgres(postgres)
                        .secrets(new SecretRules(Duration.ZERO, protectedOperations))
                        .build(),
                clock);
        server.api()
                .webhooks()
                .checkUrlsWith(url ->
                        url.contains("internal") ? Optional.of("internal.example is one of ours") : Optional.empty());
    }

    private void restart() {
        server.close();
        startServer();
        bakery = new ApiFixture.Partner(bakery.id(), server.as(bakery.client().token()));
    }

    private Authenticator confirmedFactor(ApiClient client, String account) {
        Authenticator authenticator = new Authenticator(
                client.post(account + "/second-factor").expect(201).text("secret"));
        client.postJson(
                        account + "/second-factor/confirm",
                        "{\"code\":\"" + authenticator.codeAt(clock.instant()) + "\"}")
                .expect(200);
        return authenticator;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private CheckedResponse send(String method, String path, String json, String... headers) {
        List<String> all = new ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(List.of(headers));
        return bakery.client().send(method, path, BodyPublishers.ofString(json), all.toArray(String[]::new));
    }

    /** Sends with a code that was not used before. */
    private CheckedResponse sendWithCode(String method, String path, String json) {
        clock.advance(STEP);
        return send(method, path, json, CODE, app.codeAt(clock.instant()));
    }

    private EndpointId id(String name) {
        return new EndpointId(FeedId.ofPartner(bakery.id()), name);
    }

    private WebhookEndpoint found() {
        return server.api().webhooks().find(id("main")).orElseThrow();
    }

    /** The pending URL has answered its challenge. */
    private void confirm() {
        String challenge = found().urls().pending().orElseThrow().challenge();
        server.api()
                .webhooks()
                .changeBySelf(id("main"), (endpoint, editor) -> editor.confirm(endpoint, challenge))
                .toCompletableFuture()
                .join();
    }

    private List<String> newsOf(ApiFixture.Partner partner) {
        return StreamSupport.stream(
                        partner.client().get(partner.feed()).expect(200).json().spliterator(), false)
                .map(change -> change.path("type").asText().replace("io.bellwire.endpoint.", ""))
                .toList();
    }

    @Test
    void newEndpointHasDefaultsAndShowsItsSecretOnce() {
        CheckedResponse made = sendWithCode("PUT", main, SETTINGS).expect(201);

        assertTrue(made.text("secret").matches("whsec_[A-Za-z0-9+/]{43}="));
        assertEquals("/v1/partners/" + bakery.id() + "/endpoints/main", made.header("location"));
        assertEquals("no-store", made.header("cache-control"));
        JsonNode shown = bakery.client().get(main).expect(200).json();
        assertFalse(shown.has("secret"));
        assertTrue(shown.path("url").isNull());
        assertEquals(URL, shown.path("pending_url").path("url").asText());
        assertEquals("signal", shown.path("payload").asText());
        assertEquals(
                shown,
                server.operator()
                        .get(bakery.path() + "/endpoints")
                        .expect(200)
                        .json()
                        .path("endpoints")
                        .path(0));
    }

    @Test
    void settingAUrlNeedsACodeAndOtherSettingsDoNot() {
        send("PUT", main, SETTINGS).expectProblem(403, "second-factor-required", CODE);
        clock.advance(STEP);
        String code = app.codeAt(clock.instant());
        send("PUT", main, SETTINGS, CODE, code).expect(201);
        send("PATCH", main, "{\"url\":\"https://thief.example/\"}").expectProblem(403, "second-factor-required", CODE);
        send("PATCH", main, "{\"url\":\"https://thief.example/\"}", CODE, code)
                .expectProblem(403, "second-factor-wrong", "used before");

        send("PATCH", main, "{\"payload\":\"full\",\"batch_max\":10}").expect(200);
        send("PUT", main, SETTINGS).expect(200);
        assertEquals("signal", bakery.client().get(main).text("payload"));
        assertEquals(URL, found().urls().pending().orElseThrow().url().toString());
    }

    @Test
    void operatorNeedsACodeOfItsOwn() {
        server.operator()
                .send("PUT", main, BodyPublishers.ofString(SETTINGS), "Content-Type", "application/json")
                .expectProblem(403, "second-factor-required", "operators/operator");
        Authenticator operators = confirmedFactor(server.operator(), "/v1/operators/operator");
        clock.advance(STEP);

        server.operator()
                .send(
                        "PUT",
                        main,
                        BodyPublishers.ofString(SETTINGS),
                        "Content-Type",
                        "application/json",
                        CODE,
                        operators.codeAt(clock.instant()))
                .expect(201);
    }

    @Test
    void urlThatMustNotBeCalledIsRefusedAndUsesNoCode() {
        clock.advance(STEP);
        String code = app.codeAt(clock.instant());

        send("PUT", main, "{\"url\":\"https://internal.example/\"}", CODE, code)
                .expectProblem(400, "invalid-request", "internal.example is one of ours");

        send("PUT", main, SETTINGS, CODE, code).expect(201);
    }

    @Test
    void oldUrlIsInUseUntilTheNewOneIsConfirmedAndCanBeTakenBack() {
        sendWithCode("PUT", main, SETTINGS).expect(201);
        confirm();
        sendWithCode("PATCH", main, "{\"url\":\"https://new.example/hook?k=1\"}")
                .expect(200);
        assertEquals(URL, bakery.client().get(main).text("url"));

        confirm();
        JsonNode changed = bakery.client().get(main).expect(200).json();
        assertEquals("https://new.example/hook?k=1", changed.path("url").asText());
        assertEquals(URL, changed.path("previous_url").path("url").asText());
        bakery.client().post(main + "/take-back").expect(200);
        assertEquals(URL, bakery.client().get(main).text("url"));
        bakery.client().post(main + "/take-back").expectProblem(409, "conflict", "24 hours");
        assertEquals(
                List.of("url-pending", "url-confirmed", "url-pending", "url-confirmed", "url-taken-back"),
                newsOf(bakery));
        assertFalse(bakery.client().get(bakery.feed()).json().toString().contains("k=1"));
    }

    @Test
    void twoChangesInARowAreTakenBackToTheOwnersUrl() {
        sendWithCode("PUT", main, SETTINGS).expect(201);
        confirm();
        for (String thief : List.of("https://thief.example/1", "https://thief.example/2")) {
            sendWithCode("PATCH", main, "{\"url\":\"" + thief + "\"}").expect(200);
            confirm();
        }
        restart();

        JsonNode back = bakery.client().post(main + "/take-back").expect(200).json();

        assertEquals(URL, back.path("url").asText());
        assertFalse(back.has("previous_url"));
        bakery.client().post(main + "/take-back").expectProblem(409, "conflict", "24 hours");
    }

    @Test
    void endpointsSurviveARestartWithTheirPositions() {
        sendWithCode("PUT", main, SETTINGS).expect(201);
        confirm();
        sendWithCode("PUT", bakery.path() + "/endpoints/other", SETTINGS).expect(201);
        WebhookEndpoint before = found();
        EndpointPosition first =
                server.api().webhooks().takeFirstPosition(id("main")).orElseThrow();
        assertEquals(0, first.revision().value());
        EndpointPosition moved =
                new EndpointPosition(first.epoch(), first.revision().next());
        server.api()
                .webhooks()
                .savePositions(Map.of(id("main"), moved))
                .toCompletableFuture()
                .join();
        bakery.client().delete(bakery.path() + "/endpoints/other").expect(204);

        server.close();
        startServer();

        assertEquals(before, found());
        assertEquals(Optional.of(moved), server.api().webhooks().takeFirstPosition(id("main")));
        assertEquals(1, server.api().webhooks().all().size());
        assertTrue(server.api().webhooks().takeFirstPosition(id("other")).isEmpty());
    }

    @Test
    void partnerHasTenEndpointsAtMost() {
        for (int i = 0; i < 10; i++) {
            sendWithCode("PUT", bakery.path() + "/endpoints/e" + i, SETTINGS).expect(201);
        }

        sendWithCode("PUT", main, SETTINGS).expectProblem(409, "conflict", "10 endpoints");
        bakery.client().delete(bakery.path() + "/endpoints/e3").expect(204);
        sendWithCode("PUT", main, SETTINGS).expect(201);
    }

    @Test
    void rotatedSecretIsANewOneAndTheOldOneSignsForTheOverlap() {
        String first = sendWithCode("PUT", main, SETTINGS).expect(201).text("secret");

        bakery.client().post(main + "/secret").expectProblem(403, "second-factor-required", CODE);
        clock.advance(STEP);
        CheckedResponse rotated = bakery.client()
                .post(main + "/secret?overlap_s=60", CODE, app.codeAt(clock.instant()))
                .expect(200);

        assertNotEquals(first, rotated.text("secret"));
        assertTrue(rotated.json().has("old_secret_until"));
        bakery.client().delete(main + "/secret/old").expect(204);
        assertFalse(bakery.client().get(main).json().has("old_secret_until"));
    }

    @Test
    void headersAreNeitherShownNorInTheLogAsTheyAre() throws Exception {
        sendWithCode("PUT", main, "{\"url\":\"" + URL + "\",\"headers\":{\"X-Key\":\"confidential-7\"}}")
                .expect(201);

        JsonNode shown = bakery.client().get(main).expect(200).json();
        assertEquals("[\"X-Key\"]", shown.path("header_names").toString());
        assertFalse(shown.toString().contains("confidential-7"));
        server.close();
        if (!isPostgres) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertFalse(
                            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                                    .contains("confidential-7"),
                            file.toString());
                }
            }
        }
        startServer();
    }

    @Test
    void wrongSettingsAreRefusedByName() {
        for (String wrong : List.of(
                "\"payload\":\"all\"",
                "\"batch_max\":0",
                "\"batch_max\":1.5",
                "\"bytes_max\":1048577",
                "\"parallelism\":2",
                "\"rate_per_s\":1001",
                "\"deadline_ms\":999",
                "\"signatures\":[\"v2\"]",
                "\"types\":[]",
                "\"contacts\":[\"nobody\"]",
                "\"acknowledges\":\"yes\"",
                "\"headers\":{\"Content-Type\":\"x\"}",
                "\"headers\":{\"webhook-id\":\"x\"}",
                "\"headers\":{\"X\":\"a\\nb\"}",
                "\"color\":1")) {
            String field = wrong.substring(1, wrong.indexOf('"', 1));
            sendWithCode("PUT", main, "{\"url\":\"" + URL + "\"," + wrong + "}")
                    .expectProblem(400, "invalid-request", field);
        }
        sendWithCode("PUT", main, "{}").expectProblem(400, "invalid-request", "url is missing");
    }

    @Test
    void endpointBelongsToItsPartnerOnly() {
        sendWithCode("PUT", main, SETTINGS).expect(201);
        ApiFixture.Partner other = server.registerPartner("other");

        other.client().get(main).expect(403);
        other.client().delete(main).expect(403);
        other.client().get(other.path() + "/endpoints/main").expectProblem(404, "not-found", "no such endpoint");
        bakery.client().get(bakery.path() + "/endpoints/none").expect(404);
        bakery.client().delete(bakery.path() + "/endpoints/none").expect(404);
        server.register("grill").client().get(main).expect(403);
    }

    @Test
    void disabledEndpointIsEnabledAgainWithoutACode() {
        sendWithCode("PUT", main, SETTINGS).expect(201);
        confirm();

        send("PATCH", main, "{\"enabled\":false}").expect(200);
        assertEquals("by-request", bakery.client().get(main).text("disabled_reason"));
        send("PATCH", main, "{\"enabled\":true}").expect(200);
        assertTrue(found().isCalled());
        assertEquals(List.of("url-pending", "url-confirmed", "disabled", "enabled"), newsOf(bakery));
    }

    @Test
    void endpointOfADisabledPartnerIsNotCalled() {
        List<WebhookEndpoint> notified = new ArrayList<>();
        sendWithCode("PUT", main, SETTINGS).expect(201);
        confirm();
        server.api().webhooks().listen(adding(notified));

        server.operator().delete(bakery.path()).expect(204);
        server.operator().put(bakery.path()).expect(201);

        assertEquals(
                List.of(Optional.empty(), Optional.of(DisabledReason.PARTNER_DISABLED), Optional.empty()),
                notified.stream().map(WebhookEndpoint::disabled).toList());
        server.operator().delete(bakery.path()).expect(204);
        server.close();
        startServer();
        notified.clear();
        server.api().webhooks().listen(adding(notified));
        assertEquals(
                List.of(Optional.of(DisabledReason.PARTNER_DISABLED)),
                notified.stream().map(WebhookEndpoint::disabled).toList());
    }

    @Test
    void partnerIsToldOnceThatAnOldSecretEndsAlsoAcrossARestart() {
        sendWithCode("PUT", main, SETTINGS).expect(201);
        clock.advance(STEP);
        bakery.client()
                .post(main + "/secret?overlap_s=345600", CODE, app.codeAt(clock.instant()))
                .expect(200);
        clock.advance(Duration.ofDays(3).minusSeconds(1));
        server.api().webhooks().warnOfOldKeys();
        assertEquals(List.of("url-pending", "secret-rotated"), newsOf(bakery));

        clock.advance(Duration.ofSeconds(1));
        server.api().webhooks().warnOfOldKeys();
        server.api().webhooks().warnOfOldKeys();
        await().until(() -> newsOf(bakery).size() == 3);
        restart();
        clock.advance(Duration.ofHours(1));
        server.api().webhooks().warnOfOldKeys();
        send("PATCH", main, "{\"enabled\":false}").expect(200);

        assertEquals(List.of("url-pending", "secret-rotated", "secret-expiring", "disabled"), newsOf(bakery));
    }

    @Test
    void whatBecameOfAnEndpointIsNoticedWithWhoHasDoneIt() {
        List<EndpointNotice> notices = new CopyOnWriteArrayList<>();
        server.api().webhooks().onNotice(notice -> {
            throw new IllegalStateException("a listener that fails");
        });
        server.api().webhooks().onNotice(notices::add);

        sendWithCode("PUT", main, "{\"url\":\"" + URL + "\",\"contacts\":[\"owner@bakery.example\"]}")
                .expect(201);
        confirm();
        send("PATCH", main, "{\"contacts\":[\"thief@example.com\"]}").expect(200);
        send("PATCH", main, "{\"url\":\"https://thief.example/\"}").expect(403);
        server.operator().delete(main).expect(204);

        assertEquals(
                List.of(
                        "[url-pending] the partner",
                        "[url-confirmed] the server",
                        "[contacts-changed] the partner",
                        "[deleted] an operator"),
                notices.stream()
                        .map(notice ->
                                notice.news().stream().map(EndpointEvent::kind).toList() + " "
                                        + notice.by().text())
                        .toList());
        EndpointNotice contacts = notices.get(2);
        assertEquals(
                List.of("owner@bakery.example"),
                contacts.before().orElseThrow().settings().contacts());
        assertEquals(
                List.of("thief@example.com"),
                contacts.after().orElseThrow().settings().contacts());
    }

    @Test
    void operatorNeedsACodeToDeleteIfTheServerSaysSo() {
        sendWithCode("PUT", main, SETTINGS).expect(201);
        sendWithCode("PUT", bakery.path() + "/endpoints/other", SETTINGS).expect(201);
        Authenticator operators = confirmedFactor(server.operator(), "/v1/operators/operator");
        protectedOperations = Set.of(ProtectedOperation.DELETION);
        restart();

        server.operator().delete(main).expectProblem(403, "second-factor-required", CODE);
        bakery.client().delete(bakery.path() + "/endpoints/other").expect(204);
        assertTrue(server.api().webhooks().find(id("main")).isPresent());
        clock.advance(STEP);
        server.operator()
                .send("DELETE", main, BodyPublishers.noBody(), CODE, operators.codeAt(clock.instant()))
                .expect(204);
        assertTrue(server.api().webhooks().find(id("main")).isEmpty());
    }

    private static EndpointListener adding(List<WebhookEndpoint> notified) {
        return new EndpointListener() {
            @Override
            public void changed(WebhookEndpoint endpoint) {
                notified.add(endpoint);
            }

            @Override
            public void removed(EndpointId id) {}
        };
    }
}
