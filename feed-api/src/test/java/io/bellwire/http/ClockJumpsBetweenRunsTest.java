package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feedapi.FeedApiOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The machine's clock is set forwards or back while the server is stopped; see {@link ClockJumpsTest} for one that runs. */
class ClockJumpsBetweenRunsTest {
    @TempDir
    Path folder;

    private final TestClock clock = new TestClock("2026-11-20T08:00:00Z");

    private ApiFixture start() {
        return ApiFixture.of(FeedApiOptions.DEFAULT.withDataFolder(folder.resolve("data")), clock);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1H", "PT-1H", "P30D", "P-30D"})
    void nextRunGoesOnWithAllThatWasThere(Duration jump) {
        ApiFixture.Device grill;
        String cursor;
        String order;
        String locked;
        CheckedResponse breakfast;
        try (ApiFixture server = start()) {
            grill = server.register("grill");
            order = server.operator().order(grill.order()).expect(201).header("location");
            locked = server.operator().order(grill.order()).expect(201).header("location");
            server.operator().postJson(locked + "/lock", "{\"seconds\":300}").expect(201);
            breakfast = server.operator()
                    .order(grill.order(), "Idempotency-Key", "breakfast")
                    .expect(201);
            cursor = grill.client().get(grill.feed()).expect(200).cursor();
        }
        clock.jump(jump);
        try (ApiFixture server = start()) {
            ApiClient device = server.as(grill.client().token());
            var unused = server.expireOldEvents().join();
            assertEquals(
                    breakfast.text(),
                    server.operator()
                            .order(grill.order(), "Idempotency-Key", "breakfast")
                            .expect(201)
                            .text());
            server.operator().step(order, "accepted").expect(200);
            // the lease ends: how much of it was left cannot be told
            server.operator().step(locked, "accepted").expect(200);
            CheckedResponse page =
                    device.get(grill.feed() + "?cursor=" + cursor).expect(200);
            assertEquals(List.of(4L, 5L), page.revisions(), "nothing lost, nothing twice");
            page.json()
                    .forEach(change -> assertEquals(
                            clock.instant(), Instant.parse(change.path("time").asText())));
            assertEquals(
                    List.of(1L, 2L, 3L, 4L, 5L),
                    device.get(grill.feed()).expect(200).revisions());
            assertTrue(server.stranger().get("/readyz").status() == 200);
        }
    }
}
