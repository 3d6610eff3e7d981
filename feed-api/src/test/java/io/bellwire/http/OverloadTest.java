package io.bellwire.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.bellwire.feedapi.FeedApiOptions;
import io.bellwire.log.LogLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An overloaded log refuses writes at once, and does not write what it refuses. */
class OverloadTest {
    @TempDir
    Path folder;

    @Test
    void writeThatCanNeverFitIntoTheQueueIsTooLargeAndNotWritten() {
        LogLimits limits = new LogLimits(1_000, 1_000, 100, 1 << 20, 2, 1_000, 16 << 20);
        try (ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT.withLimits(limits))) {
            ApiFixture.Device grill = server.register("grill");
            String large = "{\"device_id\":\"" + grill.id() + "\",\"data\":{\"a\":\"" + "x".repeat(1_000) + "\"}}";

            CheckedResponse refused = server.operator().order(large);

            refused.expectProblem(413, "too-large", "may wait");
            server.operator().order(grill.order()).expect(201);
            assertEquals(List.of(1L), grill.client().get(grill.feed()).revisions());
        }
    }

    @Test
    void guarantee1InARushEveryOrderIsEitherInTheFeedOrRefused() {
        LogLimits limits = new LogLimits(1, 64 << 20, 1, 1 << 20, 2, 1_000, 16 << 20);
        try (ApiFixture server =
                ApiFixture.of(FeedApiOptions.DEFAULT.withDataFolder(folder).withLimits(limits))) {
            ApiFixture.Device grill = server.register("grill");
            List<CompletableFuture<CheckedResponse>> rush = new ArrayList<>();
            for (int i = 0; i < 150; i++) {
                rush.add(server.operator().postLater("application/json", "/v1/orders", grill.order()));
            }
            int made = 0;
            int refused = 0;
            for (CompletableFuture<CheckedResponse> one : rush) {
                CheckedResponse answer = one.join();
                if (answer.status() == 201) {
                    made++;
                } else {
                    answer.expectProblem(503, "overloaded", "too many");
                    refused++;
                }
            }

            assertTrue(made > 0 && refused > 0, made + " made, " + refused + " refused");
            assertEquals(
                    made,
                    grill.client()
                            .get(grill.feed() + "?limit=1000")
                            .expect(200)
                            .revisions()
                            .size());
        }
    }

    @Test
    void readsThatFindNoThreadAreRefusedAtOnce() {
        LogLimits limits = new LogLimits(1_000, 64 << 20, 100, 0, 1, 1, 16 << 20);
        try (ApiFixture server = ApiFixture.of(FeedApiOptions.DEFAULT.withLimits(limits))) {
            ApiFixture.Device grill = server.register("grill");
            server.orders(grill, 200);
            List<CompletableFuture<CheckedResponse>> reads = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                reads.add(grill.client().getLater(grill.feed() + "?limit=200"));
            }
            for (CompletableFuture<CheckedResponse> read : reads) {
                CheckedResponse answer = read.join();
                if (answer.status() != 200) {
                    answer.expectProblem(503, "overloaded", "too many reads");
                }
            }
            assertEquals(
                    200,
                    grill.client()
                            .get(grill.feed() + "?limit=200")
                            .expect(200)
                            .revisions()
                            .size());
        }
    }
}
