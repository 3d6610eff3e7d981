package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.feedapi.FeedApiOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After a rotation with an overlap both secrets are valid until the old one ends: by time, by a change, by a revoke. */
class SecretOverlapTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final TestClock clock = new TestClock("2026-11-22T08:00:00Z");
    private ApiFixture server;
    private ApiFixture.Device grill;

    @BeforeEach
    void start() {
        server = start(Duration.ZERO);
        grill = server.register("grill");
    }

    private ApiFixture start(Duration overlapDefault) {
        return ApiFixture.of(
                FeedApiOptions.DEFAULT.toBuilder()
                        .dataFolder(folder)
                        .secrets(new SecretRules(overlapDefault, Set.of()))
                        .build(),
                clock);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** The server of the same folder, started again. */
    private void restart(Duration overlapDefault) {
        server.close();
        server = start(overlapDefault);
    }

    private CheckedResponse rotate(String query) {
        return server.operator().post(grill.path() + "/secret" + query).expect(200);
    }

    /** Gives the grill a new secret, and returns the client that has it. */
    private String rotated(String query) {
        return rotate(query).json().path("secret").asText();
    }

    private int status(String secret) {
        return server.as(secret).get(grill.feed()).status();
    }

    @Test
    void oldSecretEndsByItself() {
        String old = grill.client().token();

        JsonNode rotated = rotate("?overlap_s=3600").json();

        String now = rotated.path("secret").asText();
        assertEquals(
                "2026-11-22T09:00:00.000Z", rotated.path("old_secret_until").asText());
        assertEquals(
                "2026-11-22T09:00:00.000Z", server.operator().get(grill.path()).text("old_secret_until"));
        clock.advance(HOUR.minusMillis(1));
        assertEquals(200, status(old));
        assertEquals(200, status(now));
        clock.advance(Duration.ofMillis(1));
        assertEquals(401, status(old));
        assertEquals(200, status(now));
        assertFalse(server.operator().get(grill.path()).json().has("old_secret_until"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT2H", "PT-2H"})
    void wallClockThatIsSetEndsItNeitherSoonerNorLater(Duration jump) {
        rotate("?overlap_s=3600");

        clock.jump(jump);

        assertEquals(200, status(grill.client().token()));
        clock.advance(HOUR);
        assertEquals(401, status(grill.client().token()));
    }

    @Test
    void oldSecretIsValidAfterARestartUntilItsEnd() {
        String now = rotated("?overlap_s=3600");

        clock.advance(Duration.ofMinutes(30));
        restart(Duration.ZERO);

        assertEquals(200, status(grill.client().token()));
        assertEquals(200, status(now));
        clock.advance(Duration.ofMinutes(30));
        assertEquals(401, status(grill.client().token()));
        restart(Duration.ZERO);
        assertEquals(401, status(grill.client().token()));
        assertEquals(200, status(now));
    }

    @Test
    void useOfAnOldSecretWithinItsLastDayIsToldOnceAlsoAcrossARestart() {
        ApiFixture.Partner bakery = server.registerPartner("bakery");
        String old = grill.client().token();
        String now = rotated("?overlap_s=172800");
        String partners = server.operator()
                .post(bakery.path() + "/secret?overlap_s=172800")
                .expect(200)
                .text("secret");
        clock.advance(Duration.ofHours(23));
        assertEquals(200, status(old));
        clock.advance(HOUR);
        assertEquals(200, status(now));
        assertEquals(List.of(), told("/v1/operations/feed"));

        assertEquals(200, status(old));
        await().until(() -> told("/v1/operations/feed").size() == 1);
        bakery.client().get(bakery.feed()).expect(200);
        await().until(() -> told("/v1/operations/feed").size() == 2);
        clock.advance(HOUR);
        assertEquals(200, status(old));
        restart(Duration.ZERO);
        assertEquals(200, status(old));
        rotate("?overlap_s=60");
        assertEquals(200, status(now));
        await().until(() -> told("/v1/operations/feed").size() == 3);

        String ofPartner = "{\"account\":\"partners/" + bakery.id() + "\",\"expires_in_s\":86400}";
        assertEquals(
                List.of(
                        "{\"account\":\"devices/" + grill.id() + "\",\"expires_in_s\":86400}",
                        ofPartner,
                        "{\"account\":\"devices/" + grill.id() + "\",\"expires_in_s\":60}"),
                told("/v1/operations/feed"));
        assertEquals(List.of(ofPartner), told(bakery.feed()));
        assertEquals(List.of(), told(grill.feed()));
        assertEquals(200, server.as(partners).get(bakery.feed()).status());
    }

    /** The news of ending secrets in the feed. */
    private List<String> told(String feed) {
        return StreamSupport.stream(server.operator().get(feed).json().spliterator(), false)
                .filter(change -> change.path("type").asText().equals("io.bellwire.secret.expiring"))
                .map(change -> change.path("data").toString())
                .toList();
    }

    @Test
    void secondRotationEndsTheOldestSecret() {
        String second = rotated("?overlap_s=3600");
        String third = rotated("?overlap_s=3600");

        assertEquals(401, status(grill.client().token()));
        assertEquals(200, status(second));
        assertEquals(200, status(third));
        String fourth = rotated("?overlap_s=0");
        assertEquals(401, status(second));
        assertEquals(401, status(third));
        assertEquals(200, status(fourth));
    }

    @Test
    void revokeEndsTheOldSecretAtOnceAndMayBeRepeated() {
        String now = rotated("?overlap_s=3600");

        server.operator().delete(grill.path() + "/secret/old").expect(204);
        server.operator().delete(grill.path() + "/secret/old").expect(204);

        assertEquals(401, status(grill.client().token()));
        assertEquals(200, status(now));
        server.operator().delete("/v1/devices/none/secret/old").expectProblem(404, "not-found", "none");
        server.as(now).delete(grill.path() + "/secret/old").expect(403);
    }

    @Test
    void disabledDeviceHasNoOldSecretWhenItIsEnabledAgain() {
        rotate("?overlap_s=3600");

        server.operator().delete(grill.path()).expect(204);
        server.operator().put(grill.path()).expect(201);

        assertEquals(401, status(grill.client().token()));
    }

    @Test
    void overlapIsThatOfTheOptionUnlessTheRequestSaysIt() {
        restart(HOUR);

        assertTrue(rotate("").json().has("old_secret_until"));
        assertFalse(rotate("?overlap_s=0").json().has("old_secret_until"));
        server.operator()
                .post(grill.path() + "/secret?overlap_s=2592001")
                .expectProblem(400, "invalid-request", "0 to 2592000");
        server.operator().post(grill.path() + "/secret?overlap_s=-1").expect(400);
    }

    @Test
    void whatIsOpenWithTheOldSecretEndsWithItAndTheRestGoesOn() throws IOException {
        String now = rotated("?overlap_s=3600");
        ApiFixture.Device again = new ApiFixture.Device(grill.id(), server.as(now));
        CompletableFuture<CheckedResponse> poll = grill.client().getLater(grill.feed() + "?wait_ms=60000");
        await().until(() -> server.waiting() == 1);
        try (SignalReader old = SignalReader.of(server, grill)) {
            clock.advance(HOUR);

            assertEquals("{\"reason\":\"disabled\"}", old.next().data());
        }
        poll.join().expect(401);
        CompletableFuture<CheckedResponse> newPoll = again.client().getLater(grill.feed() + "?wait_ms=60000");
        await().until(() -> server.waiting() == 1);
        try (SignalReader present = SignalReader.of(server, again)) {
            server.operator().delete(grill.path() + "/secret/old").expect(204);

            server.orders(grill, 1);
            newPoll.join().expect(200);
            server.operator().delete(grill.path()).expect(204);
            assertEquals("{\"reason\":\"disabled\"}", present.next().data());
        }
    }
}
