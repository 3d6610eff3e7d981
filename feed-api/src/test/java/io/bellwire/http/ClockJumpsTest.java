package io.bellwire.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.bellwire.admission.TokenBucket;
import io.bellwire.feed.DoorbellKind;
import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.DeviceId;
import io.bellwire.presence.PresenceOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The server's wall clock is set forwards and back while it runs. Times in answers follow it; leases, rates and waits
 * end neither sooner nor later. With {@link TestClock#jump} no time passes, with {@link TestClock#advance} it does.
 */
class ClockJumpsTest {
    private static final PresenceOptions TEN_SECONDS = new PresenceOptions(
            Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofMinutes(1));

    private final TestClock clock = new TestClock("2026-11-20T08:00:00Z");
    private ApiFixture server = ApiFixture.of(
            FeedApiOptions.DEFAULT
                    .withRates(new TokenBucket(1, 5), TokenBucket.UNLIMITED)
                    .withPresence(TEN_SECONDS),
            clock);
    private final ApiFixture.Device grill = server.register("grill");

    @AfterEach
    void stop() {
        server.close();
    }

    private String order() {
        return server.operator().order(grill.order()).expect(201).header("location");
    }

    /** Takes tokens until there are none; returns how many there were. */
    private int burst() {
        int served = 0;
        while (grill.client().get(grill.path()).status() == 200) {
            served++;
        }
        return served;
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H", "P30D", "P-30D"})
    void emptyBucketStaysEmptyAndAFullOneFull(Duration jump) {
        assertEquals(5, burst());

        clock.jump(jump);

        grill.client().get(grill.path()).expect(429);
        clock.advance(Duration.ofSeconds(2));
        assertEquals(2, burst());
        clock.advance(Duration.ofSeconds(5));
        clock.jump(jump);
        assertEquals(5, burst());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H", "P30D", "P-30D"})
    void leaseLastsAsLongAsWasAskedFor(Duration jump) {
        String order = order();
        CheckedResponse taken =
                server.operator().postJson(order + "/lock", "{\"seconds\":300}").expect(201);
        assertEquals(clock.instant().plusSeconds(300), Instant.parse(taken.text("expires_at")));

        clock.jump(jump);

        expectLocked(order, 300_000);
        clock.advance(Duration.ofMillis(299_999));
        expectLocked(order, 1);
        server.operator()
                .postJson(order + "/lock", "{\"seconds\":60}", "X-Lock-Token", taken.text("lock_token"))
                .expect(201);
        clock.jump(jump);
        var unused = server.expireOldEvents().join();
        expectLocked(order, 60_000);
        clock.advance(Duration.ofSeconds(60));
        server.operator().step(order, "accepted").expect(200);
    }

    private void expectLocked(String order, long millis) {
        CheckedResponse refused = server.operator().step(order, "accepted").expectProblem(409, "locked", "");
        assertEquals(Long.toString((millis + 999) / 1_000), refused.header("retry-after"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H", "P30D", "P-30D"})
    void disconnectEventComesAfterTheGraceAndConnectEventAfterTheSpacing(Duration jump) {
        DeviceId id = new DeviceId(grill.id());
        server.api().presence().connectionOpened(id, DoorbellKind.MQTT);
        expectOperations("connected");
        server.api().presence().connectionClosed(id, DoorbellKind.MQTT);
        Instant left = clock.instant();

        clock.jump(jump);

        clock.advance(Duration.ofMillis(9_999));
        assertEquals(1, operations().size(), "it may still come back");
        clock.advance(Duration.ofMillis(1));
        expectOperations("connected", "disconnected");
        assertEquals(left, Instant.parse(operations().get(1).path("time").asText()));
        clock.jump(jump);
        clock.advance(Duration.ofSeconds(10));
        server.api().presence().connectionOpened(id, DoorbellKind.MQTT);
        expectOperations("connected", "disconnected", "connected");
        server.api().presence().connectionClosed(id, DoorbellKind.MQTT);
        assertEquals(clock.instant(), lastSeen(), "by the clock as it is now");
    }

    private List<JsonNode> operations() {
        JsonNode page = server.operator().get("/v1/operations/feed").expect(200).json();
        return StreamSupport.stream(page.spliterator(), false).toList();
    }

    private void expectOperations(String... types) {
        await().until(() -> operations().stream()
                .map(event -> event.path("type").asText().replace("io.bellwire.device.", ""))
                .toList()
                .equals(List.of(types)));
    }

    private Instant lastSeen() {
        JsonNode devices =
                server.operator().get("/v1/devices").expect(200).json().path("devices");
        return Instant.parse(devices.path(0).path("last_seen").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H", "P30D", "P-30D"})
    void changesAndKeysAreKeptForTheirTime(Duration jump) {
        server.operator().order(grill.order(), "Idempotency-Key", "breakfast").expect(201);
        for (int i = 0; i < 3; i++) {
            var unused = server.expireOldEvents().join();
            clock.jump(jump);
        }
        var unused = server.expireOldEvents().join();

        server.operator().order(grill.order(), "Idempotency-Key", "breakfast").expect(201);

        assertEquals(
                1, server.operator().get(grill.feed()).expect(200).revisions().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H", "P30D", "P-30D"})
    void ordersAreWrittenReadAndChangedWithTheCurrentTime(Duration jump) {
        String first = order();
        String cursor = server.operator().get(grill.feed()).expect(200).cursor();

        clock.jump(jump);

        String second = order();
        assertTrue(second.compareTo(first) > 0, "ids ascend: " + first + ", " + second);
        server.operator().step(first, "accepted").expect(200);
        CheckedResponse page =
                server.operator().get(grill.feed() + "?cursor=" + cursor).expect(200);
        assertEquals(List.of(2L, 3L), page.revisions());
        for (JsonNode event : page.json()) {
            assertEquals(clock.instant(), Instant.parse(event.path("time").asText()));
        }
    }

    /** Small corrections of the clock do not make a later commit seem earlier. */
    @ParameterizedTest
    @CsvSource({"PT-0.001S, PT0S", "PT-60S, PT0S", "PT-60.001S, PT-60.001S", "PT0.001S, PT0.001S"})
    void timeOfACommitDoesNotFollowASmallStepBack(Duration step, Duration followed) {
        Instant start = clock.instant();
        String first = order();

        clock.jump(step);

        String second = order();
        assertEquals(start, created(first));
        assertEquals(start.plus(followed), created(second));
    }

    private Instant created(String order) {
        return Instant.parse(server.operator().get(order).expect(200).text("created_at"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H", "P30D", "P-30D"})
    void retryAfterRecoversSoonFromAClockJump(Duration jump) {
        String waited = order();
        clock.jump(jump);
        server.operator().step(waited, "accepted").expect(200);

        for (int i = 0; i < 60; i++) {
            String order = order();
            clock.advance(Duration.ofSeconds(8));
            server.operator().step(order, "accepted").expect(200);
        }

        CheckedResponse taken = server.operator()
                .order(grill.order(), "Prefer", "respond-async")
                .expect(202);
        assertTrue(List.of("7", "8").contains(taken.header("retry-after")), taken.header("retry-after"));
    }
}
